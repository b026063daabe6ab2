"""Secrets: their format, and what is stored of them."""

import hashlib
import re

import pytest

from app.base import tokens
from app.base.config import Config
from app.text import links
from app.text.links import Purpose
from tests.support.sweeping import sweep


def test_secret_has_a_prefix_and_is_long_enough():
    secret = tokens.new()

    assert re.fullmatch(r"crew_[0-9A-Za-z]{43}[0-9A-Za-z]{6}", secret)
    assert 62**43 > 2**256
    assert tokens.well_formed(secret)


def test_secrets_differ():
    assert len({tokens.new() for _ in range(1000)}) == 1000


@sweep("place", [5, 20, 47, 48, 53])
def test_one_wrong_character_is_noticed(place):
    secret = tokens.new()
    wrong = "a" if secret[place] != "a" else "b"

    assert not tokens.well_formed(secret[:place] + wrong + secret[place + 1 :])


@sweep(
    "text",
    ["", "crew_", "key_" + "0" * 50, "crew_" + "0" * 48, "crew_" + "é" * 49, "\ud800", "crew_" + "0" * 5000],
)
def test_other_texts_are_not_secrets(text):
    assert not tokens.well_formed(text)


@sweep("change", [str.upper, str.lower, lambda text: text + "\n", lambda text: " " + text])
def test_secret_must_be_exact(change):
    secret = tokens.new()

    assert not tokens.well_formed(change(secret))


def test_digest_is_sha256():
    assert tokens.digest("crew_x") == hashlib.sha256(b"crew_x").hexdigest()
    assert len(tokens.digest("\ud800")) == 64


def test_prefix_shows_little():
    secret = tokens.new()

    assert tokens.prefix(secret) == secret[:12]


def test_derived_secret_is_the_same_each_time():
    assert tokens.derived("key", "reset:1") == tokens.derived("key", "reset:1")
    assert tokens.well_formed(tokens.derived("key", "reset:1"))


def test_derived_secrets_differ_by_key_purpose_and_identifier():
    made = {
        tokens.derived(key, f"{purpose}:{identifier}")
        for key in ("key", "other key")
        for purpose in ("reset", "invitation")
        for identifier in ("1", "2")
    }

    assert len(made) == 8


@pytest.mark.parametrize(
    ("purpose", "path"),
    [
        (Purpose.INVITATION, "/invitation/accept/"),
        (Purpose.CONFIRMATION, "/confirm/"),
        (Purpose.RESET, "/reset/password/"),
    ],
)
def test_mailed_link_is_the_base_url_and_its_secret(tmp_path, purpose, path):
    config = Config(tmp_path, "sqlite:///x", base_url="https://crew.example.com", secret_key="key")

    link = links.mailed(config, purpose, "inv_1")

    assert link == f"https://crew.example.com{path}?token={links.secret(config, purpose, 'inv_1')}"
