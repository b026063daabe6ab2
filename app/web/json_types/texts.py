"""Annotated types of texts in JSON."""

from typing import Annotated, Any

from app.base.permissions import Role


class Keywords:
    """JSON Schema keywords, for use in `Annotated`."""

    def __init__(self, **keywords: Any) -> None:
        """Set the keywords."""
        self.keywords = keywords


Moment = Annotated[str, Keywords(format="date-time", examples=["2024-01-01T00:00:00Z"])]
Email = Annotated[str, Keywords(format="idn-email", examples=["john@example.com"])]
Url = Annotated[str, Keywords(format="uri", examples=["https://example.com/logo.png"])]
OrganizationId = Annotated[str, Keywords(examples=["org_123"])]
UserId = Annotated[str, Keywords(examples=["user_123"])]
KeyId = Annotated[str, Keywords(examples=["key_123"])]
AppId = Annotated[str, Keywords(examples=["app_123"])]
# The five roles, prefixed with `invite_` while an invitation is pending.
WrittenRole = Annotated[
    str, Keywords(enum=[*map(str, Role), *(role.invited for role in Role)], examples=["invite_write"])
]
