"""Signing in: passwords, second factors, sessions, lockouts."""
