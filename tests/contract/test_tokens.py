"""Tokens as real clients build them (client-facts, section 1, traps 1 to 7), through the whole app."""

import base64
import hashlib
import hmac
import json
import time

import pytest

from tests.api.shop import ADA, SECRET, binding, claims_for, sign

GIFT = {"id": ADA, "actionId": "100", "activity": "CREDIT", "credit": "50", "reason": "bonus"}
RAW = json.dumps(GIFT).encode()


def gifted(shop, raw=RAW, **claims):
    return shop.post("/points", raw, token=sign(claims_for(raw, shop.site) | claims))


@pytest.mark.proves("B006")
@pytest.mark.parametrize(
    "exp",
    [
        lambda now: int(now) + 180,
        lambda now: now + 180.25,
        lambda now: str(int(now) + 180),
        lambda now: int(now * 1000) + 180_000,
        lambda _now: 1795309954876,
        lambda now: int(now * 1_000_000) + 3_600_000,
        lambda _now: 4102444800,
        lambda _now: 10**30,
    ],
    ids=[
        "seconds",
        "fraction (NetSuite)",
        "text (PHP)",
        "milliseconds (SAP)",
        "as SAP was seen",
        "microseconds (Flutter)",
        "2100",
        "beyond any date",
    ],
)
def test_exp_in_any_unit(shop, exp):
    """Trap 1."""
    assert gifted(shop, exp=exp(time.time())).ok["pointsAwarded"] == 50


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH"])
def test_the_hmac_covers_the_very_bytes_of_a_body(shop, method):
    """Trap 2."""
    path = "/points" if method == "POST" else f"/users/{ADA}"
    odd = b'{ "id" : "ada@example.test",\r\n\t"activity":"CREDIT" , "credit":5.0, "reason":"Zo\\u00eb" }\n'
    assert shop.call(method, path, odd).status == 200

    same = json.dumps(json.loads(odd)).encode()
    assert shop.call(method, path, same, token=sign(claims_for(odd, shop.site))).refusal == (401, "AC1002")


@pytest.mark.proves("B045")
@pytest.mark.parametrize(
    ("member", "path"),
    [
        ("ada+1@example.test", "/points/ada+1@example.test"),
        ("ada+1@example.test", "/points/ada%2B1%40example.test"),
        ("555", "/users/555"),
        ("IN12369", "/users/IN12369/activity?page=1"),
        ("IN12369", "/users/IN12369/tiers"),
        ("Zoë", "/users/Zo%C3%AB/activitysummary/101"),
    ],
)
def test_for_a_get_the_hmac_covers_the_identifier_in_quotes_and_not_the_query(empty_shop, member, path):
    """Trap 3."""
    empty_shop.enrol(member)
    token = sign(claims_for(f'"{member}"'.encode(), empty_shop.site))

    assert empty_shop.get(path, token=token).status == 200
    whole = sign(claims_for(f'"{path.removeprefix("/")}"'.encode(), empty_shop.site))
    assert empty_shop.get(path, token=whole).refusal == (401, "AC1002")


@pytest.mark.parametrize(("identifier", "path"), [("ALL", "/actions/ALL"), ("ALL", "/actions/ALL?page=1"),
                                                  ("all", "/tierlist/all?page=1")])  # fmt: skip
def test_lists_are_signed_by_their_last_word(shop, identifier, path):
    """Trap 3."""
    assert shop.get(path, token=sign(claims_for(f'"{identifier}"'.encode(), shop.site))).status == 200


@pytest.mark.parametrize("secret", ["twenty-characters-ab", "größe-in-utf-8-text ✓", "c2VjcmV0IGluIGJhc2U2NA=="])
def test_a_secret_is_used_raw_and_may_be_short(open_shop, secret):
    """Trap 4."""
    shop = open_shop(secret)
    shop.enrol(ADA)

    assert shop.figures()["availablePoints"] == 0


def test_netsuites_plain_base64_with_one_replacement_each(shop):
    """Trap 5: padding kept, the parts in the standard alphabet, only the first plus and slash of a signature mended."""
    kinds = set()
    for n in range(30):
        token = _netsuite(claims_for(RAW, shop.site) | {"sub": f"Großhandel {n}>>>???"})
        kinds |= {mark for mark in "+/=-_" if mark in token}
        assert shop.post("/points", RAW, token=token).status == 200

    assert kinds == set("+/=-_")


@pytest.mark.parametrize("sub", ["29235480", "DEMO SITE", "", None, 5, "x" * 300])
def test_the_sub_is_anybodys(shop, sub):
    """Trap 6."""
    assert gifted(shop, sub=sub).status == 200


def test_the_site_of_the_claims_is_that_of_the_header(shop):
    """Trap 6."""
    assert gifted(shop, site_id="29235481").refusal == (401, "AC1002")
    assert gifted(shop, site_id=int(shop.site)).status == 200


@pytest.mark.proves("B019")
@pytest.mark.parametrize("case", [str.lower, str.upper, str.title])
def test_header_names_in_any_case(shop, case):
    """Trap 7."""
    token = sign(claims_for(RAW, shop.site))
    headers = {case("X-AnnexCloud-Site"): shop.site, case("Authorization"): f"Bearer {token}"}

    assert shop.post("/points", RAW, headers=headers).status == 200


@pytest.mark.proves("B019")
@pytest.mark.parametrize(
    "kind",
    [
        "application/json",
        "application/json; charset=utf-8",
        "application/json;charset=UTF-8",
        "text/plain",
        "",
        "application/x-www-form-urlencoded",
    ],
)
def test_content_types(shop, kind):
    """Trap 7: with a charset, and a GET's without a body."""
    assert shop.post("/points", RAW, headers={"Content-Type": kind}).status == 200
    assert shop.get(f"/points/{ADA}", headers={"Content-Type": kind}).status == 200


@pytest.mark.proves("B006")
def test_the_published_vectors():
    """annex-api-1, section 2.2: the bindings that its three examples come to."""
    vectors = {
        b'"user@domain.com"': "5rkB/Kjn8eItDj/PZsbp0o1y9HxY8n1Z/KY0oJiLZEI=",
        b'"ALL"': "WM0qyqsMFpR8J58cjPvK/koaa2hegVu248lQaTwLxoE=",
        b'{"id":"user@domain.com","actionId":"100","activity":"CREDIT","credit":50,"reason":"bonus"}': (
            "sduHiwuEpTgwvLgpzAdJHUlQ1Xlvp6N6iqjuG4pboTA="
        ),
    }

    assert {payload: binding(payload, "demo-secret") for payload in vectors} == vectors


def _netsuite(claims):
    def plain(part):
        return base64.b64encode(json.dumps(part, ensure_ascii=False).encode()).decode()

    signed = plain({"typ": "JWT", "alg": "HS256"}) + "." + plain(claims)
    mac = hmac.digest(SECRET.encode(), signed.encode(), hashlib.sha256)
    return signed + "." + base64.b64encode(mac).decode().replace("+", "-", 1).replace("/", "_", 1)
