"""Read-only views of rows: dataclasses that are filled from the columns of the same names."""

from dataclasses import fields
from typing import Any, TypeVar

from app.models import Base
from app.storage.database import AnyRow

T = TypeVar("T")


def columns(view: type[Any], model: type[Base]) -> list[Any]:
    """Return the columns of a model that a view shows."""
    return [getattr(model, field.name) for field in fields(view) if hasattr(model, field.name)]


def of_row(view: type[T], row: AnyRow | Base, **computed: Any) -> T:
    """Return the view of a row that has its fields, apart from the computed ones."""
    names = view.__dataclass_fields__.keys() - computed.keys()  # type: ignore[attr-defined]
    return view(**{name: getattr(row, name) for name in names}, **computed)
