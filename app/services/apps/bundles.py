"""Bundles: authorize, list, upload and delete them."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import bindparam, delete, func, select

from app.base import clock, identifiers
from app.base.codes import Code
from app.base.errors import Conflict, InvalidInput, NotFound
from app.base.events import Event
from app.base.permissions import Action
from app.models import Bundle, User
from app.services.apps import apps, bundle_files
from app.services.apps.apps import AppAccess
from app.services.core import audit, quotas, views
from app.services.core.actors import Actor, fields_of
from app.services.core.paging import Keyset, Page
from app.storage import blobs
from app.storage.blobs import Draft
from app.storage.database import AnyRow, config, db
from app.text import semver

PAGE = 100


@dataclass(frozen=True, slots=True)
class BundleView:
    """A read-only bundle. `size` is in bytes, `checksum` is a SHA-256 in hex."""

    id: str
    app_id: str
    version: str
    size: int
    checksum: str
    filename: str
    created_at: datetime
    created_by: str
    uploaded_by: str | None = None

    @property
    def path(self) -> Path:
        """The path of the file; needs an open unit of work."""
        return blobs.path_of(config().bundles, self.checksum)


@dataclass(frozen=True, slots=True, kw_only=True)
class BundleAccess(AppAccess):
    """The access of an actor to one bundle."""

    bundle: BundleView


_UPLOADER = func.coalesce(func.nullif(User.name, ""), User.email).label("uploaded_by")
_BUNDLES = select(*views.columns(BundleView, Bundle))
_ONE = _BUNDLES.where(Bundle.id == bindparam("bundle_id"))
_VERSION = _BUNDLES.where(Bundle.app_id == bindparam("app_id"), Bundle.version == bindparam("version"))
# Highest version first. Versions of equal precedence differ only in build metadata; the newer comes first.
_LIST = Keyset(
    _BUNDLES.add_columns(_UPLOADER, Bundle.precedence)
    .outerjoin(User, User.id == Bundle.created_by)
    .where(Bundle.app_id == bindparam("app_id")),
    {"precedence": Bundle.precedence, "id": Bundle.id},
    page=PAGE,
    descending=True,
)


def require(actor: Actor, bundle_id: str, action: Action) -> BundleAccess:
    """Return the actor's access to a bundle. Raises `NotFound` for an unknown bundle and for outsiders."""
    row = db.execute(_ONE, {"bundle_id": bundle_id}).first()
    if row is None:
        raise NotFound(Code.BUNDLE_NOT_FOUND)
    try:
        app_access = apps.require(actor, row.app_id, action)
    except NotFound as error:
        raise NotFound(Code.BUNDLE_NOT_FOUND) from error
    return BundleAccess(**fields_of(app_access), bundle=_view(row))


def of_app(app_id: str, *, limit: int | None = None, cursor: str | None = None) -> Page[BundleView]:
    """List the bundles of an app, highest version first: one page, or all without limit and cursor."""
    page = _LIST.page_or_all({"app_id": app_id}, limit=limit, cursor=cursor)
    return page.of(lambda row: views.of_row(BundleView, row))


def by_version(access: AppAccess, version: str) -> BundleView:
    """Return the bundle with this version. Raises `NotFound` if there is none."""
    row = db.execute(_VERSION, {"app_id": access.app.id, "version": version}).first()
    if row is None:
        raise NotFound(Code.BUNDLE_NOT_FOUND, field="version")
    return _view(row)


def check_free(access: AppAccess, version: str) -> None:
    """Raise `Conflict` if the version exists."""
    if db.execute(_VERSION, {"app_id": access.app.id, "version": version}).first():
        raise Conflict(
            Code.VERSION_EXISTS,
            message="Choose a higher version. A published one can't be replaced.",
            field="version",
        )


def check_quota(access: AppAccess, size: int, *, final: bool = False) -> None:
    """Raise `Conflict` if a file of this size exceeds the remaining storage; `final` locks the storage."""
    quotas.check_storage(access.organization, size, final=final)


def add(access: AppAccess, draft: Draft, *, version: str, checksum: str | None = None) -> BundleView:
    """Add a bundle with its sealed file. `checksum` is the one that the sender expects.

    Raises `InvalidInput` if the file is empty or differs, and `Conflict` if the version exists or storage is
    exceeded.
    """
    if not draft.size:
        raise InvalidInput(Code.FILE_EMPTY, field="file")
    if checksum and checksum != draft.checksum:
        raise InvalidInput(
            Code.CHECKSUM_MISMATCH, message=f"The received file has {draft.checksum}.", field="sha256"
        )
    check_free(access, version)
    check_quota(access, draft.size, final=True)

    bundle = Bundle(
        id=identifiers.new("bundle"),
        app_id=access.app.id,
        version=version,
        precedence=semver.precedence(version),
        size=draft.size,
        checksum=draft.checksum,
        filename=draft.name,
        created_at=clock.now(),
        created_by=access.actor.user_id,
    )
    db.add(bundle)
    audit.record(
        Event.BUNDLE_UPLOADED,
        access,
        bundle.id,
        after={"app": access.app.name, "version": version, "size": bundle.size, "checksum": bundle.checksum},
    )
    db.flush()
    bundle_files.store(draft)
    return _view(bundle)


def remove(access: AppAccess, version: str) -> BundleView:
    """Delete a version. Its file is removed after the commit, unless another bundle has the same content."""
    bundle = by_version(access, version)
    audit.record(
        Event.BUNDLE_DELETED,
        access,
        bundle.id,
        before={
            "app": access.app.name,
            "version": version,
            "size": bundle.size,
            "checksum": bundle.checksum,
        },
    )
    bundle_files.release(Bundle.id == bundle.id)
    db.execute(delete(Bundle).where(Bundle.id == bundle.id))
    return bundle


def _view(row: AnyRow | Bundle) -> BundleView:
    """Return the view of a bundle whose uploader was not looked up."""
    return views.of_row(BundleView, row, uploaded_by=None)
