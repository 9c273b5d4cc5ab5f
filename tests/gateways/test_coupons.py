"""The coupon API is asked once, in time, and never anywhere but in public."""

import socket
import time
from collections.abc import Iterator

import pytest

from chalicelib import settings
from chalicelib.gateways import coupons
from chalicelib.gateways.coupons import CouponApiFailed, Given
from tests.support.coupon_api import CouponApi, coupon_api


@pytest.fixture
def api(monkeypatch: pytest.MonkeyPatch) -> Iterator[CouponApi]:
    monkeypatch.setattr(settings, "COUPON_API_LOCAL", True)
    with coupon_api() as made:
        yield made


def ask(api: CouponApi, seconds: float = 5) -> Given:
    return coupons.ask(api.url, b'{"a":1}', {"Idempotency-Key": "k-1"}, seconds=seconds)


@pytest.mark.proves("A143")
def test_a_code_and_its_date_are_read(api: CouponApi):
    assert ask(api) == Given("API-1", "2026-12-31")
    assert api.asked[0][0]["Host"] in api.url


@pytest.mark.parametrize("raw", [b"", b"[]", b"{}", b'{"code":5}', b'{"code":"  "}', b'{"code":"a\\u0000"}',
                                 b'{"code":"' + b"x" * 101 + b'"}', b"x" * 20_000, b"\xff"])  # fmt: skip
def test_what_is_no_code_is_refused(api: CouponApi, raw):
    api.raw = raw

    with pytest.raises(CouponApiFailed):
        ask(api)


@pytest.mark.parametrize("status", [302, 400, 500])
def test_a_redirect_or_a_refusal_is_no_code(api: CouponApi, status):
    api.status = status

    with pytest.raises(CouponApiFailed, match=str(status)):
        ask(api)


@pytest.mark.proves("A143")
@pytest.mark.parametrize("how", ["pause", "drip"])
def test_a_slow_answer_is_cut_at_the_limit(api: CouponApi, how):
    api.pause_seconds = 1.0 if how == "pause" else 0
    api.drip = how == "drip"
    started = time.monotonic()

    with pytest.raises(CouponApiFailed):
        ask(api, seconds=0.2)

    assert time.monotonic() - started < 0.9


@pytest.mark.parametrize(
    "url",
    ["http://shop.example.test/x", "https://127.0.0.1/x", "https://10.0.0.1/", "https://169.254.169.254/latest",
     "https://[::1]/", "https://192.168.1.1:8443/", "ftp://1.1.1.1/", "https:///x"],
)  # fmt: skip
def test_nothing_but_public_https_is_asked(url, monkeypatch: pytest.MonkeyPatch):
    def refuse(*_: object, **__: object) -> socket.socket:
        raise AssertionError("a connection was made")

    monkeypatch.setattr(socket, "create_connection", refuse)

    with pytest.raises(CouponApiFailed, match="not reached"):
        coupons.ask(url, b"{}", {}, seconds=1)
