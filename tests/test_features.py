"""The list of features and the marks on the tests agree, and the generated pages are fresh."""

from pathlib import Path

import pytest

from chalicelib.local import docs, features
from chalicelib.local.features import Feature, FeatureFault, Proof

ROOT = Path(__file__).parent.parent
# Written in two pieces, so that the marks of the samples below are not read as marks of this file.
MARK = "@pytest.mark.prov" + "es"


def test_every_row_of_the_mission_is_listed_once_and_in_order():
    ids = [feature.id for feature in features.read_features((ROOT / docs.FEATURES).read_text())]

    assert ids == [f"A{n:03}" for n in range(1, 188)] + [f"B{n:03}" for n in range(1, 226)] + [
        f"C{n:03}" for n in range(1, 74)
    ]


def test_the_list_of_features_is_fresh():
    assert docs.stale({"docs/features.md": docs.features_page()}) == [], f"run {docs.COMMAND}"


def test_the_openapi_document_is_fresh():
    assert docs.stale({"docs/openapi.json": docs.openapi_page()}) == [], f"run {docs.COMMAND}"


def test_a_changed_or_missing_page_is_stale(tmp_path):
    (tmp_path / "fresh.md").write_text("same")
    (tmp_path / "old.md").write_text("old")

    made = {"fresh.md": "same", "old.md": "new", "missing.md": "new"}
    assert docs.stale(made, tmp_path) == ["old.md", "missing.md"]


def test_marks_are_found_on_tests_parameters_classes_and_modules():
    source = f"""
pytestmark = pytest.mark.{MARK[13:]}("A001")

{MARK}("B001", "B010-B012")
def test_one(): ...

@pytest.mark.parametrize("x", [pytest.param(1, marks=pytest.mark.{MARK[13:]}("C001"))])
def test_two(x): ...

{MARK}("C002")
class TestGroup:
    {MARK}("C003")
    def test_three(self): ...

def helper(): ...
"""

    assert list(features.marked(source)) == [
        ("test_one", ("A001", "B001", "B010", "B011", "B012")),
        ("test_two", ("A001", "C001")),
        ("test_three", ("A001", "C002", "C003")),
    ]


@pytest.mark.parametrize("text", ["", "B1", "B001-", "B002-B001", "B001-B001", "A001-B002", "X", "B001,B002"])
def test_what_is_no_row_is_refused(text):
    with pytest.raises(FeatureFault):
        features.expanded(text)


def test_a_mark_may_name_a_tuple_of_its_module():
    source = f'ROWS = ("B001", "B003-B004")\n{MARK}(*ROWS, "C001")\ndef test_one(): ...'

    assert list(features.marked(source)) == [("test_one", ("B001", "B003", "B004", "C001"))]


def test_marks_must_be_plain_text():
    with pytest.raises(FeatureFault, match="plain text"):
        list(features.marked(f"{MARK}(*ROWS)\ndef test_one(): ..."))


def test_a_mark_that_names_no_row_is_a_fault():
    proof = Proof("test_one", "tests/test_x.py", ("B999",))

    assert features.faults([Feature("B001", "a")], [proof]) == ["tests/test_x.py test_one proves B999, which is no row"]


def test_a_row_that_claims_to_be_ready_needs_a_proof():
    claimed = Feature("B001", "a", "ready")

    assert features.faults([claimed], []) == ["B001 claims to be ready and no test proves it"]
    assert features.faults([claimed], [Proof("test_one", "t.py", ("B001",))]) == []


@pytest.mark.parametrize(
    "text",
    [
        '[Z]\nZ001 = "x"',
        '[A]\nB001 = "x"',
        '[A]\nA1 = "x"',
        '[A]\nA001 = ""',
        '[A]\nA001 = {title = "x", state = "done"}',
    ],
)
def test_a_row_that_cannot_be_read_is_a_fault(text):
    with pytest.raises(FeatureFault):
        features.read_features(text)


def test_a_row_is_ready_when_a_test_proves_it():
    rows = [Feature("A001", "one | two"), Feature("A002", "b"), Feature("A003", "c", "nothing")]

    page = features.render(rows, [Proof("test_it_works", "tests/test_x.py", ("A001",))])

    assert "| A001 | one \\| two | ready | [it_works](../tests/test_x.py) |" in page
    assert "| A002 | b | planned |  |" in page
    assert "| A003 | c | nothing |  |" in page
    assert "3 rows: 1 ready, 1 planned, 1 nothing." in page


def test_a_row_with_many_proofs_shows_the_first_of_them():
    proofs = [Proof(f"test_{n}", "t.py", ("A001",)) for n in range(8)]

    page = features.render([Feature("A001", "a")], proofs)

    assert "[5](../t.py)<br>and 2 more" in page
    assert "[6]" not in page
