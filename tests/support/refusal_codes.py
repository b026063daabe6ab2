"""Asserts that every refusal that a test receives has a declared code, and its text one code only."""

from typing import Any

from app.base.codes import Code
from app.base.permissions import RULES

# Texts that callers know from before codes, or that pages show for two refusals.
SHARED = {"The form has expired", "Password required", "Service temporarily unavailable"}
_FOR_SEVERAL = SHARED | {rule.refusal for rule in RULES.values()}
_seen: dict[str, Code] = {}


def assert_coded(payload: Any) -> None:
    """Check the code of a refusal, and that no test of this process saw its text with another code."""
    if not isinstance(payload, dict) or payload.get("status") != "KO":
        return
    code = {code.word: code for code in Code}.get(payload.get("code", ""))
    assert code, payload
    if payload["error"] not in _FOR_SEVERAL:
        first = _seen.setdefault(payload["error"], code)
        assert first is code, (payload["error"], first.word, code.word)
