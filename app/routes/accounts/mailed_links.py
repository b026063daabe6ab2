"""The form that every mailed link shares."""

from app.web.forms.forms import Operation, TextField


class Link(Operation):
    """The token of a mailed link."""

    token = TextField("Token", required="token is required")
