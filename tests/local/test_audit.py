"""``audit`` as an operator runs it: words, figures, names of what is wrong, and the exit status."""

import json
from typing import Any

import pytest

from chalicelib import clock
from chalicelib.ledger.auditing import service
from chalicelib.local import auditing
from chalicelib.local.commands import audit
from chalicelib.sites import service as sites
from tests.ledger.auditing import damage
from tests.ledger.auditing.damage import ADA, drop, entry
from tests.support.books import SITE
from tests.support.fixtures import dynamodb_local_endpoint, ministack_endpoint, real_table, table

__all__ = ["dynamodb_local_endpoint", "ministack_endpoint", "real_table", "table"]


@pytest.fixture
def world(table: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "PAUSE_SECONDS", 0.0)
    sites.create_site(SITE, "Ada's Shop", clock.now(), "secret-of-this-shop")
    damage.world()


def test_a_member_is_proved_by_id_or_number(world: None, capsys: pytest.CaptureFixture[str]) -> None:
    status = audit.main(["--site", SITE, "--member", ADA.upper()])

    said = capsys.readouterr().out
    assert status == 0
    assert "1 members, 6 entries, 1 holds" in said
    assert "Together" in said
    assert "Everything adds up." in said


@pytest.mark.parametrize("terminal", [True, False])
def test_what_is_wrong_is_named_in_red(
    world: None, table: Any, *, terminal: bool, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    drop(table, entry(table, ADA, 3))
    monkeypatch.setattr("sys.stdout.isatty", lambda: terminal)

    status = audit.main(["--site", SITE, "--member", ADA])

    said = capsys.readouterr().out
    assert status == 1
    assert f"member {ADA}, entry 3: the entry is missing (gap)" in said
    assert "IT DOES NOT ADD UP." in said
    assert ("\x1b[31m" in said) is terminal


def test_a_program_reads_json(world: None, capsys: pytest.CaptureFixture[str]) -> None:
    audit.main(["--site", SITE, "--member", ADA, "--json"])

    said = json.loads(capsys.readouterr().out)
    assert said["addsUp"] is True
    assert said["sites"][SITE]["entries"] == 6
    assert {"bucket": "points", "side": "held", "units": 50} in said["sites"][SITE]["trialBalance"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--site", "nowhere"], "There is no site nowhere."),
        (["--site", SITE, "--member", "nobody"], "No member nobody"),
        (["--member", ADA], "--site"),
    ],
)
def test_who_does_not_exist_is_said(
    world: None, arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert audit.main(arguments) == 2
    assert words in capsys.readouterr().err


@pytest.mark.parametrize("number", ["0", "1001", "many", "-1"])
def test_segments_are_bounded(number: str) -> None:
    with pytest.raises(SystemExit):
        audit.main(["--segments", number])


@pytest.mark.engine
@pytest.mark.slow
def test_processes_in_parallel_find_what_one_walk_finds(
    real_table: Any, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    sites.create_site(SITE, "Ada's Shop", clock.now(), "secret-of-this-shop")
    damage.world()
    monkeypatch.setattr(auditing, "_processes", lambda: 2)
    alone = damage.audit(clock.now())

    assert audit.main(["--segments", "5", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)["sites"][SITE]
    drop(real_table, entry(real_table, ADA, 3))
    assert audit.main(["--site", SITE, "--segments", "3"]) == 1

    assert (found["digest"], found["members"]) == (f"{alone.digest:064x}", 3)
    told = capsys.readouterr()
    assert f"member {ADA}, entry 3: the entry is missing (gap)" in told.out
    assert "3 members" in told.err
