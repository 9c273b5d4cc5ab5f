"""``replay`` as a person runs it: nothing running, no settings, an engine of its own, and the exit status."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections import Counter
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from tests.local.replay import plain

ROOT = Path(__file__).parents[3]
SAMPLE = Path(__file__).with_name("purchases.csv")
CDNOW = ROOT.parent / "shared" / "data" / "cdnow" / "CDNOW_sample.txt"
engine = pytest.mark.engine
TAMPER = """
import sys
from chalicelib.local.commands import replay
from chalicelib.local.replay import evidence

whole = evidence.gather

def gather(site):
    found = whole(site)
    del found.members[0].entries[1]
    return found

evidence.gather = gather
sys.exit(replay.main(sys.argv[1:]))
"""


def environment(tmp_path: Path) -> dict[str, str]:
    """Of somebody who has set nothing; with a folder for temporary files, so that what is left there is seen."""
    scratch = tmp_path / "scratch"
    scratch.mkdir(exist_ok=True)
    plain_names = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return {**plain_names, "TMPDIR": str(scratch), "LAUREL_SEAL_KEY_FILE": str(tmp_path / "seal.key")}


def run(tmp_path: Path, *arguments: str, program: tuple[str, ...] = ("-m", "chalicelib.local", "replay")):
    done = subprocess.run(
        [sys.executable, *program, *arguments],
        cwd=ROOT,
        env=environment(tmp_path),
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert list((tmp_path / "scratch").iterdir()) == [], "something is left in the folder for temporary files"
    return done


def rows(report: str, title: str) -> dict[str, list[str]]:
    """A table of the text report: first column → the others, without separators of thousands."""
    section = report.split(f"{title}\n{'-' * len(title)}\n")[1].split("\n\n", maxsplit=1)[0]
    cells = [re.split(r"  +", line.strip()) for line in section.splitlines()]
    return {first: [cell.replace(",", "") for cell in rest] for first, *rest in cells}


def flows(report: str) -> dict[str, Counter[str]]:
    table = rows(report, "Points and orders by month")
    names = ("issued", "spent", "expired")
    return {
        month: +Counter({name: int(cell) for name, cell in zip(names, cells, strict=False)})
        for month, cells in table.items()
        if month != "Month"
    }


@engine
def test_the_default_programme_comes_to_what_a_plain_model_says(tmp_path):
    done = run(tmp_path, str(SAMPLE), "--through", "2025-06-30")

    expected = plain.play(SAMPLE, date(2025, 6, 30), good_days=365)
    last = rows(done.stdout, "Points and orders by month")["2025-06"]
    assert done.returncode == 0, done.stderr
    assert flows(done.stdout) == {month: +flow for month, flow in expected.flows.items()}
    assert int(last[4]) == expected.outstanding


@engine
def test_a_replay_comes_to_the_same_each_time(tmp_path):
    history = tmp_path / "history.csv"
    history.write_text("\n".join(SAMPLE.read_text().splitlines()[:12]) + "\n")

    first, second = (
        run(tmp_path, str(history), "--report", str(tmp_path / f"{name}.html")) for name in ("first", "second")
    )

    assert first.returncode == 0, first.stderr
    assert first.stdout == second.stdout
    assert (tmp_path / "first.html").read_bytes() == (tmp_path / "second.html").read_bytes()


@engine
def test_holds_tiers_ratios_and_rewards_come_to_what_a_plain_model_says(tmp_path):
    levels = [
        {"tierId": "A", "tierName": "Guest", "threshold": 0},
        {"tierId": "B", "tierName": "Friend", "threshold": 100, "purchaseRatio": 2},
    ]
    programme = tmp_path / "programme.json"
    programme.write_text(
        json.dumps(
            {
                "timeZone": "Pacific/Auckland",
                "expiry": {"type": "rollingDays", "days": 60},
                "purchase": {"hold": {"type": "orderDate", "days": 14}},
                "tiers": {"criterion": "spend", "window": "lifetime", "levels": levels},
                "display": {"rewardDenomination": 50},
            }
        )
    )

    done = run(tmp_path, str(SAMPLE), "--programme", str(programme), "--redeem", "--through", "2024-12-05")

    expected = plain.play(SAMPLE, date(2024, 12, 5), good_days=60, hold_days=14, reward=50, doubles_from=Decimal(100))
    last = rows(done.stdout, "Points and orders by month")["2024-12"]
    friends = sum(shopper.spend >= 100 for shopper in expected.shoppers.values())
    assert done.returncode == 0, done.stderr
    assert flows(done.stdout) == {month: +flow for month, flow in expected.flows.items()}
    assert (int(last[3]), int(last[4])) == (expected.held, expected.outstanding)
    assert expected.held > 0
    assert rows(done.stdout, "Members by tier at the end of each month")["2024-12"][1:3] == [
        str(10 - friends),
        str(friends),
    ]


@engine
def test_points_that_wait_for_shipment_are_shipped_and_released(tmp_path):
    history = tmp_path / "history.csv"
    history.write_text("customer,date,amount\nann,2026-03-01,40\nann,2026-03-02,8\n")
    programme = tmp_path / "programme.json"
    programme.write_text('{"purchase": {"hold": {"type": "wholeOrderShipped", "days": 5}}}')

    done = run(tmp_path, str(history), "--programme", str(programme), "--ship-after", "3", "--through", "2026-03-09")

    march = rows(done.stdout, "Points and orders by month")["2026-03"]
    assert done.returncode == 0, done.stderr
    # The first order went out on the 4th and its points were free on the 9th; those of the second a day later.
    assert (march[0], march[3]) == ("140", "8")
    assert "shipped 3 days later" in done.stdout


@engine
def test_a_book_that_does_not_add_up_ends_with_1_and_says_where(tmp_path):
    history = tmp_path / "history.csv"
    history.write_text("customer,date,amount\nann,2026-03-01,40\nben,2026-03-02,8\n")

    done = run(tmp_path, str(history), program=("-c", TAMPER))

    assert done.returncode == 1
    assert "[NO] P2: every book is whole" in done.stdout
    assert "IT DOES NOT ADD UP" in done.stdout


@engine
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_replay_takes_its_engine_and_its_data_along(tmp_path, number):
    command = [sys.executable, "-m", "chalicelib.local", "replay", str(SAMPLE), "--through", "2080-01-01"]
    with subprocess.Popen(
        command, cwd=ROOT, env=environment(tmp_path), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stderr is not None
        started = process.stderr.readline() + process.stderr.readline()
        process.send_signal(number)
        said, problems = process.communicate(timeout=60)

    assert "so far" in started
    assert process.returncode == 130
    assert "Stopped" in problems
    assert "Traceback" not in problems
    assert said == ""
    assert list((tmp_path / "scratch").iterdir()) == []


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["{file}", "--amount-column", "paid"], "no column 'paid'"),
        (["{file}", "--date-format", "%d.%m.%Y"], "line 2, column 2 (date)"),
        (["{file}", "--through", "2020-01-01"], "--through"),
        (["{file}", "--through", "2150-01-01"], "--through"),
        (["{file}", "--site", "not a site"], "--site"),
        (["{file}", "--report", "{folder}/nowhere/out.html"], "--report"),
        (["{file}", "--programme", "{folder}/none.json"], "none.json"),
        (["{file}", "--reward", "0"], "--reward"),
        (["{folder}/none.csv"], "none.csv"),
        (["{file}", "--delimiter", "dash"], "--delimiter"),
    ],
)
def test_what_cannot_be_used_is_refused_at_once_with_2(tmp_path, arguments, sentence):
    began = time.monotonic()

    done = run(tmp_path, *(each.format(file=SAMPLE, folder=tmp_path) for each in arguments))

    assert done.returncode == 2
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr
    assert time.monotonic() - began < 30


def test_a_programme_that_is_wrong_is_refused_field_by_field(tmp_path):
    programme = tmp_path / "programme.json"
    programme.write_text('{"expiry": {"type": "sometimes"}, "pointDecimals": 7}')

    done = run(tmp_path, str(SAMPLE), "--programme", str(programme))

    assert done.returncode == 2
    assert "expiry" in done.stderr
    assert "pointDecimals" in done.stderr


@engine
@pytest.mark.slow
def test_real_customers_come_to_what_a_plain_model_says(tmp_path):
    if not CDNOW.exists():
        pytest.skip(f"{CDNOW.name} is not beside the repository")
    lines = [line for line in CDNOW.read_text().splitlines() if line.split()[1] <= "0035"]
    history, same = tmp_path / "cdnow.txt", tmp_path / "same.csv"
    history.write_text("\n".join(lines))
    cells = [line.split() for line in lines]
    same.write_text(
        "customer,date,amount\n" + "\n".join(f"{cell[0]},{date.fromisoformat(cell[2])},{cell[4]}" for cell in cells)
    )

    done = run(tmp_path, str(history), "--redeem", "--reward", "100")

    expected = plain.play(same, date.fromisoformat(max(cell[2] for cell in cells)), good_days=365, reward=100)
    assert done.returncode == 0, done.stderr
    assert flows(done.stdout) == {month: +flow for month, flow in expected.flows.items()}
