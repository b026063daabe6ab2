"""API keys: of a person, and those that act on an organization."""
