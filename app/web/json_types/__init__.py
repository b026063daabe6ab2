"""The types that answers of every room are made of, and the description of an operation."""

from app.web.json_types.answers import CsrfToken, Data, Error, Message, Page, Success, SuccessWith, example

__all__ = ["CsrfToken", "Data", "Error", "Message", "Page", "Success", "SuccessWith", "example"]
