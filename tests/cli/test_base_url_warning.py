"""`crewroom serve` on all addresses without a base URL warns that mailed links point to this machine."""

import pytest

from tests.support.serving import Served

WARNED = "CREWROOM_BASE_URL is not set"


@pytest.mark.short
@pytest.mark.parametrize(
    ("options", "variables", "warned"),
    [
        (("--host", "0.0.0.0"), {}, True),
        pytest.param(
            ("--host", "0.0.0.0"),
            {"CREWROOM_BASE_URL": "https://crew.example.com"},
            False,
            marks=pytest.mark.long,
        ),
        pytest.param((), {}, False, marks=pytest.mark.long),
    ],
)
def test_serving_on_all_addresses_without_a_base_url_warns(tmp_path, options, variables, warned):
    server = Served(tmp_path / "instance", **variables)
    server.start(*options)
    server.stop()

    assert (WARNED in server.log()) is warned
