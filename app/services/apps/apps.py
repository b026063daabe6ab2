"""Apps: authorize, list, create, rename and delete them."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, delete, func, select

from app.base import clock, identifiers
from app.base.codes import Code
from app.base.errors import Conflict, NotFound, NotPermitted
from app.base.events import Event
from app.base.permissions import Action
from app.models import App, Bundle
from app.services.apps import bundle_files
from app.services.core import audit, organization_access, quotas, views
from app.services.core.actors import Access, Actor, fields_of
from app.services.core.paging import Keyset, Page
from app.storage.database import AnyRow, db
from app.text import names

PAGE = 100

_BUNDLES = select(Bundle).where(Bundle.app_id == App.id).correlate(App)
_COUNT = _BUNDLES.with_only_columns(func.count()).scalar_subquery()
_STORAGE = _BUNDLES.with_only_columns(func.coalesce(func.sum(Bundle.size), 0)).scalar_subquery()
_LATEST = (
    _BUNDLES.with_only_columns(Bundle.version)
    .order_by(Bundle.precedence.desc(), Bundle.id.desc())
    .limit(1)
    .scalar_subquery()
)


@dataclass(frozen=True, slots=True)
class AppView:
    """A read-only app, with exactly the fields that the API shows. `storage` is in bytes."""

    id: str
    organization_id: str
    name: str
    created_at: datetime
    created_by: str
    bundles: int
    latest_version: str | None
    storage: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AppAccess(Access):
    """The access of an actor to one app."""

    app: AppView


_APPS = select(
    *views.columns(AppView, App),
    App.name_key,
    _COUNT.label("bundles"),
    _LATEST.label("latest_version"),
    _STORAGE.label("storage"),
)
# Built once, because building a statement costs more than running it.
_ONE = _APPS.where(App.id == bindparam("app_id"))
_LIST = Keyset(
    _APPS.where(App.organization_id == bindparam("organization_id")), {"name_key": App.name_key}, page=PAGE
)
_ORGANIZATION = select(App.organization_id).where(App.id == bindparam("app_id"))
_TOTAL = (
    select(func.coalesce(func.sum(Bundle.size), 0))
    .join(App, App.id == Bundle.app_id)
    .where(App.organization_id == bindparam("organization_id"))
)


def require(actor: Actor, app_id: str, action: Action, *, changing: bool = False) -> AppAccess:
    """Return the actor's access to an app; with `changing`, lock its organization first.

    Raises `NotFound` for an unknown app and for outsiders, and `NotPermitted` if a member's role is too low.
    """
    organization_id = db.scalar(_ORGANIZATION, {"app_id": app_id})
    loaded = organization_access.load(actor, organization_id, changing=changing) if organization_id else None
    row = db.execute(_ONE, {"app_id": app_id}).first() if loaded else None
    if loaded is None or row is None:
        raise NotFound(Code.APP_NOT_FOUND)
    try:
        authorized = organization_access.authorize(loaded, action)
    except NotPermitted as refusal:
        refusal.organization_id = organization_id
        raise
    return AppAccess(**fields_of(authorized), app=_view(row))


def in_organization(
    organization_id: str, *, limit: int | None = None, cursor: str | None = None
) -> Page[AppView]:
    """List the apps of an organization by name: one page, or all without limit and cursor."""
    values = {"organization_id": organization_id}
    return _LIST.page_or_all(values, limit=limit, cursor=cursor).of(_view)


def storage_used(organization_id: str) -> int:
    """Return the total size, in bytes, of an organization's bundles."""
    return int(db.scalar(_TOTAL, {"organization_id": organization_id}) or 0)


def create(access: Access, *, name: str) -> AppView:
    """Create an app. Raises `Conflict` if its name is taken or the app limit is reached."""
    _check_free(access.organization.id, name)
    quotas.check_apps(access.organization)

    app = App(
        id=identifiers.new("app"),
        organization_id=access.organization.id,
        name=name,
        name_key=names.comparable(name),
        created_by=access.actor.user_id,
        created_at=clock.now(),
    )
    db.add(app)
    audit.record(Event.APP_CREATED, access, app.id, after={"name": name})
    db.flush()
    return _read(app.id)


def rename(access: AppAccess, *, name: str) -> AppView:
    """Rename an app. Raises `Conflict` if the name is taken; the current name changes nothing."""
    if name != access.app.name:
        _check_free(access.organization.id, name, except_for=access.app.id)
        app = db.get_one(App, access.app.id)
        app.name, app.name_key = name, names.comparable(name)
        audit.record(
            Event.APP_RENAMED, access, app.id, before={"name": access.app.name}, after={"name": name}
        )
        db.flush()
    return _read(access.app.id)


def remove(access: AppAccess) -> None:
    """Delete an app with its bundles. Their files are removed after the commit."""
    app = access.app
    audit.record(
        Event.APP_DELETED,
        access,
        app.id,
        before={"name": app.name, "bundles": app.bundles, "latest_version": app.latest_version},
    )
    bundle_files.release(App.id == app.id)
    db.execute(delete(App).where(App.id == app.id))


def _check_free(organization_id: str, name: str, *, except_for: str = "") -> None:
    taken = select(App.id).where(
        App.organization_id == organization_id, App.name_key == names.comparable(name), App.id != except_for
    )
    if db.execute(taken).first():
        raise Conflict(
            Code.APP_EXISTS, message="Choose another name; letter case makes no difference.", field="name"
        )


def _read(app_id: str) -> AppView:
    return _view(db.execute(_ONE, {"app_id": app_id}).one())


def _view(row: AnyRow) -> AppView:
    return views.of_row(AppView, row, storage=int(row.storage))
