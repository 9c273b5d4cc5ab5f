"""``calculator`` as an operator runs it: nothing runs, and a file may say what the shop is like."""

import json
from pathlib import Path

import pytest

from chalicelib.local.commands import calculator
from chalicelib.programme.validation import validate

HISTORY = Path(__file__).parent / "replay" / "purchases.csv"
REST = ["--cost-per-acquisition", "20", "--conversion-rate", "2%", "--monthly-unique-visitors", "50000"]


@pytest.mark.proves("A098", "A102")
def test_a_purchase_history_is_measured_and_a_structure_proposed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    document, page = tmp_path / "shop.json", tmp_path / "shop.html"

    status = calculator.main(
        ["--history", str(HISTORY), *REST, "--programme", str(document), "--page", str(page), "--currency", "EUR"]
    )

    said = capsys.readouterr().out
    assert status == 0
    assert "30 orders of 10 customers, 40.88 each" in said
    assert "2 points per EUR, each worth 0.02." in said
    assert "200 points" in said
    assert validate(json.loads(document.read_text())).currency.code == "EUR"
    html = page.read_text()
    assert "<svg" in html
    assert "<script" not in html
    assert "200 points" in html


def test_figures_alone_will_do_and_json_is_for_programs(capsys: pytest.CaptureFixture[str]) -> None:
    figures = ["--average-order-value", "80", "--repeat-purchase-rate", "0.3", *REST, "--json"]

    assert calculator.main(figures) == 0

    assert json.loads(capsys.readouterr().out)["pointsPerOrder"] == 80


def test_what_is_missing_or_wrong_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert calculator.main(REST) == 2
    assert calculator.main(["--history", str(tmp_path / "none.csv"), *REST]) == 2
    assert calculator.main(["--history", str(HISTORY), *REST, "--average-order-value", "-1"]) == 2

    said = capsys.readouterr().err
    for named in ("averageOrderValue is missing", "No such file", "averageOrderValue: a number from 0.01"):
        assert named in said
