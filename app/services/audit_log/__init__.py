"""The audit log: queries, refused attempts, verification and redaction."""
