"""Descriptions of operations on apps and bundles."""

from app.services.apps import apps, bundles
from app.services.core import quotas
from app.web.json_types import App, Bundle, Done, DoneWith, Page
from app.web.openapi.operations import Described

_APPS, _BUNDLES = "Apps", "Bundles"
_UNKNOWN = {404: (apps.UNKNOWN,)}
_ALREADY = {409: (apps.ALREADY,)}

OPERATIONS = {
    "apps.index": Described(_APPS, Page[App]),
    "apps.create": Described(_APPS, DoneWith[App], refusals={409: (apps.ALREADY, quotas.APPS)}),
    "apps.rename": Described(
        _APPS, DoneWith[App], refusals={**_UNKNOWN, **_ALREADY}, examples={"id": "app_123"}
    ),
    "apps.remove": Described(_APPS, Done, refusals=_UNKNOWN, examples={"id": "app_123"}),
    "bundles.index": Described(_BUNDLES, Page[Bundle], refusals=_UNKNOWN),
    "bundles.upload": Described(
        _BUNDLES,
        DoneWith[Bundle],
        refusals={**_UNKNOWN, 409: (bundles.ALREADY, quotas.STORAGE), 507: ("Not enough storage",)},
    ),
    "bundles.remove": Described(_BUNDLES, Done, refusals={404: (apps.UNKNOWN, bundles.UNKNOWN)}),
    "bundles.download": Described(
        _BUNDLES,
        files={"application/octet-stream": "The file. Its `ETag` is the checksum."},
        refusals={404: (bundles.UNKNOWN,)},
    ),
}
