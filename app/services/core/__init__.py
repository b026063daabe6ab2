"""What every other room needs: actors, credentials, access, locks, the audit record."""
