"""Whatever people and programs do, a backup of the portal can be restored."""

from collections.abc import Callable

import pytest

from app.base.permissions import Role
from tests.support.commands import CommandLine
from tests.support.portal import PASSWORD, Person, Portal

Change = Callable[[Portal, str, Person], object]

SHY, NEXT_LINE = "\xad", "\x85"


def erase_an_account(portal: Portal, _org: str, rita: Person) -> None:
    portal.browser(rita).submit("/account/", method="DELETE", email=rita.email, password=PASSWORD)


def sign_in_with(user_agent: str) -> Change:
    def sign_in(portal: Portal, _org: str, rita: Person) -> None:
        browser = portal.browser()
        given = {"email": rita.email, "password": PASSWORD}
        answer = browser.json("POST", "/login/", json=given, headers={"User-Agent": user_agent})
        assert answer.status_code == 200

    return sign_in


def try_to_block_key(name: str) -> Change:
    def attempt(portal: Portal, org: str, rita: Person) -> None:
        answer = portal.browser(rita).json("DELETE", "/organization/keys/", json={"orgId": org, "id": name})
        assert answer.status_code == 404

    return attempt


ACTIONS: dict[str, Change] = {
    "an erased account": erase_an_account,
    # Apps on iPhones and curl scripts send UTF-8, which arrives decoded as Latin-1.
    "a user agent with a Japanese name": sign_in_with(
        "\u30e1\u30e2/1 CFNetwork/1.0".encode().decode("latin-1")
    ),
    "a user agent with a soft hyphen": sign_in_with(f"My{SHY}App/1 CFNetwork/1.0 Darwin/22"),
    "a user agent with a control character": sign_in_with(f"My{NEXT_LINE}App/1 CFNetwork/1.0 Darwin/22"),
    "a refused attempt at two lines": try_to_block_key("key_1\nkey_2"),
    "a refused attempt with a line separator": try_to_block_key("key_1\u2028key_2"),
}


@pytest.mark.long
@pytest.mark.parametrize("action", ACTIONS.values(), ids=ACTIONS)
def test_backup_taken_afterwards_can_be_restored(action, crewroom, tmp_path):
    alice, rita = crewroom.person("alice@crew.test"), crewroom.person("rita@crew.test")
    portal = crewroom.portal()
    org = portal.organization(alice)
    portal.join(org, rita, Role.ADMIN)
    action(portal, org, rita)
    portal.close()
    crewroom.done("backup", str(tmp_path / "backup.tar"))

    restored = CommandLine(tmp_path / "fresh").done("restore", str(tmp_path / "backup.tar"))

    assert "whole" in restored
