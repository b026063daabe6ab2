"""API keys of a person, and the keys that act on an organization."""
