"""Apps and their bundles."""
