"""Routes for the audit log."""
