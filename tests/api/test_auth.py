"""The edge lets in whom it knows, for what they may, and nobody else."""

import pytest

from chalicelib.api import auth
from chalicelib.errors import Refusal
from chalicelib.sites import scopes, tokens

SITE = "29235480"
SECRET = "laurel-demo-secret"
NOW = 1_800_000_000.0
BODY = b'{"id": "m-ada", "credit": "50"}'


def live_secrets(site: str) -> list[str]:
    return {SITE: ["newest", SECRET]}.get(site, [])


def call(
    method: str = "POST",
    path: str = "/points",
    *,
    raw: bytes = b"",
    token: str | None = None,
    site: str = SITE,
    **params: str,
) -> auth.Call:
    headers = {"x-annexcloud-site": site}
    return auth.Call(method, path, params, headers if token is None else headers | {"authorization": token}, raw)


def server(payload: bytes = BODY, site: str = SITE, secret: str = SECRET) -> str:
    return "Bearer " + tokens.sign_client(site, secret, payload, now_seconds=NOW)


def staff(*granted: str) -> str:
    return "Bearer " + tokens.issue_staff(SITE, SECRET, scopes=granted, now_seconds=NOW)


def member(member_id: str, *granted: str) -> str:
    return "Bearer " + tokens.issue_member(SITE, SECRET, member_id, scopes=granted, now_seconds=NOW)


def enter(request: auth.Call, scope: str = "points:write") -> tokens.Principal:
    return auth.authenticate(request, scope, live_secrets=live_secrets, now_seconds=NOW)


def refused(request: auth.Call, scope: str = "points:write") -> int:
    with pytest.raises(Refusal) as caught:
        enter(request, scope)
    assert caught.value.code == "AC1002"
    assert not caught.value.sticks
    return caught.value.status


def test_a_server_enters_with_a_token_over_the_very_bytes_of_its_body():
    assert enter(call(raw=BODY, token=server())) == tokens.Principal("server", SITE)

    assert refused(call(raw=BODY.replace(b" ", b""), token=server())) == 401


@pytest.mark.parametrize("spelling", ["bearer {}", "BEARER   {} ", " Bearer {}"])
def test_the_scheme_is_read_leniently(spelling):
    enter(call(raw=BODY, token=spelling.format(server().removeprefix("Bearer "))))


@pytest.mark.parametrize("header", [None, "", "Bearer", "Bearer ", "Basic abc", "Token x.y.z"])
def test_without_a_bearer_token_nobody_enters(header):
    assert refused(call(raw=BODY, token=header)) == 401


@pytest.mark.parametrize("site", ["", " ", "a/b", "x" * 65, "2923 5480", "é"])
def test_the_site_must_be_named(site):
    assert refused(call(raw=BODY, token=server(), site=site)) == 401


def test_a_token_for_another_site_is_refused():
    assert refused(call(raw=BODY, token=server(site="1"))) == 401
    assert refused(call(raw=BODY, token=server(site="1"), site="1")) == 401


@pytest.mark.parametrize(
    ("arrived", "signed"),
    [
        ("ada+1@example.test", b'"ada+1@example.test"'),
        ("ada%2B1%40example.test", b'"ada+1@example.test"'),
        ("ada%2B1%40example.test", b'"ada%2B1%40example.test"'),
        ("a%2Fb", b'"a/b"'),
        ("zo%C3%AB", '"zoë"'.encode()),
        ("zo%C3%AB", b'"zo\\u00eb"'),
        ("555", b"555"),
    ],
)
def test_a_get_is_bound_to_the_identifier_in_its_path(arrived, signed):
    path = "/users/{memberId}/activity"

    enter(call("GET", path, token=server(signed), memberId=arrived), "users:read")
    assert refused(call("GET", path, token=server(b'"activity"'), memberId=arrived), "users:read") == 401


def test_of_two_identifiers_the_first_counts():
    path = "/users/{memberId}/activitysummary/{actionId}"

    enter(call("GET", path, token=server(b'"m-ada"'), memberId="m-ada", actionId="101"), "users:read")


def test_a_get_without_identifier_is_bound_to_its_last_segment():
    enter(call("GET", "/tierlist/all", token=server(b'"all"')), "definitions:read")


def test_a_get_that_carries_a_body_is_bound_to_its_identifier_all_the_same():
    enter(call("GET", "/points/{memberId}", raw=b"{}", token=server(b'"m-ada"'), memberId="m-ada"), "points:read")


def test_a_delete_is_bound_to_its_body_or_without_one_to_its_identifier():
    enter(call("DELETE", "/x/{id}", token=server(b'"7"'), id="7"))
    enter(call("DELETE", "/x/{id}", raw=BODY, token=server(BODY), id="7"))

    assert refused(call("DELETE", "/x/{id}", raw=BODY, token=server(b'"7"'), id="7")) == 401


def test_a_post_without_a_body_is_not_bound_to_its_path():
    assert refused(call("POST", "/x/{id}", token=server(b'"7"'), id="7")) == 401
    enter(call("POST", "/x/{id}", token=server(b""), id="7"))


def test_staff_enter_with_the_scope_they_were_given_only():
    token = staff("programme:read")

    assert enter(call("GET", "/programme", token=token), "programme:read").kind == "staff"
    assert refused(call("PUT", "/programme", token=token), "programme:write") == 403


def test_servers_do_not_write_the_programme():
    assert refused(call("PUT", "/programme", raw=BODY, token=server()), "programme:write") == 403


def test_a_member_reaches_itself_in_any_case_and_nobody_else():
    token = member("Ada@Example.test", "points:read")
    path = "/points/{memberId}"

    assert enter(call("GET", path, token=token, memberId="ada%40example.TEST"), "points:read").kind == "member"
    assert refused(call("GET", path, token=token, memberId="bob@example.test"), "points:read") == 403


def test_a_member_cannot_choose_its_member_in_the_body():
    token = member("m-ada", "points:read", "points:write")

    assert refused(call(raw=BODY, token=token), "points:write") == 403
    assert refused(call(raw=BODY, token=token), "points:read") == 403


def test_a_member_reads_what_is_the_same_for_everyone():
    assert enter(call("GET", "/tierlist/all", token=member("m-ada", "definitions:read")), "definitions:read")


def test_public_routes_ask_for_no_token():
    assert enter(call("GET", "/openapi.json"), "public") == tokens.Principal("public", SITE)
    assert enter(call("GET", "/openapi.json", site="<script>"), "public").site == ""


def test_a_scope_that_is_not_listed_lets_nobody_in():
    with pytest.raises(KeyError):
        enter(call(raw=BODY, token=server()), "everything")


@pytest.mark.parametrize("scope", sorted(set(scopes.SCOPES) - {"public"}))
def test_every_scope_refuses_a_call_without_a_token(scope):
    assert refused(call(), scope) == 401


def test_what_a_kind_can_be_issued_with_is_what_it_can_reach():
    assert "programme:write" in scopes.grantable("staff")
    assert "programme:write" not in scopes.grantable("member")
    assert "public" not in scopes.grantable("staff")
