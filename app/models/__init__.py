"""The tables, one a file: columns, constraints and tiny properties; no queries, no rules."""

from app.models.audit_chain import AuditChain
from app.models.audit_entry import AuditEntry, Outcome
from app.models.base import Base
from app.models.credential import Credential, CredentialKind
from app.models.invitation import Invitation, InvitationState
from app.models.job import Job
from app.models.membership import Membership
from app.models.organization import Organization
from app.models.user import User

__all__ = [
    "AuditChain",
    "AuditEntry",
    "Base",
    "Credential",
    "CredentialKind",
    "Invitation",
    "InvitationState",
    "Job",
    "Membership",
    "Organization",
    "Outcome",
    "User",
]
