"""Installations: an instance folder, its secret key and its database."""
