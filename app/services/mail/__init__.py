"""Mail: queued as jobs, written from templates, handed to a mail server."""
