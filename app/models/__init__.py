"""The tables, one per file: columns, constraints and small properties, but no queries and no rules."""

from app.models.address_change import AddressChange
from app.models.app import App
from app.models.audit_chain import AuditChain
from app.models.audit_entry import AuditEntry, Outcome
from app.models.base import Base
from app.models.bundle import Bundle
from app.models.ceremony import Ceremony, CeremonyPurpose
from app.models.credential import Credential, CredentialKind
from app.models.credential_use import CredentialUse
from app.models.factor import Factor, FactorKind
from app.models.invitation import Invitation, InvitationState
from app.models.job import Job
from app.models.job import Outcome as JobOutcome
from app.models.key_policy import KeyPolicy
from app.models.lockout import Lockout
from app.models.membership import Membership
from app.models.old_secret import OldSecret
from app.models.organization import Organization
from app.models.portal_key import PortalKey
from app.models.receipt import Receipt
from app.models.recovery_code import RecoveryCode
from app.models.refused_attempt import RefusedAttempt
from app.models.user import User

__all__ = [
    "AddressChange",
    "App",
    "AuditChain",
    "AuditEntry",
    "Base",
    "Bundle",
    "Ceremony",
    "CeremonyPurpose",
    "Credential",
    "CredentialKind",
    "CredentialUse",
    "Factor",
    "FactorKind",
    "Invitation",
    "InvitationState",
    "Job",
    "JobOutcome",
    "KeyPolicy",
    "Lockout",
    "Membership",
    "OldSecret",
    "Organization",
    "Outcome",
    "PortalKey",
    "Receipt",
    "RecoveryCode",
    "RefusedAttempt",
    "User",
]
