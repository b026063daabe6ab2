"""Answers: a payload, a page or a fragment, and their headers."""
