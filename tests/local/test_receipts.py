"""``receipts`` as an operator runs it: a folder in, JSON lines and figures out."""

import io
import json
import os
import shutil
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from PIL import Image

from chalicelib.local import receipts
from chalicelib.local.commands import receipts as command
from chalicelib.receipts.reasons import AWARDED
from tests.gateways.ocr.test_rapid import drawn

SCANS = Path(os.environ.get("LAUREL_RECEIPTS", Path(__file__).parents[3] / "shared" / "data" / "receipts"))
"""Real scans with their labels; the copy of the source has none."""
SAMPLE = slice(0, None, 6)
KEYS = {"file", "company", "date", "total", "decision", "reasons"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A receipt, the same photograph made smaller, one that is no picture, and its label."""
    data = drawn()
    (tmp_path / "a.jpg").write_bytes(data)
    output = io.BytesIO()
    picture = Image.open(io.BytesIO(data))
    picture.resize((picture.width * 4 // 5, picture.height * 4 // 5)).save(output, "PNG")
    (tmp_path / "b.png").write_bytes(output.getvalue())
    (tmp_path / "c.jpg").write_bytes(b"<svg/>")
    (tmp_path / "notes.txt").write_text("no picture")
    labels = {"a": {"company": "Green Valley Mart Sdn. Bhd.", "date": "14/03/2026", "total": "RM50.90", "address": ""}}
    (tmp_path / "labels.json").write_text(json.dumps(labels))
    return tmp_path


@pytest.mark.slow
@pytest.mark.proves("A018")
def test_only_json_lines_go_to_standard_output(folder, capsys):
    assert command.main([str(folder), "--json", "--processes", "1"]) == 0

    out, err = capsys.readouterr()
    found = [json.loads(line) for line in out.splitlines()]
    assert [each.keys() == KEYS for each in found] == [True, True, True]
    assert [(each["file"], each["total"], each["date"], each["decision"]) for each in found] == [
        ("a.jpg", "50.90", "2026-03-14", "awarded"),
        ("b.png", "50.90", "2026-03-14", "rejected"),
        ("c.jpg", None, None, "rejected"),
    ]
    assert [[reason["code"] for reason in each["reasons"]] for each in found] == [
        [],
        ["same-picture"],
        ["not-a-picture"],
    ]
    assert "3/3 c.jpg" in err
    assert "total exactly right      1  100.0%" in err


@pytest.mark.slow
def test_a_person_reads_what_was_found_and_why(folder, capsys):
    assert command.main([str(folder), "--processes", "2"]) == 0

    out = capsys.readouterr().out
    assert "a.jpg: awarded" in out
    assert "  total    50.90" in out
    assert "because  What was paid, less the change, is the total." in out
    assert "! This photograph of a receipt was sent before. (same-picture: a.jpg)" in out
    assert "wrong: nothing" in out


def test_a_folder_that_is_none_is_refused_with_a_sentence(tmp_path, capsys):
    assert command.main([str(tmp_path / "nowhere")]) == 2
    assert command.main([str(tmp_path)]) == 2
    (tmp_path / "a.jpg").write_bytes(b"")
    (tmp_path / "labels.json").write_text("[")
    assert command.main([str(tmp_path)]) == 2

    assert capsys.readouterr().err.count("\n") == 3


def test_figures_name_what_was_wrong_by_kind(folder):
    figures = receipts.Figures()
    (outcome,) = receipts.outcomes([folder / "c.jpg"], date(2026, 6, 30), 1)

    figures.add(outcome, receipts.Wanted("A SHOP", date(2026, 1, 1), Decimal("1.00")))

    assert "wrong: date not found 1, shop not found 1, total not found 1" in list(figures.lines())


@pytest.mark.slow
@pytest.mark.proves("A018")
@pytest.mark.skipif(not SCANS.is_dir(), reason="no real scans here (LAUREL_RECEIPTS names a folder of them)")
def test_real_scans_are_read_within_the_bars(tmp_path):
    today = date(2026, 6, 30)
    labels = receipts.labels_of(SCANS / "labels.json", today)
    for path in receipts.files_of(SCANS)[SAMPLE]:
        shutil.copy(path, tmp_path)
    files = receipts.files_of(tmp_path)
    figures = receipts.Figures()

    for outcome in receipts.outcomes(files, today, 2):
        figures.add(outcome, labels[Path(outcome.file).stem])

    told = "\n".join(figures.lines())
    assert figures.total >= 0.9 * len(files), told
    assert figures.day >= 0.9 * len(files), told
    assert figures.shop >= 0.85 * len(files), told
    assert figures.awarded >= 0.6 * len(files), told
    assert figures.awarded_right == figures.awarded, told
    assert figures.decisions is not None
    assert figures.decisions[AWARDED] == figures.awarded
