"""The tables, one a file: columns, constraints and tiny properties; no queries, no rules."""

from app.models.app import App
from app.models.audit_entry import AuditEntry
from app.models.base import Base
from app.models.bundle import Bundle
from app.models.credential import Credential, CredentialKind
from app.models.invitation import Invitation, InvitationState
from app.models.job import Job
from app.models.membership import Membership
from app.models.organization import Organization
from app.models.user import User

__all__ = [
    "App",
    "AuditEntry",
    "Base",
    "Bundle",
    "Credential",
    "CredentialKind",
    "Invitation",
    "InvitationState",
    "Job",
    "Membership",
    "Organization",
    "User",
]
