"""Accounts: one's own, and the pages that register, confirm and reset one."""
