"""What the other service packages build on: actors, credentials, access, locks and audit entries."""
