"""Accounts: registered, changed, reset, disabled, erased."""
