"""Wrong deliveries pass against an endpoint that is right, and fail against one that isn't."""

import gzip

import pytest
from counterpart import KEY, LIMIT, NAMESPACE, Counterpart, unheard_url

from simulator.push import Endpoint
from simulator.wrong import gzip_bomb, wrong_deliveries


@pytest.mark.parametrize("auth", ["api-key", "basic"])
def test_a_right_endpoint_passes_them_all(counterpart, auth):
    checks = wrong_deliveries(Endpoint(counterpart.url, KEY, auth=auth), huge=3 * LIMIT)
    assert [check for check in checks if not check.passed] == []
    assert len({check.name for check in checks}) == len(checks) == 19


def test_an_endpoint_that_takes_everything_fails_nearly_all():
    with Counterpart(lax=True) as server:
        checks = wrong_deliveries(Endpoint(server.url, KEY), huge=3 * LIMIT)
    # What is accepted anew each time has RequestIDs of its own: that one is right.
    assert [check.name for check in checks if check.passed] == ["another message"]
    assert all("success" in check.answered for check in checks)


def test_one_request_id_for_everything_fails():
    body = (
        f'<n:PostbackResponse xmlns:n="{NAMESPACE}"><Message>success</Message>'
        "<RequestID>1</RequestID></n:PostbackResponse>"
    ).encode()
    with Counterpart(reply=(200, "application/xml", body)) as server:
        checks = wrong_deliveries(Endpoint(server.url, KEY), huge=LIMIT)
    by_name = {check.name: check for check in checks}
    assert by_name["the same bytes again"].passed
    assert not by_name["another message"].passed


def test_a_leaked_entity_fails_though_it_was_refused():
    body = b'{"PostBackResponse": {"Message": "root:x:0:0", "RequestID": ""}}'
    with Counterpart(reply=(400, "application/json", body)) as server:
        checks = {c.name: c for c in wrong_deliveries(Endpoint(server.url, KEY), huge=LIMIT)}
    assert not checks["DOCTYPE with entities"].passed
    assert checks["unknown root"].passed
    assert not checks["bad key"].passed  # 401 is wanted


def test_refusals_that_are_not_in_brings_format_fail():
    with Counterpart(reply=(400, "text/html", b"<h1>Bad Request</h1>")) as server:
        checks = wrong_deliveries(Endpoint(server.url, KEY), huge=LIMIT)
    assert not any(check.passed for check in checks)
    assert all("text/html" in check.answered for check in checks)


def test_an_endpoint_that_is_away_fails_everything():
    checks = wrong_deliveries(Endpoint(unheard_url(), KEY, timeout=5), huge=LIMIT)
    assert not any(check.passed for check in checks)
    assert {check.answered for check in checks} == {"no answer: ConnectionError"}


def test_the_bomb_is_small_and_unpacks_to_its_size():
    size = 5 * LIMIT + 17
    bomb = gzip_bomb(b"<a>", b"</a>", size)
    assert len(bomb) < size / 500
    assert gzip.decompress(bomb) == b"<a>" + b" " * size + b"</a>"
