"""What the portal notes about requests: one log line each, metrics, last use."""
