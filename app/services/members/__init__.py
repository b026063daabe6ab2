"""Members of an organization: invited, listed, changed, removed."""
