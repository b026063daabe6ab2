"""Descriptions of operations on members."""

from app.base.permissions import NOT_MEMBERS
from app.services.accounts import two_factor_reset
from app.services.core import last_super_admin, quotas
from app.services.members import members
from app.web.json_types import BulkPreview, Data, Done, DoneWith, Member, MemberEnding, Page, SecuredMember
from app.web.openapi.operations import Described

_TAG = "Members"
_UNKNOWN = {404: (members.UNKNOWN,)}
_LAST = {409: (last_super_admin.LAST_ADMIN,)}

OPERATIONS = {
    "members.index": Described(_TAG, Page[Member], without=("q", "role", "state")),
    "members.invite": Described(
        _TAG,
        DoneWith[Member],
        refusals={**_UNKNOWN, 409: (members.ALREADY, last_super_admin.LAST_ADMIN, quotas.INVITATIONS)},
    ),
    "members.remove": Described(_TAG, Done, refusals={**_UNKNOWN, **_LAST}),
    "members.remove_form": Described(_TAG, Data[MemberEnding], refusals=_UNKNOWN),
    "members.bulk": Described(
        _TAG,
        Done | BulkPreview,
        refusals={**_UNKNOWN, **_LAST},
        fields={
            "email": {"items": {"type": "string", "format": "email"}},
            "action": {"enum": ["role", "remove"]},
        },
    ),
    "members.export": Described(
        _TAG, files={"text/csv": "The members and invitees as a CSV table."}, refusals={403: (NOT_MEMBERS,)}
    ),
    "members.reset_form": Described(
        _TAG,
        Data[SecuredMember],
        refusals=_UNKNOWN,
        by_key="Second factors can only be managed in the portal",
    ),
    "members.reset": Described(
        _TAG,
        Done,
        refusals={**_UNKNOWN, 409: (two_factor_reset.NOTHING,)},
        by_key="Second factors can only be managed in the portal",
    ),
}
