"""The table of audit events: their recorded names, groups, labels and details.

A row has the recorded name, the group, the label, the keys of `before` and the keys of `after`. A key that
ends in `?` is optional. Recorded names never change, because entries are sealed with them.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import NamedTuple, Self

# Keys that several rows share, or that are too long for one.
_TERM = "prefix expires_at"
_POLICY = "max_days expiry_required"
_NAMED = "name management_email"
_EMAIL = "management_email"
_FIELDS = "name? logo? management_email?"
_BUNDLE = "app version size checksum"
_FILTERS = "actor? action? target? since? until? q?"
_PROFILE = "name? image_url?"


class Group(StrEnum):
    """A group of events; its value can be passed to the `action` filter."""

    label: str

    def __new__(cls, value: str, label: str) -> Self:
        """Create a group from its row."""
        group = str.__new__(cls, value)
        group._value_ = value
        group.label = label
        return group

    MEMBERS = "members", "Members"
    INVITATIONS = "invitations", "Invitations"
    API_KEYS = "api_keys", "API keys"
    ORGANIZATION = "organization", "Organization"
    APPS = "apps", "Apps and bundles"
    SECURITY = "security", "Sign-in and security"
    AUDIT_LOG = "audit", "Audit log"
    ACCOUNT = "account", "Account"
    PORTAL = "portal", "Portal"

    @property
    def in_organizations(self) -> bool:
        """Whether its events can appear in an organization's log, not only in the portal's."""
        return self not in {Group.ACCOUNT, Group.PORTAL}


class Keys(NamedTuple):
    """The keys of one side of an entry, `before` or `after`."""

    required: frozenset[str]
    optional: frozenset[str]

    @classmethod
    def of(cls, text: str) -> Self:
        """Return the keys that a row of the table lists."""
        words = text.split()
        optional = frozenset(word.removesuffix("?") for word in words if word.endswith("?"))
        return cls(frozenset(words) - {f"{word}?" for word in optional}, optional)

    def fit(self, details: Mapping[str, object] | None) -> bool:
        """Return whether the details have every required key and no unknown key."""
        found = set(details or ())
        return self.required <= found <= self.required | self.optional


class Event(StrEnum):
    """An event that an audit entry can record."""

    group: Group
    label: str
    before: Keys
    after: Keys

    def __new__(cls, name: str, group: Group, label: str, before: str = "", after: str = "") -> Self:
        """Create an event from its row."""
        event = str.__new__(cls, name)
        event._value_ = name
        event.group, event.label = group, label
        event.before, event.after = Keys.of(before), Keys.of(after)
        return event

    MEMBER_ROLE_CHANGED = "member.role_changed", Group.MEMBERS, "Role changed", "role", "role"
    MEMBER_REMOVED = "member.removed", Group.MEMBERS, "Member removed", "role"
    MEMBER_LEFT = "member.left", Group.MEMBERS, "Member left", "role"

    MEMBER_INVITED = "member.invited", Group.INVITATIONS, "Member invited", "", "email role"
    INVITATION_RESENT = "invitation.resent", Group.INVITATIONS, "Invitation resent", "role", "email role"
    INVITATION_ACCEPTED = "invitation.accepted", Group.INVITATIONS, "Invitation accepted", "role", "role"
    INVITATION_DECLINED = "invitation.declined", Group.INVITATIONS, "Invitation declined", "role"
    INVITATION_CANCELLED = "invitation.cancelled", Group.INVITATIONS, "Invitation canceled", "role"

    KEY_CREATED = "key.created", Group.API_KEYS, "API key created", "", "owner name role prefix expires_at"
    KEY_RENAMED = "key.renamed", Group.API_KEYS, "API key renamed", "name", "name"
    KEY_RENEWED = "key.renewed", Group.API_KEYS, "API key renewed", _TERM, f"{_TERM} overlap_hours"
    KEY_REVOKED = "key.revoked", Group.API_KEYS, "API key revoked", "owner? name prefix"
    # Entries of earlier versions have this value, which the chain of the audit log seals.
    KEY_BLOCKED = "key.cut_off", Group.API_KEYS, "API key blocked", "owner name prefix"
    KEY_POLICY_CHANGED = "key_policy.changed", Group.API_KEYS, "API key policy changed", _POLICY, _POLICY

    ORGANIZATION_CREATED = "organization.created", Group.ORGANIZATION, "Organization created", "", _NAMED
    ORGANIZATION_UPDATED = "organization.updated", Group.ORGANIZATION, "Settings changed", _FIELDS, _FIELDS
    CONTACT_CHANGED = "organization.contact_passed_on", Group.ORGANIZATION, "Contact changed", _EMAIL, _EMAIL
    ORGANIZATION_DELETED = "organization.deleted", Group.ORGANIZATION, "Organization deleted", _NAMED

    APP_CREATED = "app.created", Group.APPS, "App created", "", "name"
    APP_RENAMED = "app.renamed", Group.APPS, "App renamed", "name", "name"
    APP_DELETED = "app.deleted", Group.APPS, "App deleted", "name bundles latest_version"
    BUNDLE_UPLOADED = "bundle.uploaded", Group.APPS, "Bundle uploaded", "", _BUNDLE
    BUNDLE_DELETED = "bundle.deleted", Group.APPS, "Bundle deleted", _BUNDLE

    SESSION_OPENED = "session.opened", Group.SECURITY, "Signed in", "", "device factors"
    SESSION_CLOSED = "session.closed", Group.SECURITY, "Signed out"
    SESSION_REVOKED = "session.revoked", Group.SECURITY, "Session ended"
    OTHER_SESSIONS_REVOKED = "session.others_revoked", Group.SECURITY, "Other sessions ended", "", "sessions"
    ALL_SESSIONS_CLOSED = "session.all_closed", Group.SECURITY, "All sessions ended", "", "sessions"
    CHALLENGE_FAILED = "challenge.failed", Group.SECURITY, "Two-factor sign-in failed", "", "codes"
    PASSWORD_CHANGED = "password.changed", Group.SECURITY, "Password changed"
    PASSWORD_RESET_REQUESTED = "password.reset_requested", Group.SECURITY, "Password reset requested"
    PASSWORD_RESET_LINK_MADE = "password.reset_link_made", Group.SECURITY, "Password reset link created"
    PASSWORD_RESET = "password.reset", Group.SECURITY, "Password reset"
    PASSWORD_SET_BY_OPERATOR = "password.set_by_operator", Group.SECURITY, "Password set by the operator"
    FACTOR_ADDED = "factor.added", Group.SECURITY, "Second factor added", "", "kind name"
    FACTOR_RENAMED = "factor.renamed", Group.SECURITY, "Second factor renamed", "name", "name"
    FACTOR_REMOVED = "factor.removed", Group.SECURITY, "Second factor removed", "kind name"
    FACTORS_RESET = "factors.reset", Group.SECURITY, "Two-factor reset", "email factors"
    RECOVERY_CODES_MADE = "recovery_codes.made", Group.SECURITY, "Recovery codes created", "", "codes"
    RECOVERY_CODE_USED = "recovery_code.used", Group.SECURITY, "Recovery code used", "", "left"
    TWO_FACTOR_REQUIRED = (
        "second_factor.required",
        Group.SECURITY,
        "Two-factor required",
        "deadline?",
        "deadline",
    )
    TWO_FACTOR_NOT_REQUIRED = (
        "second_factor.not_required",
        Group.SECURITY,
        "Two-factor optional again",
        "deadline",
    )
    NETWORK_LOCKED = "network.locked", Group.SECURITY, "Network locked out"

    AUDIT_READ = "audit.read", Group.AUDIT_LOG, "Audit log viewed"
    AUDIT_EXPORTED = "audit.exported", Group.AUDIT_LOG, "Audit log exported", "", f"format {_FILTERS}"
    PERSON_FORGOTTEN = "audit.person_forgotten", Group.AUDIT_LOG, "Personal data redacted", "", "entries"
    AUDIT_SEALED_ANEW = "audit.sealed_anew", Group.AUDIT_LOG, "Audit log resealed", "", "entries last_hash"

    ACCOUNT_CREATED = "account.created", Group.ACCOUNT, "Account created", "", "email"
    ACCOUNT_REGISTERED = "account.registered", Group.ACCOUNT, "Account registered", "", "email"
    CONFIRMATION_REQUESTED = "account.confirmation_requested", Group.ACCOUNT, "Confirmation email requested"
    ACCOUNT_CONFIRMED = "account.confirmed", Group.ACCOUNT, "Email address confirmed"
    ACCOUNT_UPDATED = "account.updated", Group.ACCOUNT, "Profile changed", _PROFILE, _PROFILE
    ACCOUNT_TAKEN_OVER = "account.taken_over", Group.ACCOUNT, "Account handed over", "factors"
    ACCOUNT_DISABLED = "account.disabled", Group.ACCOUNT, "Account disabled", "email"
    ACCOUNT_ENABLED = "account.enabled", Group.ACCOUNT, "Account enabled", "", "email"
    ACCOUNT_LOGGED_OUT = "account.logged_out", Group.ACCOUNT, "Signed out by the operator", "", "sessions"
    ACCOUNT_LOCKED = "account.locked", Group.ACCOUNT, "Account locked", "", "counted_for"
    ACCOUNT_UNLOCKED = "account.unlocked", Group.ACCOUNT, "Account unlocked"
    ACCOUNT_ERASED = "account.erased", Group.ACCOUNT, "Account erased"
    EMAIL_CHANGE_REQUESTED = "address.change_requested", Group.ACCOUNT, "Email change requested", "", "email"
    EMAIL_CHANGE_AGREED = "address.change_agreed", Group.ACCOUNT, "Email change approved", "", "email side"
    EMAIL_CHANGED = "address.changed", Group.ACCOUNT, "Email address changed", "email", "email"

    PORTAL_RESTORED = "portal.restored", Group.PORTAL, "Portal restored from a backup", "", "taken_at"
    SECRET_KEY_ROTATED = "portal.secret_key_rotated", Group.PORTAL, "Secret key rotated"
    SECRET_KEY_RESET = "portal.secret_key_reset", Group.PORTAL, "Secret key reset"


_LABELS = {**{group.value: group.label for group in Group}, **{event.value: event.label for event in Event}}


def label(name: str) -> str:
    """Return the label of an event or a group; a name that older entries have is turned into words."""
    noun, _, verb = name.partition(".")
    return _LABELS.get(name) or f"{verb} {noun}".replace("_", " ").strip().capitalize()


def matching(text: str) -> list[str]:
    """Return the recorded names that a filter selects: one event's, a group's, or none."""
    return [event.value for event in Event if text in {event.value, event.group.value}]
