"""Routes for signing in, sessions and second factors."""
