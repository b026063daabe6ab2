"""The audit log: read, filtered, verified, redacted."""
