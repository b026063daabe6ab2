"""Key policies: the rules that an organization sets for keys."""

from dataclasses import asdict

from app.base.events import Event
from app.models import KeyPolicy, Organization
from app.services.core import audit
from app.services.core.actors import Access, KeyRules, require_session
from app.services.keys import keys
from app.services.mail import contacts
from app.storage.database import db


def change(access: Access, rules: KeyRules) -> KeyRules:
    """Change the organization's key policy, effective from the next request, and return it.

    Raises `NotPermitted` if the actor is an API key.
    """
    require_session(access.actor, keys.BY_KEY)
    if rules == access.key_rules:
        return rules

    organization_id = access.organization.id
    db.merge(KeyPolicy(organization_id=organization_id, **asdict(rules)))
    audit.record(
        Event.KEY_POLICY_CHANGED,
        access,
        organization_id,
        before=asdict(access.key_rules),
        after=asdict(rules),
    )
    organization = db.get_one(Organization, organization_id)
    contacts.notify(organization, "key_rules_changed", access.actor, rules=rules.sentence)
    return rules
