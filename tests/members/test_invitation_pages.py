"""The list of one's invitations, as a page and as a fragment."""

from app.base.permissions import Role


def test_page_lists_each_invitation_with_its_inviter(cast):
    page = cast.browser("ivy").get("/invitation/")

    row = page.find(id="invitations").get_text(" ", strip=True)
    assert "Northwind" in row
    assert "Write" in row
    assert "Invited by Alice" in row
    assert "Expires in 7 days" in row


def test_page_without_invitations_explains_what_appears_there(cast):
    page = cast.browser("charlie").get("/invitation/")

    assert page.find(id="invitations").find("h2").get_text() == "No invitations"
    assert cast.charlie.email in page.find(id="invitations").get_text()


def test_anonymous_visitor_is_redirected_to_sign_in(portal):
    redirect = portal.browser().client.get("/invitation/", headers={"Accept": "text/html"})

    assert (redirect.status_code, redirect.location) == (303, "/login/?next=/invitation/")


def test_accepting_leads_into_the_organization(portal, cast):
    ivy = cast.browser("ivy")

    redirect = ivy.submit("/invitation/", orgId=cast.org, status=303, follow=False)

    assert redirect.location == f"/organization/?orgId={cast.org}"
    ivy.get(redirect.location)
    assert ivy.flash() == "Welcome to the team."
    assert portal.role_of(cast.org, cast.ivy) == "write"


def test_declining_shows_a_notice(portal, cast):
    ivy = cast.browser("ivy")

    ivy.submit("/invitation/", method="DELETE", orgId=cast.org)

    assert ivy.flash() == "The invitation is declined."
    assert portal.role_of(cast.org, cast.ivy) is None


def test_htmx_gets_only_the_list(cast):
    fragment = cast.browser("ivy").htmx("/invitation/", method="GET")

    assert fragment.status_code == 200
    assert fragment.text.lstrip().startswith('<section class="card" id="invitations"')


def test_declining_by_htmx_redraws_the_list_with_a_notice(portal, cast):
    fragment = cast.browser("ivy").htmx("/invitation/", method="DELETE", orgId=cast.org)

    assert fragment.status_code == 200
    assert fragment.headers["HX-Retarget"] == "#invitations"
    assert "No invitations" in fragment.text
    assert "The invitation is declined." in fragment.text
    assert portal.role_of(cast.org, cast.ivy) is None


def test_accepting_by_htmx_redirects_to_the_organization(portal, cast):
    fragment = cast.browser("ivy").htmx("/invitation/", orgId=cast.org)

    assert (fragment.status_code, fragment.text) == (200, "")
    assert fragment.headers["HX-Redirect"] == f"/organization/?orgId={cast.org}"
    assert portal.role_of(cast.org, cast.ivy) == "write"


def test_refusal_by_htmx_is_a_notice(portal, cast):
    fragment = cast.browser("charlie").htmx("/invitation/", orgId=cast.org)

    assert fragment.status_code == 404
    assert fragment.mimetype == "text/html"
    assert 'id="flash" hx-swap-oob="true"' in fragment.text
    assert "Invitation not found" in fragment.text


def test_htmx_request_without_a_session_is_redirected_to_sign_in(portal):
    fragment = portal.browser().htmx("/invitation/", orgId="org_1")

    assert (fragment.status_code, fragment.text) == (401, "")
    assert fragment.headers["HX-Redirect"] == "/login/?next=/invitation/"


def test_unconfirmed_account_is_asked_to_confirm_its_address(portal, cast):
    una = portal.person("Una", confirmed=False)
    portal.invite(cast.org, cast.alice, una, Role.READ)
    browser = portal.browser(una)

    page = browser.get("/invitation/")
    browser.submit("/invitation/", orgId=cast.org, status=403)

    assert page.find(id="unconfirmed") is not None
    assert browser.page.h1.get_text() == "Confirm your email address first"
    assert portal.role_of(cast.org, una) == "invite_read"


def test_only_those_who_may_invite_are_offered_the_link(cast):
    """The members page opens it in a dialog; the overview has no list to update, so it opens the page."""
    form = f"/organization/members/invite/?orgId={cast.org}"
    for path, dialog in (
        (f"/organization/?orgId={cast.org}", False),
        (f"/organization/members/?orgId={cast.org}", True),
    ):
        assert cast.browser("rita").get(path).find(id="invite-people") is None

        link = cast.browser("alice").get(path).find(id="invite-people")
        assert (link["href"], link.get("hx-get")) == (form, form if dialog else None)
