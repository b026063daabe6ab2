"""Respond to refusals and failures in the caller's dialect."""
