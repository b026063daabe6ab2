"""Routes for members, invitations and receipts."""
