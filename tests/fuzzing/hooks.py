"""Schemathesis hooks for formats of ours, which the fuzzer cannot generate."""

import base64

import schemathesis
from hypothesis import strategies as st

# The fields with a format of ours.
OURS = {"name", "password", "current_password", "setup", "cursor"}
_BLANK = {"\u115f", "\u1160", "\u2800", "\u3164", "\uffa0"}
_VISIBLE = st.characters(codec="utf-8", categories=("L", "N", "P", "S"), exclude_characters=_BLANK)
_LABEL = st.from_regex(r"[a-z0-9]([a-z0-9-]{0,10}[a-z0-9])?", fullmatch=True)


def cursor(moment: str) -> str:
    return base64.urlsafe_b64encode(f"{moment} 1".encode()).decode().rstrip("=")


schemathesis.openapi.format("name", st.text(_VISIBLE, min_size=1, max_size=30))
schemathesis.openapi.format("password", st.text(_VISIBLE, min_size=1, max_size=40))
schemathesis.openapi.format("cursor", st.sampled_from(["2024-01-01T00:00:00+00:00"]).map(cursor))
schemathesis.openapi.format(
    "email", st.tuples(_LABEL, _LABEL).map(lambda parts: f"{parts[0]}@{parts[1]}.example")
)


@schemathesis.hook
def filter_case(context, case) -> bool:
    """Skip texts that should violate a format of ours: the fuzzer cannot tell which do."""
    mutations = getattr(case.meta.phase.data, "mutations", ()) if case.meta else ()
    return not any(
        mutation.keywords == ("format",) and mutation.schema_pointer.rpartition("/")[2] in OURS
        for mutation in mutations
    )
