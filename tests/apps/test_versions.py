"""Semantic versions: which texts are valid, and their order."""

import itertools

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.base.errors import InvalidInput
from app.text import semver
from tests.support.sweeping import sweep

NUMBERS = st.integers(0, 10**12).map(str)
WORDS = st.text("abzAZ09-", min_size=1, max_size=4).filter(lambda word: not word.isdigit())
PARTS = st.one_of(NUMBERS, WORDS)
VERSIONS = st.builds(
    lambda core, prerelease: ".".join(core) + ("-" + ".".join(prerelease) if prerelease else ""),
    st.tuples(NUMBERS, NUMBERS, NUMBERS),
    st.lists(PARTS, max_size=4),
)


def rank(version: str):
    """Return the sort key that rule 11 of semver.org describes."""
    core, _, prerelease = version.partition("-")
    identifiers = [
        (not part.isdigit(), int(part) if part.isdigit() else part) for part in prerelease.split(".")
    ]
    return [int(number) for number in core.split(".")], not prerelease, identifiers if prerelease else []


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])  # for busy machines
@given(st.lists(VERSIONS, min_size=2, max_size=6))
def test_precedence_sorts_as_rule_11_says(versions):
    assert sorted(versions, key=semver.precedence) == sorted(versions, key=rank)


def test_build_metadata_does_not_affect_precedence():
    assert semver.precedence("1.0.0-rc.1+build.5") == semver.precedence("1.0.0-rc.1")


def test_example_of_rule_11_is_in_order():
    prereleases = ("alpha", "alpha.1", "alpha.beta", "beta", "beta.2", "beta.11", "rc.1")
    ordered = [f"1.0.0-{text}" for text in prereleases]
    ordered += ["1.0.0", "1.0.1", "1.2.0", "1.10.0", "9.0.0", "10.0.0"]

    keys = [semver.precedence(version) for version in ordered]

    assert all(earlier < later for earlier, later in itertools.pairwise(keys))


def test_longest_precedence_key_fits_its_column():
    longest = "0.0.0-" + ".".join("a" * 47)
    assert len(longest) <= semver.LENGTH
    assert len(semver.precedence(longest)) <= 500


@sweep("text", [" 1.2.3 ", "1.2.3-0a.b+001.-", "0.0.0", "1.0.0--"])
def test_versions_are_trimmed(text):
    assert semver.parse(text, field="version") == text.strip()


@sweep("text", ["", "1.2", "1.2.3.4", "1.2.3-a..b", "1.2.3+", "1.2.3\n4", "1.2.3-00"])
def test_malformed_versions_are_refused(text):
    with pytest.raises(InvalidInput) as refusal:
        semver.parse(text, field="version")
    assert refusal.value.field == "version"
