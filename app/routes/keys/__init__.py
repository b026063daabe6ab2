"""API keys: my own, and those that act on an organization."""
