"""The tables, one a file: columns, constraints and tiny properties; no queries, no rules."""

from app.models.audit_entry import AuditEntry
from app.models.base import Base
from app.models.ceremony import Ceremony, CeremonyPurpose
from app.models.credential import Credential, CredentialKind
from app.models.factor import Factor, FactorKind
from app.models.invitation import Invitation, InvitationState
from app.models.job import Job
from app.models.membership import Membership
from app.models.organization import Organization
from app.models.recovery_code import RecoveryCode
from app.models.user import User

__all__ = [
    "AuditEntry",
    "Base",
    "Ceremony",
    "CeremonyPurpose",
    "Credential",
    "CredentialKind",
    "Factor",
    "FactorKind",
    "Invitation",
    "InvitationState",
    "Job",
    "Membership",
    "Organization",
    "RecoveryCode",
    "User",
]
