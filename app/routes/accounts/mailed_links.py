"""The form of operations with a mailed link."""

from app.web.forms.forms import Operation, TextField


class EmailLinkToken(Operation):
    """The token from a mailed link."""

    token = TextField("Token", "The token from the emailed link.", example="the token from the emailed link")
