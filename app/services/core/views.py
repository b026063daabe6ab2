"""Read-only views of rows: dataclasses that are filled from the columns of the same names."""

from typing import Any, TypeVar

from sqlalchemy.orm import InstrumentedAttribute

from app.models import Base
from app.storage.database import AnyRow

T = TypeVar("T")
_Column = InstrumentedAttribute[Any]


def columns(view: type[object], model: type[Base]) -> list[_Column]:
    """Return the columns of a model that a view shows."""
    return [getattr(model, name) for name in view.__annotations__ if hasattr(model, name)]


def of_row(view: type[T], row: AnyRow | Base, *, prefix: str = "", **computed: object) -> T:
    """Return the view of a row that has its fields, apart from the computed ones."""
    names = view.__annotations__.keys() - computed.keys()
    values: dict[str, Any] = {name: getattr(row, prefix + name) for name in names}
    return view(**values, **computed)
