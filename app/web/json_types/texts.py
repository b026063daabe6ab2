"""What texts in JSON stand for."""

from typing import Annotated, Any

from app.base.permissions import Role


class Says:
    """What a schema says beside the type, in `Annotated`."""

    def __init__(self, **words: Any) -> None:
        """Take keywords of JSON Schema."""
        self.words = words


Moment = Annotated[str, Says(format="date-time", examples=["2024-01-01T00:00:00Z"])]
Email = Annotated[str, Says(format="email", examples=["john@example.com"])]
Url = Annotated[str, Says(format="uri", examples=["https://example.com/logo.png"])]
OrganizationId = Annotated[str, Says(examples=["org_123"])]
UserId = Annotated[str, Says(examples=["user_123"])]
KeyId = Annotated[str, Says(examples=["key_123"])]
AppId = Annotated[str, Says(examples=["app_123"])]
# The five roles, and the same with `invite_` in front while an invitation is open.
WrittenRole = Annotated[
    str, Says(enum=[*map(str, Role), *(role.invited for role in Role)], examples=["invite_write"])
]
