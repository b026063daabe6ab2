"""`/organization/keys/policy/`: an organization's key policy, and the keys that it refuses."""

from flask import url_for

from app.base.events import Event
from app.base.permissions import Action
from app.routes.keys import api
from app.routes.keys.organization_keys import routes
from app.services.core.actors import Access, KeyRules
from app.services.keys import keys, organization_keys, policies
from app.web.forms.forms import InOrganization, NumberField, YesNoField
from app.web.guard import authentication
from app.web.guard.access import require_access, requires
from app.web.response import replies
from app.web.response.replies import Flash, Reply, Shown
from app.web.response.screens import Screen


class KeyPolicyChange(InOrganization):
    """The key policy. Omitted fields stay unchanged; a null or empty `max_days` removes the limit."""

    max_days = NumberField.optional(
        "Longest lifetime in days",
        "The longest lifetime of API keys in days, or null for no limit.",
        least=1,
        most=keys.LONGEST_DAYS,
        blank=True,
        null_for_none=True,
        example=90,
    )
    expiry_required = YesNoField.optional(
        "Expiry", "Whether every API key must have an expiry date.", explicit=True
    )


@routes.get("/organization/keys/policy/")
@requires(Action.KEYS_MANAGE, KeyPolicyChange, redraw=lambda form: _refused_screen(form), api=api.POLICY)
def policy(access: Access, form: KeyPolicyChange) -> Shown:
    """Retrieve the key policy, and the keys that it, or the policy in the query, refuses."""
    wanted = _wanted(access, form)
    return replies.shown(lambda: _payload(access, wanted), lambda: _screen(access, _filled(wanted), wanted))


@routes.post("/organization/keys/policy/")
@requires(
    Action.KEYS_MANAGE,
    KeyPolicyChange,
    redraw=lambda form: _refused_screen(form),
    refused_as=Event.KEY_POLICY_CHANGED,
    by_key=keys.BY_KEY,
    api=api.CHANGE_POLICY,
)
def change_policy(access: Access, form: KeyPolicyChange) -> Reply:
    """Change the key policy, with immediate effect."""
    rules = policies.change(access, _wanted(access, form))

    return replies.changed(
        {"status": "OK", "data": api.key_policy(rules)},
        Flash("success", "Key policy saved.", rules.sentence),
        to=url_for("organization_keys.policy", orgId=access.organization.id),
    )


def _wanted(access: Access, form: KeyPolicyChange) -> KeyRules:
    now, required = access.key_rules, form.expiry_required.value
    return KeyRules(
        max_days=form.max_days.value if form.max_days.given else now.max_days,
        expiry_required=now.expiry_required if required is None else required,
    )


def _payload(access: Access, wanted: KeyRules) -> api.KeyPolicyEffect:
    shut_out = organization_keys.refused_by(access, wanted)
    return {
        "data": api.key_policy(access.key_rules),
        "shut_out": [api.organization_key(key) for key in shut_out],
    }


def _filled(rules: KeyRules) -> KeyPolicyChange:
    return KeyPolicyChange(
        data={"max_days": rules.max_days, "expiry_required": str(rules.expiry_required).lower()}
    )


def _screen(access: Access, form: KeyPolicyChange, wanted: KeyRules) -> Screen:
    context = {
        "form": form,
        "wanted": wanted,
        "rules": access.key_rules,
        "shut_out": organization_keys.refused_by(access, wanted),
    }
    template = "keys/policies/_effect.html"
    return Screen("keys/policies/show.html", template, "key-policy-effect", context)


def _refused_screen(form: KeyPolicyChange) -> Screen:
    """Return the page with the current policy and the refused form."""
    access = require_access(authentication.actor(), form.org_id.value, Action.KEYS_MANAGE)
    return _screen(access, form, access.key_rules)
