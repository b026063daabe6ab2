"""Identifiers fit their columns and sort by time."""

import pytest

from app.base import identifiers
from app.models import CredentialKind
from app.services.core import credentials


def test_a_prefix_too_long_for_its_column_is_refused():
    assert len(identifiers.new("session")) == identifiers.LONGEST

    with pytest.raises(ValueError, match="too long"):
        identifiers.new("sessions")


@pytest.mark.parametrize("kind", CredentialKind)
def test_every_kind_of_credential_has_an_identifier_that_fits(portal, kind):
    alice = portal.person("Alice")

    with portal.writing():
        credential, _secret = credentials.issue(alice.uid, kind)

    assert len(credential.id) <= identifiers.LONGEST


def test_identifiers_sort_by_time():
    made = [identifiers.new("org") for _ in range(1000)]

    assert made == sorted(made)
    assert len(set(made)) == len(made)
