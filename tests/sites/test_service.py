"""Sites: made once, two live secrets at most, nothing readable but by authentication."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import boto3
import pytest
from moto import mock_aws

from chalicelib import clock, settings
from chalicelib.dynamo import items
from chalicelib.dynamo.meter import metered
from chalicelib.dynamo.schema import TABLE_DEFINITION
from chalicelib.gateways.sealing import local
from chalicelib.sites import service
from chalicelib.sites.service import BadSite, NoSuchSite, SiteExists

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
FIRST = "laurel-demo-secret"


@pytest.fixture(autouse=True)
def table(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    monkeypatch.setattr(settings, "SEAL_KEY_FILE", str(tmp_path / "seal.key"))
    local._key.cache_clear()
    with mock_aws():
        boto3.client("dynamodb", region_name="us-east-1").create_table(**TABLE_DEFINITION)
        items.reconnect()
        service.clear_cache()
        yield
    service.clear_cache()
    items.reconnect()


@pytest.fixture
def seconds(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The clock of caches, moved by hand."""
    hand = [1_000.0]
    monkeypatch.setattr(clock, "monotonic_seconds", lambda: hand[0])
    return hand


def stored_text() -> str:
    return str(boto3.client("dynamodb", region_name="us-east-1").scan(TableName=settings.TABLE)["Items"])


def test_a_site_is_created_with_the_secret_given():
    assert service.create_site("29235480", "Demo shop", NOW, FIRST) == FIRST

    assert service.secrets("29235480") == (FIRST,)
    site = service.find("29235480")
    assert site == service.Site("29235480", "Demo shop", NOW, 1)


def test_a_random_secret_is_long_and_another_each_time():
    made = {service.create_site(f"1{place}", "Shop", NOW) for place in range(3)}

    assert len(made) == 3
    assert all(len(each) >= 40 for each in made)


def test_no_secret_stands_in_the_table_or_in_a_reading():
    service.create_site("29235480", "Demo shop", NOW, FIRST)
    service.rotate_secret("29235480", NOW, "another-secret-of-24-chr")

    for text in (stored_text(), repr(service.find("29235480"))):
        assert FIRST not in text
        assert "another" not in text


def test_a_site_is_created_once():
    service.create_site("29235480", "Demo shop", NOW, FIRST)

    with pytest.raises(SiteExists) as refused:
        service.create_site("29235480", "Other shop", NOW, "other-secret-of-site")

    assert (refused.value.status, refused.value.code) == (409, "AC1006")
    assert service.secrets("29235480") == (FIRST,)
    assert service.find("29235480").name == "Demo shop"


@pytest.mark.parametrize("site", ["", "a#b", "1 2", "29235480\n", "ä", "1" * 33, "M#1", "../1"])
def test_an_id_is_letters_and_digits(site: str):
    with pytest.raises(BadSite, match="letters and digits"):
        service.create_site(site, "Shop", NOW, FIRST)

    assert service.find(site) is None
    assert service.secrets(site) == ()


@pytest.mark.parametrize(("length", "is_taken"), [(15, False), (16, True), (20, True), (512, True), (513, False)])
def test_a_secret_has_sixteen_characters_at_least(length: int, is_taken: bool):  # noqa: FBT001
    if is_taken:
        assert service.create_site("1", "Shop", NOW, "s" * length) == "s" * length
        return
    with pytest.raises(BadSite, match="16 to 512"):
        service.create_site("1", "Shop", NOW, "s" * length)
    assert service.find("1") is None


@pytest.mark.parametrize("name", ["", "  ", "x" * 101, "two\nlines"])
def test_a_name_is_a_short_line(name: str):
    with pytest.raises(BadSite, match="name"):
        service.create_site("1", name, NOW)


def test_rotating_keeps_the_old_secret_until_the_next_rotation():
    service.create_site("1", "Shop", NOW, "first-secret-of-site")
    service.rotate_secret("1", NOW + timedelta(days=1), "second-secret-of-site")
    assert service.secrets("1") == ("second-secret-of-site", "first-secret-of-site")

    service.rotate_secret("1", NOW + timedelta(days=2), "third-secret-of-site")

    assert service.secrets("1") == ("third-secret-of-site", "second-secret-of-site")
    assert service.find("1").rotated == NOW + timedelta(days=2)


def test_the_old_secret_can_be_ended_at_once():
    service.create_site("1", "Shop", NOW, "first-secret-of-site")
    newest = service.rotate_secret("1", NOW)

    service.retire_old_secret("1", NOW)
    service.retire_old_secret("1", NOW)

    assert service.secrets("1") == (newest,)
    assert service.find("1").live_secrets == 1


def test_a_live_secret_is_not_made_live_again():
    service.create_site("1", "Shop", NOW, "first-secret-of-site")
    service.rotate_secret("1", NOW, "second-secret-of-site")

    with pytest.raises(BadSite, match="already"):
        service.rotate_secret("1", NOW, "first-secret-of-site")

    assert service.secrets("1") == ("second-secret-of-site", "first-secret-of-site")


def test_what_does_not_exist_cannot_be_rotated():
    for change in (service.rotate_secret, service.retire_old_secret):
        with pytest.raises(NoSuchSite) as refused:
            change("404", NOW)
        assert refused.value.status == 404


def test_secrets_are_known_for_a_minute(seconds: list[float]):
    service.create_site("1", "Shop", NOW, FIRST)
    service.secrets("1")

    with metered() as counted:
        seconds[0] += 59
        service.secrets("1")
        assert counted.calls == 0
        seconds[0] += 2
        service.secrets("1")
        assert counted.calls == 1


def test_the_absence_of_a_site_is_known_for_five_seconds(seconds: list[float]):
    assert service.secrets("1") == ()

    with metered() as counted:
        seconds[0] += 4
        service.secrets("1")
        assert counted.calls == 0
        seconds[0] += 2
        service.secrets("1")
        assert counted.calls == 1


def test_a_new_site_answers_at_once_where_it_was_created():
    assert service.secrets("1") == ()

    service.create_site("1", "Shop", NOW, FIRST)

    assert service.secrets("1") == (FIRST,)


def test_guessed_ids_do_not_push_out_a_site(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(service, "CACHED_MAX", 3)
    service.create_site("1", "Shop", NOW, FIRST)
    service.secrets("1")
    for guess in range(10, 20):
        service.secrets(str(guess))

    with metered() as counted:
        assert service.secrets("1") == (FIRST,)

    assert counted.calls == 0
    assert len(service._absent) == 3


def test_a_seal_of_one_site_is_worth_nothing_on_another():
    service.create_site("1", "Shop", NOW, FIRST)
    raw = boto3.client("dynamodb", region_name="us-east-1")
    item = raw.get_item(TableName=settings.TABLE, Key={"pk": {"S": "S#1"}, "sk": {"S": "SITE"}})["Item"]
    raw.put_item(TableName=settings.TABLE, Item=item | {"pk": {"S": "S#2"}})

    with pytest.raises(Exception, match="cannot be opened"):
        service.secrets("2")


def test_the_clock_of_the_cache_is_not_the_programmes():
    service.create_site("1", "Shop", NOW, FIRST)
    service.secrets("1")
    clock.move_to(datetime(2040, 1, 1, tzinfo=UTC))
    try:
        with metered() as counted:
            service.secrets("1")
    finally:
        clock.move_to(None)

    assert counted.calls == 0
    assert clock.monotonic_seconds() <= time.monotonic()
