"""``configuration`` as an operator runs it: a file that goes from site to site."""

import json
from pathlib import Path
from typing import Any

import pytest

from chalicelib import clock
from chalicelib.local.commands import configuration
from chalicelib.programme import service as programme
from chalicelib.sites import service as sites
from tests.support.fixtures import table

__all__ = ["table"]


@pytest.fixture
def two_sites(table: Any) -> None:
    programme.clear_caches()
    for site in ("1", "2"):
        sites.create_site(site, "Ada's Shop", clock.now(), "secret-of-this-shop")


def run(*arguments: object) -> int:
    return configuration.main([str(each) for each in arguments])


def test_a_file_goes_from_site_to_site(two_sites: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "shop.json"

    assert run("start", 1, "coffee", "--currency", "EUR", "--time-zone", "Europe/Berlin") == 0
    assert run("export", 1, file) == 0
    exported = capsys.readouterr().err.split()[0]
    assert run("plan", 2, file) == 2
    planned = capsys.readouterr().out
    assert run("apply", 2, file) == 0
    assert capsys.readouterr().out.split()[0] == exported
    assert run("plan", 2, file) == 0

    assert "+ programme.actions[516]: {" in planned
    assert '~ programme.currency.code: "USD" -> "EUR"' in planned
    assert f"after  {exported}" in planned
    assert "Nothing would change." in capsys.readouterr().out


def test_a_plan_can_be_tried_on_the_history(
    two_sites: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "shop.json"
    run("export", 1, file)
    document = json.loads(file.read_text())
    document["programme"]["expiry"]["days"] = 30
    file.write_text(json.dumps(document))

    assert run("plan", 1, file, "--from", "2020-01-01") == 2

    said = capsys.readouterr().out
    assert "~ programme.expiry.days: 365 -> 30" in said
    assert "On the history from 2020-01-01" in said


def test_what_cannot_be_done_is_said(two_sites: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "shop.json"
    file.write_text("{")

    assert run("plan", 1, file) == 1
    assert run("plan", 1, tmp_path / "none.json") == 1
    assert run("export", 9) == 1
    assert run("start", 1, "coffee", "--currency", "euro") == 1
    file.write_text('{"format": "laurel-configuration/1", "programme": {}, "stores": []}')
    assert run("apply", 1, file) == 1

    said = capsys.readouterr().err
    for named in ("is not JSON", "cannot be read", "There is no site 9", "currency.code", "timeZone: is missing"):
        assert named in said


def test_another_configuration_than_the_planned_one_is_not_replaced(
    two_sites: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "shop.json"
    run("start", 1, "grocery")
    run("export", 1, file)

    assert run("apply", 2, file, "--replaces", "sha256:0") == 1
    assert "Nothing was written" in capsys.readouterr().err


def test_defaults_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("defaults") == 0

    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()] == ["fashion", "grocery", "coffee"]
