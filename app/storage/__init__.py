"""Where the portal keeps what it knows: the database and the files."""
