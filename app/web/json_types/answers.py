"""Wrappers of responses, and the error shape."""

from collections.abc import Callable
from typing import Any, Generic, Literal, NotRequired, TypedDict, TypeVar

T = TypeVar("T")


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


@example(error="Name is required", status="KO")
class Error(TypedDict):
    """An error. `message` says how to resolve it, `field` names the invalid field, `code` is for programs."""

    error: str
    status: Literal["KO"]
    message: NotRequired[str]
    field: NotRequired[str]
    code: NotRequired[str]


class CsrfToken(TypedDict):
    """The CSRF token to send in `X-CSRFToken` with requests that use the session cookie."""

    csrf_token: str
