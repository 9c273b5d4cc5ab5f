import pytest

from chalicelib.dynamo import claims
from chalicelib.dynamo.commit import Plan, commit
from chalicelib.dynamo.meter import metered
from chalicelib.errors import AlreadyExists, Contention

SITE = "29235480"
TAKEN = AlreadyExists("taken")


def write(*writes) -> None:
    commit(lambda: None, lambda _: Plan(writes, None))


def take(value: str, mid: str = "m-ada", *, kind: str = "id", site: str = SITE) -> None:
    write(claims.put(site, kind, value, mid, given=value.upper(), cmd="c", taken=TAKEN))


def test_a_claim_leads_to_its_member_and_keeps_the_spelling(any_table):
    take("ada")

    found = claims.find(SITE, "id", "ada")

    assert (found.mid, found.given, found.cmd) == ("m-ada", "ADA", "c")


def test_a_claim_can_be_taken_once(any_table):
    take("ada")

    with pytest.raises(AlreadyExists):
        take("ada", "m-bea")

    assert claims.find(SITE, "id", "ada", fresh=True).mid == "m-ada"


@pytest.mark.proves("A004")
@pytest.mark.parametrize(("kind", "site"), [("email", SITE), ("id", "other")])
def test_kinds_and_sites_claim_apart(any_table, kind, site):
    take("ada")

    take("ada", "m-bea", kind=kind, site=site)

    assert claims.find(site, kind, "ada").mid == "m-bea"
    assert claims.find(SITE, "id", "ada").mid == "m-ada"


def test_a_claim_is_given_back_by_its_member_only(any_table):
    take("ada")
    with metered() as counted, pytest.raises(Contention):
        write(claims.release(SITE, "id", "ada", "m-bea"))
    assert counted.calls > 1

    write(claims.release(SITE, "id", "ada", "m-ada"))

    assert claims.find(SITE, "id", "ada", fresh=True) is None


def test_a_found_claim_is_remembered_for_a_moment(table):
    take("ada")
    with metered() as counted:
        for _ in range(5):
            claims.find(SITE, "id", "ada")
        assert counted.calls == 1
        claims.find(SITE, "id", "ada", fresh=True)

    assert counted.calls == 2


def test_absence_is_never_remembered(table):
    assert claims.find(SITE, "id", "ada") is None

    take("ada")

    assert claims.find(SITE, "id", "ada").mid == "m-ada"


def test_a_fresh_look_replaces_what_was_remembered(table):
    take("ada")
    claims.find(SITE, "id", "ada")
    write(claims.release(SITE, "id", "ada", "m-ada"))
    take("ada", "m-bea")

    assert claims.find(SITE, "id", "ada").mid == "m-ada"
    assert claims.find(SITE, "id", "ada", fresh=True).mid == "m-bea"
    assert claims.find(SITE, "id", "ada").mid == "m-bea"


def test_a_forgotten_claim_is_read_again(table):
    take("ada")
    claims.find(SITE, "id", "ada")
    write(claims.release(SITE, "id", "ada", "m-ada"))

    claims.forget(SITE, "id", "ada")

    assert claims.find(SITE, "id", "ada") is None


@pytest.mark.parametrize("length", [claims.VALUE_BYTES_MAX, claims.VALUE_BYTES_MAX + 1, 20_000])
def test_values_of_any_length_can_be_claimed(any_table, length):
    take("x" * length)

    assert claims.find(SITE, "id", "x" * length).mid == "m-ada"
    assert claims.find(SITE, "id", "x" * (length - 1)) is None


def test_length_is_counted_in_bytes(any_table):
    # 255 characters of four bytes each are a partition key that fits; ten times as many are not.
    for value in ("🎁" * 255, "🎁" * 2_550):
        take(value)
        assert claims.find(SITE, "id", value).mid == "m-ada"


def test_the_cache_is_bounded(table, monkeypatch):
    monkeypatch.setattr(claims, "CACHED_MAX", 2)
    for value in ("a", "b", "c"):
        take(value)
        claims.find(SITE, "id", value)

    with metered() as counted:
        claims.find(SITE, "id", "c")
        claims.find(SITE, "id", "b")
        assert counted.calls == 0
        claims.find(SITE, "id", "a")

    assert counted.calls == 1
