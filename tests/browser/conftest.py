"""The browser's part of the short suite: one or two tests of each kind; `make test-long` runs the others."""

import pytest

SHORT = {
    "test_a_double_click_invites_once",
    "test_a_request_is_tried_with_a_key",
    "test_back_shows_nothing_of_the_session",
    "test_everything_can_be_seen_by_everybody[grace]",
    "test_everything_can_be_seen_by_everybody[nobody]",
    "test_everything_can_be_seen_by_everybody[tomas]",
    "test_everything_can_be_seen_by_everybody[zoe]",
    "test_json_is_never_drawn_as_a_page",
    "test_nothing_runs_for_visitors_and_invitees",
    "test_several_people_are_removed_after_one_question",
    "test_somebody_is_removed_by_keys_alone",
    "test_typing_filters_and_keeps_the_address",
}


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what takes too long for the short suite; the hook sees all tests, wherever they are."""
    for item in items:
        if item.path.parent.name == "browser" and item.name not in SHORT:
            item.add_marker(pytest.mark.long)
