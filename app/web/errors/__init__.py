"""Refusals and failures, answered in the caller's dialect."""
