"""Every page and what can be opened on it, for tests that must cover everything people see."""

from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import Page

from tests.support.browsing import Visitor
from tests.support.teams import NAME, Team


@dataclass(frozen=True)
class PageState:
    """A page, the member of the team who views it (None for a visitor), and what they open there."""

    viewer: str | None
    path: str
    open: Callable[[Page], None] | None = None

    def visit(self, visitor: Visitor, team: Team) -> None:
        """Open the page in this state."""
        if self.viewer:
            visitor.enter(getattr(team, self.viewer).email)
        link = self.link(visitor, team) if "{link}" in self.path else ""
        # Actions apply to Tomás.
        visitor.go(self.path.format(org=team.org, address=team.tomas.email, link=link))
        if self.open:
            self.open(visitor.page)

    @staticmethod
    def link(visitor: Visitor, team: Team) -> str:
        """Return the link in Sofia's invitation mail."""
        return visitor.served.mailed_link(team.sofia.email, "/invitation/accept/")


def invite_dialog(page: Page) -> None:
    page.get_by_role("link", name="Invite people").first.click()
    page.get_by_role("dialog", name="Invite people").wait_for()


def refused_invitation(page: Page) -> None:
    invite_dialog(page)
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Email address").fill("nobody@crew.test")
    dialog.get_by_role("button", name="Send invitation").click()
    dialog.locator("[aria-invalid]").wait_for()


def sent_invitation(page: Page) -> None:
    """Resend Sofia's invitation with another role: the notice contains the new link."""
    page.get_by_role("row").filter(has_text="sofia").get_by_role("combobox").select_option("read")
    page.locator("#flash").get_by_label("Link to pass on").wait_for()


def row_menu(page: Page) -> None:
    page.get_by_role("row").filter(has_text="tomas").get_by_role("button", name="Actions for").click()
    page.get_by_role("menuitem", name="Remove from organization").wait_for()


def remove_dialog(page: Page) -> None:
    row_menu(page)
    page.get_by_role("menuitem", name="Remove from organization").click()
    page.get_by_role("dialog", name="Remove Tomas").wait_for()


def selected_rows(page: Page) -> None:
    page.get_by_role("row").filter(has_text="tomas").get_by_role("checkbox").check()
    page.get_by_role("row").filter(has_text="linus").get_by_role("checkbox").check()
    page.get_by_role("form", name="Selected people").wait_for()


def bulk_dialog(page: Page) -> None:
    selected_rows(page)
    page.get_by_role("form", name="Selected people").get_by_role("button", name="Remove").click()
    page.get_by_role("dialog", name="Remove 2 people?").wait_for()


def new_organization_dialog(page: Page) -> None:
    page.get_by_role("main").get_by_role("link", name="New organization").click()
    page.get_by_role("dialog", name="New organization").wait_for()


def organization_menu(page: Page) -> None:
    page.get_by_role("button", name=NAME).click()
    page.get_by_role("menu", name="Organizations").wait_for()


def account_menu(page: Page) -> None:
    page.get_by_role("button", name="Account of").click()
    page.get_by_role("menu", name="Account").wait_for()


def refused_sign_in(page: Page) -> None:
    page.get_by_label("Email address").fill("nobody@crew.test")
    page.get_by_label("Password", exact=True).fill("a wrong password")
    page.get_by_role("button", name="Log in").click()
    page.locator("#flash, [aria-invalid]").filter(visible=True).first.wait_for()


MEMBERS = "/organization/members/?orgId={org}"
PAGES = {
    "sign-in": PageState(None, "/login/"),
    "register": PageState(None, "/register/"),
    "forgot-password": PageState(None, "/reset/"),
    "choose-password-expired": PageState(None, "/reset/password/?token=unknown"),
    "confirm-expired": PageState(None, "/confirm/?token=unknown"),
    "sign-out": PageState("ada", "/logout/"),
    "no-organizations": PageState("zoe", "/organization/"),
    "organizations": PageState("ada", "/organization/"),
    "organizations-and-invitations": PageState("sofia", "/organization/"),
    "no-invitations": PageState("zoe", "/invitation/"),
    "invitations": PageState("sofia", "/invitation/"),
    "new-organization": PageState("ada", "/organization/new/"),
    "overview": PageState("ada", "/organization/?orgId={org}"),
    "members": PageState("ada", MEMBERS),
    "members-for-a-reader": PageState("tomas", MEMBERS),
    "members-no-match": PageState("ada", MEMBERS + "&q=nobody-like-this"),
    "open-invitations": PageState("ada", MEMBERS + "&state=invited"),
    "invite": PageState("ada", "/organization/members/invite/?orgId={org}"),
    "remove": PageState("ada", "/organization/members/remove/?orgId={org}&email={address}"),
    "audit-log": PageState("ada", "/organization/audit/?orgId={org}"),
    "audit-log-no-match": PageState("ada", "/organization/audit/?orgId={org}&q=nothing-like-this"),
    "roles": PageState("ada", "/organization/roles/?orgId={org}"),
    "settings": PageState("ada", "/organization/settings/?orgId={org}"),
    "settings-for-an-admin": PageState("grace", "/organization/settings/?orgId={org}"),
    "invitation-link": PageState(None, "{link}"),
    "invitation-link-for-the-invitee": PageState("sofia", "{link}"),
    "invitation-link-for-another-account": PageState("zoe", "{link}"),
    "invitation-link-unknown": PageState(None, "/invitation/accept/?token=unknown"),
    "refusal": PageState("zoe", MEMBERS),
    "not-found": PageState("ada", "/nowhere/"),
}
OPENED = {
    "sign-in-refused": PageState(None, "/login/", refused_sign_in),
    "new-organization-dialog": PageState("ada", "/organization/", new_organization_dialog),
    "invite-dialog": PageState("ada", MEMBERS, invite_dialog),
    "invite-dialog-refused": PageState("ada", MEMBERS, refused_invitation),
    "invitation-sent": PageState("ada", MEMBERS, sent_invitation),
    "row-menu": PageState("ada", MEMBERS, row_menu),
    "remove-dialog": PageState("ada", MEMBERS, remove_dialog),
    "selected-rows": PageState("ada", MEMBERS, selected_rows),
    "bulk-dialog": PageState("ada", MEMBERS, bulk_dialog),
    "organization-menu": PageState("ada", MEMBERS, organization_menu),
    "account-menu": PageState("ada", MEMBERS, account_menu),
}
PAGE_STATES = PAGES | OPENED
