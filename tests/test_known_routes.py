"""Every address of the portal: a new one is added here by hand, and thereby on purpose."""

KNOWN = """
GET /
GET /confirm/
POST /confirm/
POST /confirm/resend/
GET /healthz
DELETE /invitation/
GET /invitation/
POST /invitation/
DELETE /invitation/accept/
GET /invitation/accept/
POST /invitation/accept/
GET /login/
POST /login/
GET /logout/
POST /logout/
DELETE /organization/
GET /organization/
POST /organization/
PUT /organization/
DELETE /organization/members/
GET /organization/members/
POST /organization/members/
POST /organization/members/bulk/
GET /organization/members/export/
GET /organization/members/invite/
GET /organization/members/remove/
GET /organization/new/
GET /organization/roles/
GET /organization/settings/
GET /readyz
GET /register/
POST /register/
GET /reset/
POST /reset/
GET /reset/password/
POST /reset/password/
GET /static/<path:filename>
"""


def test_the_routes_are_the_known_ones(portal):
    found = [
        (rule.rule, method)
        for rule in portal.app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    ]

    assert [f"{method} {path}" for path, method in sorted(found)] == KNOWN.split("\n")[1:-1]
