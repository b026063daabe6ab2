"""Mail: queued as jobs, rendered from templates, and sent to a mail server."""
