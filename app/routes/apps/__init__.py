"""Routes for apps and bundles."""
