"""The tables, one a file: columns, constraints and tiny properties; no queries, no rules."""

from app.models.address_change import AddressChange
from app.models.app import App
from app.models.audit_chain import AuditChain
from app.models.audit_entry import AuditEntry, Outcome
from app.models.base import Base
from app.models.bundle import Bundle
from app.models.credential import Credential, CredentialKind
from app.models.credential_use import CredentialUse
from app.models.invitation import Invitation, InvitationState
from app.models.job import Job
from app.models.key_policy import KeyPolicy
from app.models.membership import Membership
from app.models.old_secret import OldSecret
from app.models.organization import Organization
from app.models.receipt import Receipt
from app.models.user import User

__all__ = [
    "AddressChange",
    "App",
    "AuditChain",
    "AuditEntry",
    "Base",
    "Bundle",
    "Credential",
    "CredentialKind",
    "CredentialUse",
    "Invitation",
    "InvitationState",
    "Job",
    "KeyPolicy",
    "Membership",
    "OldSecret",
    "Organization",
    "Outcome",
    "Receipt",
    "User",
]
