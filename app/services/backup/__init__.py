"""Backups: written while the portal runs, validated and restored."""
