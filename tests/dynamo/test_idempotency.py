import pytest

from chalicelib.dynamo import idempotency
from chalicelib.dynamo.commit import Plan, commit
from chalicelib.dynamo.idempotency import Key, KeyReused, KeyTaken
from chalicelib.errors import NotFound

SITE = "29235480"
KEY = Key("digest-of-key", "digest-of-request")


def write(*writes) -> None:
    commit(lambda: None, lambda _: Plan(writes, None))


def remember(key: Key = KEY, site: str = SITE, ref: str = "E7") -> None:
    write(idempotency.remember(site, key, status=200, mid="m-ada", ref=ref))


def test_a_new_key_is_unknown(any_table):
    assert idempotency.find(SITE, KEY) is None


def test_a_used_key_points_at_what_was_produced(any_table):
    remember()

    known = idempotency.find(SITE, KEY)

    assert (known.status, known.mid, known.ref, known.is_refusal) == (200, "m-ada", "E7", False)


def test_a_key_is_used_up_once(any_table):
    remember()

    with pytest.raises(KeyTaken):
        remember(ref="E8")

    assert idempotency.find(SITE, KEY).ref == "E7"


def test_a_key_with_another_request_is_refused(any_table):
    remember()

    with pytest.raises(KeyReused) as caught:
        idempotency.find(SITE, Key(KEY.digest, "another"))

    assert (caught.value.status, caught.value.sticks) == (409, False)


def test_a_business_refusal_sticks(any_table):
    write(idempotency.remember_refusal(SITE, KEY, NotFound("nobody by that id")))

    known = idempotency.find(SITE, KEY)

    assert (known.status, known.code, known.message) == (404, "AC1005", "nobody by that id")
    assert known.is_refusal


@pytest.mark.proves("A004")
def test_keys_of_two_sites_do_not_meet(any_table):
    remember()

    assert idempotency.find("other", KEY) is None
    remember(Key(KEY.digest, "another"), site="other")
