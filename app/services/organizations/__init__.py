"""Organizations: created, changed, deleted; their two-factor policy."""
