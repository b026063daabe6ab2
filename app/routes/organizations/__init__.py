"""Organizations, their roles and their two-factor policy."""
