import contextlib
import json
import re
import shutil
import signal
import socket
import subprocess
import threading
import time
import urllib.request
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from chalicelib.local import demo, drawing, showcase
from tests.laptop import Laptop, running, seed

pytestmark = [pytest.mark.slow, pytest.mark.engine, pytest.mark.network]


@pytest.fixture(scope="module")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("seeded")
    seed(folder)
    return folder


@pytest.fixture
def folder(seeded: Path, tmp_path: Path) -> Path:
    return shutil.copytree(seeded, tmp_path / "home")


def points_of(laptop: Laptop, member: str) -> int:
    status, body = laptop.get(f"/points/{member}", member)
    assert status == 200
    return body["availablePoints"]


def given(laptop: Laptop, member: str, points: int) -> int:
    body = {"id": member, "activity": "CREDIT", "actionId": "100", "credit": str(points), "reason": "A test"}
    status, answered = laptop.send("POST", "/points", body)
    assert status == 200
    return answered["updatedAvailablePoints"]


@pytest.mark.proves("A018")
def test_what_is_printed_works_as_pasted_and_as_opened(folder: Path) -> None:
    with running(folder) as laptop:
        answers = [
            subprocess.run(["sh", "-c", command], cwd="/", capture_output=True, text=True, check=True, timeout=60)
            for command in laptop.commands
        ]
        bodies = [json.loads(answer.stdout) for answer in answers]
        shop, feed, form, screen = re.findall(r"^  (?!curl)\w.*?(http://\S+)$", laptop.said, re.MULTILINE)
        pages = {url: urllib.request.urlopen(url, timeout=30).read().decode() for url in (shop, form, screen)}  # noqa: S310
        photos = json.load(urllib.request.urlopen(feed, timeout=30))["photos"]  # noqa: S310

        assert [body.get("errorCode") for body in bodies] == [None] * 5
        assert bodies[1]["credit"] == 50
        assert demo.SECRET in laptop.said
        assert f'data-gallery="{showcase.GALLERY}"' in pages[shop]
        assert "<form" in pages[form]
        assert "moderation.js" in pages[screen]
        assert [each["caption"] for each in photos] == ["The pot that stays", "Six in the morning"]
        assert all(each["hotSpots"] for each in photos)
        deadline = time.monotonic() + 60
        while (paid := mine(laptop, bodies[3]["submissionId"]))["status"] == "Pending" and time.monotonic() < deadline:
            time.sleep(0.2)
        assert (paid["status"], paid["reasons"]) == ("Points Awarded", [])


def mine(laptop: Laptop, submission: str) -> dict[str, Any]:
    """Ada's receipt of that id."""
    _, found = laptop.get(f"/users/{demo.ADA}/receipts", demo.ADA)
    return next(each for each in found["receipts"] if each["submissionId"] == submission)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_to_the_group_ends_every_part_and_a_restart_finds_the_data(folder: Path, number: int) -> None:
    laptop = Laptop(folder)
    laptop.start()
    after = given(laptop, demo.BEN, 137)
    photo = photo_of_ben(laptop)
    assert laptop.as_staff("DELETE", f"/galleries/{showcase.GALLERY}")[0] == 200
    parts = laptop.parts()

    seconds = laptop.stop(number)

    assert len(parts) == 3
    assert laptop.process.returncode == 0
    assert seconds < 15
    assert not any(is_alive(each) for each in parts)
    laptop.start()
    assert points_of(laptop, demo.BEN) == after
    # What a visitor sent or took away is no part of the demo that a start completes.
    assert laptop.as_staff("GET", f"/photos/{photo}")[1]["state"] == "pending"
    assert laptop.as_staff("GET", f"/galleries/{showcase.GALLERY}")[0] == 404
    laptop.stop()


def photo_of_ben(laptop: Laptop) -> str:
    """A photo that he sent and of which nobody has decided yet."""
    part = b'--b\r\nContent-Disposition: form-data; name="%s"%s\r\n\r\n%s\r\n'
    body = part % (b"userId", b"", demo.BEN.encode()) + part % (b"file", b'; filename="a.jpg"', drawing.teapot())
    _, sent = laptop.as_staff(
        "POST", "/photos", body + b"--b--\r\n", **{"Content-Type": "multipart/form-data; boundary=b"}
    )
    deadline = time.monotonic() + 30
    while laptop.as_staff("GET", f"/photos/{sent['photoId']}")[1]["state"] == "received":
        assert time.monotonic() < deadline
        time.sleep(0.1)
    return str(sent["photoId"])


def test_two_copies_run_side_by_side_and_know_nothing_of_each_other(seeded: Path, folder: Path, tmp_path: Path) -> None:
    with running(folder) as one, running(shutil.copytree(seeded, tmp_path / "two")) as two:
        given(one, demo.BEN, 7)

        assert points_of(one, demo.BEN) - points_of(two, demo.BEN) == 7


def test_a_second_copy_on_the_same_folder_or_port_says_what_is_wrong(folder: Path, tmp_path: Path) -> None:
    with running(folder) as laptop:
        same_folder = Laptop(folder)
        same_port = Laptop(tmp_path / "other", LAUREL_PORT=str(laptop.port))

        with pytest.raises(AssertionError, match="LAUREL_HOME"):
            same_folder.start()
        with pytest.raises(AssertionError, match="LAUREL_PORT"):
            same_port.start()


def test_the_port_opens_when_the_demo_site_is_complete(tmp_path: Path) -> None:
    laptop = Laptop(tmp_path / "home")
    seen: list[bool] = []

    def knock() -> None:
        while not seen:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", laptop.port), timeout=5):
                status, _ = laptop.get(f"/users/{demo.LAST_MEMBER}", demo.LAST_MEMBER)
                seen.append(status == 200)
            time.sleep(0.01)

    knocking = threading.Thread(target=knock)
    knocking.start()
    laptop.start()
    knocking.join()
    laptop.stop()

    assert seen == [True]


def test_on_dynamodb_local_the_data_survive_a_kill(tmp_path: Path) -> None:
    laptop = Laptop(tmp_path / "home", LAUREL_ENGINE="dynamodb-local")
    try:
        laptop.start()
    except AssertionError as problem:
        if "DynamoDB Local" in str(problem):
            pytest.skip(str(problem))
        raise
    after = given(laptop, demo.BEN, 137)
    parts = laptop.parts()

    laptop.process.kill()
    laptop.stop()
    deadline = time.monotonic() + 15
    while any(is_alive(each) for each in parts) and time.monotonic() < deadline:
        time.sleep(0.05)

    assert not any(is_alive(each) for each in parts)
    laptop.start()
    assert points_of(laptop, demo.BEN) == after
    laptop.stop()


def test_time_moves_forward_and_back_and_nothing_due_is_missed(folder: Path) -> None:
    with running(folder) as laptop:
        # A sweep runs far ahead of real time, and time goes back.
        ahead = datetime.now(UTC) + timedelta(days=430)
        laptop.control("clock", {"now": ahead.isoformat()})
        assert laptop.control("run-due")[1]["failed"] == []
        _, back = laptop.control("clock", {"now": None})
        given(laptop, demo.BEN, 41)
        in_400_days = datetime.fromisoformat(back["now"]) + timedelta(days=400)

        laptop.control("clock", {"now": in_400_days.isoformat()})
        begun = time.monotonic()
        status, done = laptop.control("run-due")
        seconds = time.monotonic() - begun

        assert (status, done["drained"], done["failed"]) == (200, True, [])
        assert seconds < 60
        assert done["messages"] >= 1
        assert points_of(laptop, demo.BEN) == 0


def test_unknown_routes_and_methods_are_told_in_json_over_http(folder: Path) -> None:
    with running(folder) as laptop:
        told = [
            laptop.get("/nothing", "nothing"),
            laptop.send("DELETE", "/points", {}),
            laptop.get("/points/%zz%2F", "another"),
        ]

    assert [(status, body["errorCode"]) for status, body in told] == [(404, "AC1001"), (405, "AC1001"), (401, "AC1002")]


def is_alive(pid: int) -> bool:
    stat = Path(f"/proc/{pid}/stat")
    return stat.exists() and stat.read_text().rpartition(")")[2].split()[0] != "Z"
