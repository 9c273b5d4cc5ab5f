"""Tokens as real clients build them, and what must never pass."""

import base64
import hashlib
import hmac
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.sites import tokens

SITE = "12345678"
SECRET = "demo-secret"
NOW = 1_800_000_000.0
BODY = b'{"id":"user@domain.com","actionId":"100","activity":"CREDIT","credit":50,"reason":"bonus"}'
VECTOR = (
    "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiJkZW1vc2l0ZSIsImV4cCI6NDEwMjQ0NDgwMCwic2l0ZV9pZCI6IjEyMzQ1Njc4Iiwi"
    "aG1hYyI6IjVya0IvS2puOGVJdERqL1Bac2JwMG8xeTlIeFk4bjFaL0tZMG9KaUxaRUk9In0.IQsaZf_26cwNip_WiW3rNcgzmncMFNcwNY_fMPptDio"
)


def plain(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


def url(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def binding(payload: bytes, secret: str = SECRET) -> str:
    return plain(hmac.digest(secret.encode(), plain(payload).encode(), "sha256"))


def forge(claims: object, *, header: object = None, secret: str = SECRET, encode=url) -> str:
    """A token built by hand, so that every part of it can be wrong."""

    def raw(part: object) -> bytes:
        return part if isinstance(part, bytes) else json.dumps(part).encode()

    signed = f"{encode(raw(header or {'typ': 'JWT', 'alg': 'HS256'}))}.{encode(raw(claims))}"
    return f"{signed}.{encode(hmac.digest(secret.encode(), signed.encode(), hashlib.sha256))}"


def claims_for(payload: bytes = BODY, **changes: object) -> dict[str, object]:
    return {"sub": "demosite", "exp": int(NOW) + 180, "site_id": SITE, "hmac": binding(payload)} | changes


def verify(token: str, *payloads: bytes, secrets: tuple[str, ...] = (SECRET,), site: str = SITE) -> None:
    tokens.verify_client(token, site=site, secrets=secrets, payloads=payloads or (BODY,), now_seconds=NOW)


def refusal(token: str, *payloads: bytes, **more) -> str:
    with pytest.raises(tokens.TokenRefused) as caught:
        verify(token, *payloads, **more)
    assert (caught.value.status, caught.value.code) == (401, "AC1002")
    assert SECRET not in caught.value.message
    return caught.value.message


def test_the_worked_vector_of_the_reference_is_accepted():
    verify(VECTOR, b'"user@domain.com"')


@pytest.mark.parametrize(
    ("payload", "expected"),
    [
        (b'"user@domain.com"', "5rkB/Kjn8eItDj/PZsbp0o1y9HxY8n1Z/KY0oJiLZEI="),
        (b'"ALL"', "WM0qyqsMFpR8J58cjPvK/koaa2hegVu248lQaTwLxoE="),
        (BODY, "sduHiwuEpTgwvLgpzAdJHUlQ1Xlvp6N6iqjuG4pboTA="),
    ],
)
def test_the_binding_equals_the_vectors_of_the_reference(payload, expected):
    token = tokens.sign_client(SITE, SECRET, payload, now_seconds=NOW)

    claims = json.loads(base64.urlsafe_b64decode(token.split(".")[1] + "=="))
    assert claims["hmac"] == expected


def test_what_we_sign_we_accept_for_that_body_only():
    token = tokens.sign_client(SITE, SECRET, BODY, now_seconds=NOW)

    verify(token)
    assert "does not match this request" in refusal(token, BODY + b" ")


@pytest.mark.parametrize(
    "exp",
    [
        NOW + 0.5,
        int(NOW) + 1,
        f"{int(NOW) + 180}",
        1795309954876,
        (int(NOW) + 60) * 1_000_000 + 3_600_000,
        10**40,
        f"{NOW + 60:.3f}",
    ],
)
def test_exp_may_be_seconds_or_finer_a_fraction_or_text(exp):
    verify(forge(claims_for(exp=exp)))


@pytest.mark.parametrize("exp", [int(NOW), int(NOW) - 1, 0, -1, "1799999999.9"])
def test_a_token_is_refused_from_the_second_it_expires(exp):
    assert "expired" in refusal(forge(claims_for(exp=exp)))


@pytest.mark.parametrize("exp", [None, True, [], {}, "soon", "", "Infinity", "NaN", "1e"])
def test_exp_that_is_no_finite_number_is_refused(exp):
    assert "exp" in refusal(forge(claims_for(exp=exp)))


@pytest.mark.parametrize("word", ["NaN", "Infinity", "-Infinity"])
def test_constants_that_are_not_json_are_refused(word):
    claims = json.dumps(claims_for()).replace(f'"exp": {int(NOW) + 180}', f'"exp": {word}').encode()

    assert "JSON" in refusal(forge(claims))


def test_an_exp_with_an_absurd_exponent_costs_nothing():
    claims = json.dumps(claims_for()).replace(f'"exp": {int(NOW) + 180}', '"exp": 1e99999').encode()

    verify(forge(claims))


@pytest.mark.parametrize("sub", ["ACME", 7, None, "", {"any": "thing"}])
def test_sub_is_not_judged(sub):
    verify(forge(claims_for(sub=sub)))


@given(st.binary(max_size=60))
def test_plain_base64_with_padding_passes_even_with_a_half_mended_signature(payload):
    head, body, signature = forge(claims_for(payload), encode=plain).split(".")

    verify(f"{head}.{body}.{signature.replace('+', '-', 1).replace('/', '_', 1)}", payload)


def test_the_binding_may_be_spelled_url_safe_and_without_padding():
    spelled = binding(BODY).replace("+", "-").replace("/", "_").rstrip("=")

    verify(forge(claims_for(hmac=spelled)))


def test_each_of_two_live_secrets_is_accepted():
    for secret in ("old-secret", "new-secret"):
        token = tokens.sign_client(SITE, secret, BODY, now_seconds=NOW)
        verify(token, secrets=("old-secret", "new-secret"))


def test_without_a_live_secret_nothing_passes():
    assert "signature" in refusal(tokens.sign_client(SITE, SECRET, BODY, now_seconds=NOW), secrets=())


@pytest.mark.parametrize("alg", ["none", "None", "HS512", "RS256", "hs256", None, 5])
def test_other_algorithms_are_refused(alg):
    assert "HS256" in refusal(forge(claims_for(), header={"alg": alg}))


def test_an_unsigned_token_is_refused():
    unsigned = ".".join([url(b'{"alg":"none"}'), url(json.dumps(claims_for()).encode()), ""])

    assert "HS256" in refusal(unsigned)


@pytest.mark.parametrize(
    "token",
    [
        "",
        "abc",
        "a.b",
        "a.b.c.d",
        "..",
        "!.!.!",
        "é.b.c",
        url(b"[]") + ".e30.",
        url(b"[" * 5000) + ".e30.",
        "x" * 8193,
        forge(b"[]"),
        forge(b"\xff"),
        forge(b"{"),
    ],
)
def test_what_is_not_a_token_is_refused(token):
    refusal(token)


def test_deep_nesting_in_signed_claims_is_refused():
    assert "JSON" in refusal(forge(b'{"a":' + b"[" * 4000 + b"]" * 1000 + b"}"))


def test_a_claim_given_twice_is_refused():
    twice = json.dumps(claims_for())[:-1] + f', "site_id": "{SITE}"}}'

    assert "once" in refusal(forge(twice.encode()))


@pytest.mark.parametrize("site_id", ["87654321", None, True, [SITE], ""])
def test_the_site_of_the_token_must_be_the_site_of_the_header(site_id):
    assert "X-AnnexCloud-Site" in refusal(forge(claims_for(site_id=site_id)))


def test_a_numeric_site_id_is_read_as_text():
    verify(forge(claims_for(site_id=int(SITE))))


@pytest.mark.parametrize("value", [None, 5, [], "", "!!", "AAAA"])
def test_a_missing_or_wrong_binding_is_refused(value):
    assert "hmac" in refusal(forge(claims_for(hmac=value)))


@pytest.mark.parametrize(
    ("identifier", "signed"),
    [
        ("ada+1@example.test", b'"ada+1@example.test"'),
        ("ada+1@example.test", b"ada+1@example.test"),
        ("zoë", '"zoë"'.encode()),
        ("zoë", b'"zo\\u00eb"'),
        ("a/b", b'"a\\/b"'),
        ("a/ë", b'"a\\/\\u00eb"'),
        ('say "hi"', b'"say \\"hi\\""'),
        ('say "hi"', b'"say "hi""'),
        ("\U0001f600", b'"\\ud83d\\ude00"'),
        ("555", b'"555"'),
    ],
)
def test_a_get_may_be_signed_in_every_spelling_clients_use(identifier, signed):
    token = tokens.sign_client(SITE, SECRET, signed, now_seconds=NOW)

    verify(token, *tokens.identifier_payloads(identifier))


def test_the_spelling_still_encoded_in_the_path_passes_too():
    token = tokens.sign_client(SITE, SECRET, b'"a%2Fb"', now_seconds=NOW)

    verify(token, *tokens.identifier_payloads("a/b", "a%2Fb"))
    assert "match" in refusal(token, *tokens.identifier_payloads("a/b"))


@given(st.text(max_size=40))
def test_our_own_literal_is_always_among_the_accepted(identifier):
    assert tokens.identifier_literal(identifier) in tokens.identifier_payloads(identifier)


# Staff and members


def staff(**more) -> str:
    return tokens.issue_staff(SITE, SECRET, **({"scopes": ["programme:write"], "now_seconds": NOW} | more))


def member(**more) -> str:
    return tokens.issue_member(SITE, SECRET, "m-ada", **({"scopes": ["points:read"], "now_seconds": NOW} | more))


def scoped(token: str, *, site: str = SITE, secret: str = SECRET, now: float = NOW) -> tokens.Principal:
    return tokens.verify_scoped(token, site=site, secrets=("another", secret), now_seconds=now)


def test_a_staff_token_names_its_scopes():
    assert scoped(staff()) == tokens.Principal("staff", SITE, frozenset({"programme:write"}))


def test_a_member_token_names_its_member():
    assert scoped(member()) == tokens.Principal("member", SITE, frozenset({"points:read"}), "m-ada")


@pytest.mark.parametrize("make", [staff, member])
def test_a_scoped_token_ends_with_its_time_its_secret_and_its_site(make):
    token = make(expires_in_seconds=60)

    scoped(token, now=NOW + 59)
    for wrong in ({"now": NOW + 60}, {"secret": "rotated"}, {"site": "87654321"}):
        with pytest.raises(tokens.TokenRefused):
            scoped(token, **wrong)


@pytest.mark.parametrize(("make", "limit"), [(staff, 12 * 3600), (member, 3600)])
def test_a_scoped_token_has_a_longest_life(make, limit):
    make(expires_in_seconds=limit)
    for seconds in (0, limit + 1):
        with pytest.raises(ValueError, match="lives"):
            make(expires_in_seconds=seconds)


@pytest.mark.parametrize(("kind", "limit"), [("staff", 12 * 3600), ("member", 3600)])
def test_a_scoped_token_that_lives_too_long_is_refused_whoever_signed_it(kind, limit):
    def made(seconds: int) -> str:
        claims = {"scopes": [], "member": "m-ada", "iat": int(NOW), "exp": int(NOW) + seconds}
        return tokens._sign(claims | {"typ": f"laurel-{kind}", "site_id": SITE}, tokens._derived(kind, SITE, SECRET))

    assert scoped(made(limit)).kind == kind
    with pytest.raises(tokens.TokenRefused, match="longer"):
        scoped(made(limit + 1))


@pytest.mark.parametrize("make", [staff, member])
def test_a_scoped_token_never_passes_for_a_servers(make):
    assert "signature" in refusal(make())


def test_a_servers_token_never_passes_for_a_scoped_one():
    with pytest.raises(tokens.TokenRefused):
        scoped(tokens.sign_client(SITE, SECRET, BODY, now_seconds=NOW))


def test_a_servers_token_cannot_call_itself_staff():
    claims = claims_for(typ="laurel-staff", scopes=["programme:write"], iat=int(NOW))

    assert "staff or member" in refusal(forge(claims))
    with pytest.raises(tokens.TokenRefused):
        scoped(forge(claims))


def test_a_member_token_cannot_be_relabelled():
    head, body, signature = member().split(".")
    claims = json.loads(base64.urlsafe_b64decode(body + "=="))
    changed = url(json.dumps(claims | {"typ": "laurel-staff"}).encode())

    with pytest.raises(tokens.TokenRefused):
        scoped(f"{head}.{changed}.{signature}")


def test_the_kind_of_a_token_is_visible_without_its_secret():
    assert [tokens.is_scoped(each) for each in (staff(), member(), VECTOR, "a.b", "..", "")] == [True] * 2 + [False] * 4
