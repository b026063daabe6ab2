"""Build responses: JSON payloads, pages and fragments, and their headers."""
