"""Stores the data of the portal: the database, uploaded files and archives."""
