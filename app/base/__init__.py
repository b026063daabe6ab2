"""Modules that every layer may use. They import nothing else from the application."""
