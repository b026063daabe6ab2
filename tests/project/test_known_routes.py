"""Every address of the portal: a new one must be added here by hand, so that it is deliberate."""

KNOWN = """
GET /
DELETE /account/
GET /account/
POST /account/
POST /account/email/
GET /account/email/confirm/
POST /account/email/confirm/
POST /account/password/
DELETE /account/security/
GET /account/security/
PUT /account/security/
GET /account/security/passkeys/
POST /account/security/passkeys/
POST /account/security/passkeys/options/
GET /account/security/recovery/
POST /account/security/recovery/
GET /account/security/remove/
GET /account/security/rename/
GET /account/security/totp/
POST /account/security/totp/
DELETE /account/sessions/
GET /account/sessions/
DELETE /apikey/
GET /apikey/
POST /apikey/
PUT /apikey/
DELETE /apikey/<id>/
GET /apikey/new/
GET /apikey/rename/
GET /apikey/renew/
GET /apikey/revoke/
DELETE /app/
GET /app/
POST /app/
PUT /app/
GET /app/new/
GET /app/remove/
GET /app/rename/
DELETE /bundle/
GET /bundle/
POST /bundle/
GET /bundle/<bundle_id>/download/
GET /bundle/remove/
GET /confirm/
POST /confirm/
POST /confirm/resend/
GET /docs/
GET /healthz
DELETE /invitation/
GET /invitation/
POST /invitation/
DELETE /invitation/accept/
GET /invitation/accept/
POST /invitation/accept/
GET /login/
POST /login/
POST /login/passkey/
POST /login/passkey/options/
GET /login/second/
POST /login/second/
POST /login/second/options/
GET /logout/
POST /logout/
GET /metrics
GET /openapi.json
DELETE /organization/
GET /organization/
POST /organization/
PUT /organization/
GET /organization/audit/
DELETE /organization/keys/
GET /organization/keys/
GET /organization/keys/policy/
POST /organization/keys/policy/
GET /organization/keys/remove/
DELETE /organization/members/
GET /organization/members/
POST /organization/members/
POST /organization/members/bulk/
GET /organization/members/export/
GET /organization/members/invite/
GET /organization/members/remove/
DELETE /organization/members/second-factor/
GET /organization/members/second-factor/
GET /organization/new/
GET /organization/receipts/
GET /organization/roles/
GET /organization/security/
POST /organization/security/
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
