"""People are found by their folded name and address, on both databases alike.

SQLite's `lower()` and `LIKE` know ASCII only. The texts are folded as `app/text/folding.py` did when this was
written; history does not change with the program.
"""

import unicodedata

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_BATCH = 1000
_LONGEST = 1000
_STROKES = str.maketrans(
    {"ł": "l", "ø": "o", "đ": "d", "\N{LATIN SMALL LETTER DOTLESS I}": "i", "æ": "ae", "œ": "oe"}
)
_USERS = sa.table(
    "users", *(sa.column(name, sa.String()) for name in ("id", "name", "email", "email_key", "search_text"))
)


def upgrade() -> None:
    """Go forward."""
    op.add_column(
        "users", sa.Column("search_text", sa.String(length=_LONGEST), nullable=False, server_default="")
    )
    connection, last = op.get_bind(), ""
    columns = (_USERS.c.id, _USERS.c.name, _USERS.c.email, _USERS.c.email_key)
    batch = sa.select(*columns).order_by(_USERS.c.id).limit(_BATCH)
    changed = (
        _USERS.update().where(_USERS.c.id == sa.bindparam("of")).values(search_text=sa.bindparam("text"))
    )
    while rows := connection.execute(batch.where(_USERS.c.id > last)).all():
        connection.execute(changed, [{"of": row[0], "text": _search_text(*row[1:])} for row in rows])
        last = rows[-1][0]


def downgrade() -> None:
    """Go back."""
    op.drop_column("users", "search_text")


def _search_text(*texts: str) -> str:
    return " ".join(dict.fromkeys(map(_folded, texts)))[:_LONGEST]


def _folded(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text.casefold().translate(_STROKES))
    return "".join(sign for sign in decomposed if not unicodedata.combining(sign))
