"""The instance folder, its secret key and the database that belong together."""
