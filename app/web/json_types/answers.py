"""Wrappers of responses, and the error shape."""

from collections.abc import Callable
from typing import Annotated, Any, Generic, Literal, NotRequired, TypedDict, TypeVar

from app.base.codes import Code
from app.web.json_types.texts import Keywords

T = TypeVar("T")
_CODES = "\n".join(
    [
        "Which error it is. Codes never change, and new ones may be added:\n",
        *(f"- `{code.word}`: {code.value}" for code in Code),
    ]
)


def example(**values: Any) -> Callable[[type[T]], type[T]]:
    """Give a type its example in the specification."""

    def with_example(kind: type[T]) -> type[T]:
        setattr(kind, "__example__", values)  # noqa: B010 - mypy knows no attributes of a TypedDict
        return kind

    return with_example


class Data(TypedDict, Generic[T]):
    """A response with the requested data."""

    data: T


class Page(TypedDict, Generic[T]):
    """A page of a list. If there is a `next_cursor`, send it as `cursor` to get the next page."""

    data: list[T]
    next_cursor: NotRequired[str]


@example(status="OK")
class Success(TypedDict):
    """Confirms that the request succeeded."""

    status: Literal["OK"]


class SuccessWith(TypedDict, Generic[T]):
    """Confirms a change and returns the object with its new values."""

    status: Literal["OK"]
    data: T


class Message(TypedDict):
    """Confirms that the request succeeded; `message` says what happens next."""

    status: Literal["OK"]
    message: str


@example(error="Name is required", status="KO", field="name", code="field_required")
class Error(TypedDict):
    """An error. `message` says how to resolve it, `field` names the wrong field, `code` says which it is."""

    error: str
    status: Literal["KO"]
    message: NotRequired[str]
    field: NotRequired[str]
    code: Annotated[str, Keywords(description=_CODES)]


class CsrfToken(TypedDict):
    """The CSRF token to send in `X-CSRFToken` with requests that use the session cookie."""

    csrf_token: str
