"""Routes for accounts: registration, confirmation, password reset and the account page."""
