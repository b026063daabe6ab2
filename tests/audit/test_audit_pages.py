"""The audit log as a page and as a fragment."""

from app.services.core import audit
from tests.support.clients import ACCEPT_PAGE
from tests.support.sweeping import sweep

PATH = "/organization/audit/"


def page_of(cast, name: str = "alice", query: str = ""):
    return cast.browser(name).get(f"{PATH}?orgId={cast.org}{query}")


def rows(page) -> list[str]:
    return [" ".join(row.get_text(" ").split()) for row in page.select("#audit-rows > tr")]


@sweep("name", ["rita", "uma", "wendy", "ivy", "charlie"])
def test_non_admins_get_a_refusal_page(cast, name):
    page = cast.browser(name).get(f"{PATH}?orgId={cast.org}", status=403)

    assert "Admin role required" in page.get_text()
    assert page.find(id="audit") is None


def test_foreign_and_unknown_organizations_get_the_same_answer(cast):
    browser = cast.browser("charlie")
    foreign, unknown = (
        browser.client.get(f"{PATH}?orgId={org}", headers={"HX-Request": "true", "Accept": "text/html"})
        for org in (cast.org, "org_00000000000000000000000000000000")
    )

    assert foreign.status_code == unknown.status_code == 403
    assert foreign.data == unknown.data


def test_entries_name_people_and_show_what_changed(cast):
    cast.api("adam").post("/organization/members/", orgId=cast.org, email=cast.rita.email, role="write")
    newest, invited, created = rows(page_of(cast))

    assert newest.startswith("Role changed Rita")
    assert "Adam with key test" in newest
    assert "Role read became write" in newest
    assert invited.startswith("Member invited Ivy")
    assert "Email ivy@crew.test Role invite_write" in invited
    assert created.startswith("Organization created")


def test_refused_attempts_are_marked(cast):
    cast.api("rita").delete("/organization/members/", orgId=cast.org, email=cast.uma.email)
    newest, *_ = rows(page_of(cast))

    assert newest.startswith("Member removed Refused Uma")
    assert "Error Insufficient permissions to manage members" in newest


def test_operator_is_named_as_the_actor(cast):
    cast.portal.key(cast.rita, organization=cast.org)

    assert "Operator" in rows(page_of(cast))[0]


def test_reading_appears_on_the_next_page_view(cast):
    page_of(cast)
    newest, *_ = rows(page_of(cast, "adam"))

    assert newest.startswith("Audit log viewed")
    assert "Alice" in newest


def test_hostile_names_are_escaped(cast):
    name = "<script>alert(1)</script><img src=x>"
    cast.api("alice").post("/organization/", orgId=cast.org, name=name)
    page = page_of(cast)

    assert f"Name Northwind became {name}" in rows(page)[0]
    assert page.find("img", src="x") is None


def test_filters_are_kept_in_the_form_and_the_links(cast):
    for number in range(51):
        cast.api("alice").post("/organization/", orgId=cast.org, name=f"N{number}")
    page = page_of(cast, query="&actor=alice%40crew.test&action=organization&since=2020-01-01")

    assert page.find(id="filter-actor")["value"] == "alice@crew.test"
    assert page.find(id="filter-since")["value"] == "2020-01-01"
    assert page.select_one("#filter-action option[selected]")["value"] == "organization"
    for link in (page.find(id="show-more"), *page.select("#export-menu a")):
        assert "actor=alice%40crew.test" in link["href"] or "actor=alice@crew.test" in link["href"]
        assert "since=2020-01-01" in link["href"]

    following = cast.browser("alice").get(page.find(id="show-more")["href"])
    assert len(rows(page)) == 50
    assert [row.split(" A Alice")[0] for row in rows(following)] == [
        "Settings changed",
        "Organization created",
    ]


def options(page) -> dict[str, str]:
    return {option["value"]: option.get_text() for option in page.select("#filter-action option")}


def selected(page) -> str:
    (option,) = page.select("#filter-action option[selected]")
    return str(option.get_text())


def test_activity_is_chosen_by_group(cast):
    page = page_of(cast, query="&action=invitations")

    assert options(page) == {
        "": "All activity",
        "members": "Members",
        "invitations": "Invitations",
        "api_keys": "API keys",
        "organization": "Organization",
        "apps": "Apps and bundles",
        "security": "Sign-in and security",
        "audit": "Audit log",
    }
    assert selected(page) == "Invitations"
    assert [row[:18] for row in rows(page)] == ["Member invited Ivy"]


@sweep(
    "requested, label",
    [("member", "Member"), ("member.role_changed", "Role changed"), ("member.invite", "Invite member")],
)
def test_activity_requested_by_a_link_stays_selected(cast, requested, label):
    """A bookmark of an earlier version, or a handwritten link, may name an event instead of a group."""
    assert selected(page_of(cast, query=f"&action={requested}")) == label


def test_entry_from_before_the_event_table_has_a_label(cast):
    error = "Insufficient permissions to manage members"
    attempt: audit.Attempt = {
        "organization_id": cast.org,
        "actor_id": cast.rita.uid,
        "credential_id": "key_1",
        "action": "member.invite",
        "target": cast.uma.uid,
        "error": error,
    }
    with cast.portal.writing():
        audit.record_refusal(attempt, {"error": error}, None)

    (row,) = rows(page_of(cast, query="&action=member.invite"))
    assert row.startswith("Invite member Refused Uma")
    assert row in rows(page_of(cast, "adam", query="&action=member"))


def test_fragment_is_the_list(cast):
    answer = cast.browser("alice").htmx(PATH, method="GET", orgId=cast.org, q="nothing at all")

    assert answer.status_code == 200
    assert answer.text.startswith('<section class="audit" id="audit"')
    assert "Nothing matches" in answer.text


def test_page_after_the_end_links_back(cast):
    from app.services.core import paging

    page = page_of(cast, query=f"&cursor={paging.write('1')}")

    assert "No more entries" in page.get_text()
    assert page.find("a", string="Back to the newest")


def test_invalid_filters_get_a_page_with_the_reason(cast):
    page = cast.browser("alice").get(f"{PATH}?orgId={cast.org}&since=x", status=400)

    assert "since must be a date like 2026-11-30" in page.get_text()


def test_exports_are_downloads_in_every_dialect(cast):
    browser = cast.browser("alice")
    answer = browser.client.get(f"{PATH}?orgId={cast.org}&format=csv", headers={"Accept": ACCEPT_PAGE})

    assert answer.mimetype == "text/csv"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.text.startswith("\ufeffat,actor_uid,actor_email,")


# Links to it


@sweep("name, offered", [("alice", True), ("adam", True), ("wendy", False)])
def test_only_admins_see_links_to_the_log(cast, name, offered):
    page = cast.browser(name).get(f"/organization/members/?orgId={cast.org}")
    activity = [link["href"] for link in page.select("[role=menuitem]") if "View activity" in link.get_text()]

    assert bool(page.select_one(f'nav a[href^="{PATH}"]')) is offered
    assert len(activity) == (5 if offered else 0)


def test_view_activity_shows_the_members_entries(cast):
    cast.api("rita").post("/organization/", orgId=cast.org, name="Mine")
    browser = cast.browser("alice")
    members = browser.get(f"/organization/members/?orgId={cast.org}")
    (link,) = [
        link["href"]
        for link in members.select(f"#menu-{cast.rita.uid} a")
        if "View activity" in link.get_text()
    ]

    (row,) = rows(browser.get(link))
    assert row.startswith("Settings changed Refused")
