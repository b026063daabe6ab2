"""User accounts."""

from datetime import datetime

from sqlalchemy import Connection, String, event, text
from sqlalchemy.orm import Mapped, Mapper, mapped_column

from app.models.base import Base, Id, Text
from app.text import folding

LONGEST_SEARCH_TEXT = 1000


class User(Base):
    """An account. `email` is the address as typed; addresses are compared by `email_key`.

    `search_text` is the folded name and address, by which people are found.
    """

    __tablename__ = "users"

    id: Mapped[Id] = mapped_column(primary_key=True)
    email: Mapped[Text]
    email_key: Mapped[Text] = mapped_column(unique=True)
    name: Mapped[Text]
    search_text: Mapped[str] = mapped_column(String(LONGEST_SEARCH_TEXT), server_default=text("''"))
    image_url: Mapped[str | None] = mapped_column(String(2048))
    password_hash: Mapped[str | None] = mapped_column(String(255))
    created_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    disabled_at: Mapped[datetime | None]
    erased_at: Mapped[datetime | None]

    @property
    def display_name(self) -> str:
        """The name, or the address if the name is empty."""
        return self.name or self.email


def search_text(*texts: str) -> str:
    """Return texts in the form in which they are searched: folded, each once."""
    return " ".join(dict.fromkeys(map(folding.folded, texts)))[:LONGEST_SEARCH_TEXT]


@event.listens_for(User, "before_insert")
@event.listens_for(User, "before_update")
def _fold(_mapper: Mapper[User], _connection: Connection, user: User) -> None:
    user.search_text = search_text(user.name, user.email, user.email_key)
