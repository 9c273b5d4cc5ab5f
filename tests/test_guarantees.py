"""docs/guarantees.md states every promise, and names tests that are there."""

import re
from pathlib import Path

HOUSE = Path(__file__).parents[1]
PAGE = (HOUSE / "docs" / "guarantees.md").read_text()
PROMISES = re.findall(r"^## (P\d+) · .+?$(.*?)(?=^## )", PAGE, re.MULTILINE | re.DOTALL)


def test_every_promise_is_stated_once_and_in_order():
    assert [name for name, _ in PROMISES] == [f"P{number}" for number in range(1, 13)]


def test_every_promise_has_two_sentences_its_tests_and_its_end():
    for name, text in PROMISES:
        said, _, rest = text.partition("\n* Tests: ")
        assert len(re.findall(r"[.](?:\s|$)", said)) == 2, name
        assert "* Not covered: " in rest, name


def test_every_test_that_is_named_exists():
    named = set(re.findall(r"`(tests/[\w/.]+)`", PAGE))

    assert len(named) > 20
    assert [name for name in sorted(named) if not (HOUSE / name).exists()] == []
