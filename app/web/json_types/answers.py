"""What answers are wrapped in, and the one shape of all refusals."""

from typing import Generic, Literal, NotRequired, TypedDict, TypeVar

T = TypeVar("T")


class Data(TypedDict, Generic[T]):
    """What was asked for."""

    data: T


class Page(TypedDict, Generic[T]):
    """Some of a list; with `next_cursor` there is more."""

    data: list[T]
    next_cursor: NotRequired[str]


class Done(TypedDict):
    """It is done."""

    status: Literal["OK"]


class DoneWith(TypedDict, Generic[T]):
    """It is done, and this is how things are now."""

    status: Literal["OK"]
    data: T


class Told(TypedDict):
    """It is done; `message` says what happens next."""

    status: Literal["OK"]
    message: str


class Refusal(TypedDict):
    """Why nothing was done; `message` says what to do, `field` what is at fault, `code` is for programs."""

    error: str
    status: Literal["KO"]
    message: NotRequired[str]
    field: NotRequired[str]
    code: NotRequired[str]
