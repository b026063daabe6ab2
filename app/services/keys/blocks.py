"""Blocking: an organization ends what a key may do there."""

from app.base.events import Event
from app.models import Credential
from app.services.core import audit, credentials
from app.services.core.actors import Access, require_session
from app.services.keys import keys, organization_keys
from app.services.keys.organization_keys import OrganizationKey
from app.services.login import last_used
from app.services.mail import outbox


def block(access: Access, identifier: str) -> OrganizationKey:
    """Block a key in the organization. A key that is limited to the organization is revoked instead.

    Raises `NotFound` if the key doesn't act on the organization, and `NotPermitted` if the actor is a key or
    the owner's role ranks above the actor's.
    """
    require_session(access.actor, keys.BY_KEY)
    key = organization_keys.get(access, identifier)
    if key.organization_id:
        credentials.revoke(Credential.id == key.id)
    else:
        last_used.block(access.actor, key.id, access.organization.id)

    audit.record(
        Event.KEY_REVOKED if key.organization_id else Event.KEY_BLOCKED,
        access,
        key.id,
        before={"owner": key.email, "name": key.name, "prefix": key.prefix},
    )
    if key.user_id != access.actor.user_id:
        outbox.queue(
            "key_cut_off",
            key.email,
            organization=access.organization.name,
            key=key.name,
            prefix=key.prefix,
            cut_off_by=access.actor.display_name,
        )
    return key
