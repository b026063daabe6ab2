"""The types that answers of every room are made of, and the description of an operation."""

from app.web.json_types.answers import CsrfToken, Data, Done, DoneWith, Page, Refusal, Told, example

__all__ = ["CsrfToken", "Data", "Done", "DoneWith", "Page", "Refusal", "Told", "example"]
