"""Texts: what addresses, names, versions and links are, and how values are put into words."""
