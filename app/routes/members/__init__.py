"""Members of an organization, invitations, and the receipts of removals."""
