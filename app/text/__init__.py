"""Rules for addresses, names, versions and links, and formatting of values for people."""
