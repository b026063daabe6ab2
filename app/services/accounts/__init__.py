"""Accounts: registration, changes, resets, and erasure."""
