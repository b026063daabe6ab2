"""Routes for organizations, their roles and their two-factor policy."""
