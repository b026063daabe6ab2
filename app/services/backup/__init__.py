"""Backups: written while the portal serves, judged and restored."""
