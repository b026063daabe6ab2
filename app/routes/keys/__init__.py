"""Routes for API keys and key policies."""
