import os
from pathlib import Path

import pytest

from chalicelib.local import home
from chalicelib.local.home import BadSetting, Home, HomeInUse, Running


def test_two_copies_never_share_a_folder(tmp_path: Path) -> None:
    with Home(tmp_path).locked(), pytest.raises(HomeInUse, match="LAUREL_HOME"), Home(tmp_path).locked():
        pass

    with Home(tmp_path).locked():
        pass


def test_a_copy_is_found_while_it_runs(tmp_path: Path) -> None:
    place = Home(tmp_path)
    running = Running(8000, "http://127.0.0.1:1", "http://127.0.0.1:2", os.getpid())
    assert place.running() is None

    place.announce(running)
    assert place.running() == running

    place.withdraw()
    assert place.running() is None


def test_what_a_killed_copy_left_behind_does_not_count(tmp_path: Path) -> None:
    place = Home(tmp_path)
    beyond_any_process = 2**22 + 1

    place.announce(Running(8000, "http://127.0.0.1:1", "http://127.0.0.1:2", beyond_any_process))

    assert place.running() is None


@pytest.mark.parametrize("text", ["0", "65536", "-1", "http", "8_000", " 80"])
def test_a_port_that_is_none_is_refused(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setenv("LAUREL_PORT", text)

    with pytest.raises(BadSetting):
        home.port()


def test_the_port_is_8000_unless_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LAUREL_PORT", raising=False)
    assert home.port() == 8000

    monkeypatch.setenv("LAUREL_PORT", "8123")
    assert home.port() == 8123
