"""Guards: check the credential, rate limit, CSRF token, form and role of a request, and run its phases."""
