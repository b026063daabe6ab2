"""Register and verify passkeys. Only this module calls `webauthn`."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import webauthn
from sqlalchemy import select
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url, options_to_json_dict
from webauthn.helpers.cose import COSEAlgorithmIdentifier
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from app.base import clock
from app.base.codes import Code
from app.base.errors import Conflict, InvalidInput, NotAuthenticated
from app.models import CeremonyPurpose, Factor, FactorKind, User
from app.services.core import credentials, locks
from app.services.core.actors import Actor
from app.services.login import passkey_hosts, second_factors, webauthn_challenges
from app.services.login.passkey_hosts import RelyingParty
from app.storage.database import config, db

# A browser's response about a passkey, as JSON that has not been validated.
Answer = dict[str, object]

# Signature algorithms, preferred first. Windows Hello supports only RSA on many machines.
_ALGORITHMS = [
    COSEAlgorithmIdentifier.EDDSA,
    COSEAlgorithmIdentifier.ECDSA_SHA_256,
    COSEAlgorithmIdentifier.RSASSA_PKCS1_v1_5_SHA_256,
]


@dataclass(frozen=True, slots=True)
class Request:
    """The options for a browser's WebAuthn call, and the identifier of the challenge in them."""

    options: Mapping[str, object]
    ceremony: str


def registration_options(actor: Actor) -> Request:
    """Return the options for making a passkey, excluding devices that already have one for the account."""
    credentials.lock_holder(actor)
    options = webauthn.generate_registration_options(
        rp_id=_here().id,
        rp_name="Crewroom",
        user_name=actor.email,
        user_display_name=actor.display_name,
        user_id=actor.user_id.encode(),
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED,
            user_verification=UserVerificationRequirement.PREFERRED,
        ),
        exclude_credentials=_descriptors(actor.user_id),
        supported_pub_key_algs=_ALGORITHMS,
    )
    ceremony = webauthn_challenges.create(CeremonyPurpose.REGISTER, options.challenge, user_id=actor.user_id)
    return Request(options_to_json_dict(options), ceremony)


def register(actor: Actor, challenge: bytes | None, credential: Answer, *, name: str) -> Factor:
    """Add the passkey that a browser made for a challenge. Raises `InvalidInput` or `Conflict`."""
    registration = _verified(challenge, credential)
    handle = bytes_to_base64url(registration.credential_id)
    credentials.lock_holder(actor)
    locks.passkey(handle)
    if db.scalar(select(Factor.id).where(Factor.handle == handle)):
        raise Conflict(Code.PASSKEY_EXISTS)

    factor = second_factors.new(actor, FactorKind.PASSKEY, name=name)
    factor.handle = handle
    factor.public_key = registration.credential_public_key
    factor.sign_count = registration.sign_count
    factor.host = _here().id
    db.add(factor)
    db.flush()
    return factor


def authentication_options(purpose: CeremonyPurpose, user_id: str | None = None) -> Request:
    """Return the options for signing in with a passkey, or raise `Conflict` if the account has none here.

    Without `user_id` the passkey is the only factor, so the device must verify the person.
    """
    verification = UserVerificationRequirement.PREFERRED if user_id else UserVerificationRequirement.REQUIRED
    allowed = _descriptors(user_id) if user_id else None
    if allowed == []:
        raise Conflict(Code.NO_PASSKEY, message="Use a code from your app, or a recovery code.")
    options = webauthn.generate_authentication_options(
        rp_id=_here().id,
        allow_credentials=allowed,
        user_verification=verification,
    )
    ceremony = webauthn_challenges.create(purpose, options.challenge, user_id=user_id)
    return Request(options_to_json_dict(options), ceremony)


def verify(challenge: bytes | None, credential: Answer, *, user_id: str | None = None) -> str:
    """Return the account whose passkey signed a challenge, or raise `NotAuthenticated`."""
    factor = _locked(credential.get("id"))
    if factor is None or (user_id and factor.user_id != user_id) or not _names(credential, factor.user_id):
        raise NotAuthenticated(Code.INVALID_PASSKEY)

    _check_host(factor)

    factor.sign_count = _sign_count(factor, challenge, credential, verified=user_id is None)
    factor.host = _here().id
    factor.last_used_at = clock.now()
    return factor.user_id


def _check_host(factor: Factor) -> None:
    here = _here().id
    if factor.host not in {None, here}:
        raise NotAuthenticated(
            Code.PASSKEY_OF_OTHER_HOST,
            message=f"It was made for {factor.host}, not for {here}. Sign in another way, and add a new one.",
        )


def _verified(challenge: bytes | None, credential: Answer) -> Any:
    here = _here()
    if not challenge:
        raise InvalidInput(Code.PASSKEY_EXPIRED, message="Nothing was added. Try again.", field="credential")
    try:
        return webauthn.verify_registration_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=here.id,
            expected_origin=here.origin,
            supported_pub_key_algs=_ALGORITHMS,
        )
    except Exception as error:
        # On malformed input the library lets the errors of its parsers through.
        raise InvalidInput(
            Code.INVALID_PASSKEY, message="Nothing was added. Try again.", field="credential"
        ) from error


def _sign_count(factor: Factor, challenge: bytes | None, credential: Answer, *, verified: bool) -> int:
    here = _here()
    if not challenge:
        raise NotAuthenticated(Code.PASSKEY_EXPIRED, message="Try again, or sign in with your password.")
    try:
        answer = webauthn.verify_authentication_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=here.id,
            expected_origin=here.origin,
            credential_public_key=factor.public_key or b"",
            credential_current_sign_count=factor.sign_count or 0,
            require_user_verification=verified,
        )
    except Exception as error:  # as above; any error refuses the passkey
        raise NotAuthenticated(
            Code.INVALID_PASSKEY, message="Try again, or sign in with your password."
        ) from error
    return answer.new_sign_count


def _locked(handle: object) -> Factor | None:
    """Lock the account of a passkey and return the passkey, or None if it is unknown or was removed."""
    statement = select(Factor).where(Factor.handle == handle, Factor.kind == FactorKind.PASSKEY)
    statement = statement.join(User, User.id == Factor.user_id).where(User.disabled_at.is_(None))
    factor = db.scalar(statement) if isinstance(handle, str) else None
    if factor is None:
        return None
    locks.account(factor.user_id)
    return db.scalar(statement.execution_options(populate_existing=True))


def _names(credential: Answer, user_id: str) -> bool:
    """Return whether the response's user handle, if it has one, is the owner's."""
    response = credential.get("response")
    handle = response.get("userHandle") if isinstance(response, dict) else None
    return handle is None or handle == bytes_to_base64url(user_id.encode())


def _descriptors(user_id: str) -> list[PublicKeyCredentialDescriptor]:
    own = select(Factor.handle).where(
        Factor.user_id == user_id, Factor.kind == FactorKind.PASSKEY, passkey_hosts.works_here()
    )
    return [PublicKeyCredentialDescriptor(id=base64url_to_bytes(handle or "")) for handle in db.scalars(own)]


def _here() -> RelyingParty:
    party = passkey_hosts.relying_party(config())
    if party is None:
        raise Conflict(Code.PASSKEYS_UNSUPPORTED, message="Set CREWROOM_BASE_URL to such an address.")
    return party
