"""A plan tells every difference, and nothing else."""

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.configuring import document
from chalicelib.configuring.difference import CHANGES_MAX, between
from chalicelib.configuring.document import Configuration, hash_of
from chalicelib.programme.defaults import DEFAULT_DOCUMENT
from chalicelib.programme.starting.service import STARTS, programme_of
from chalicelib.programme.validation import validate

SCALARS = st.integers(0, 3) | st.sampled_from(["a", "b", ""]) | st.booleans()
ROWS = st.lists(
    st.fixed_dictionaries({"actionId": st.integers(0, 4)}, optional={"x": SCALARS, "y": SCALARS}),
    max_size=4,
    unique_by=lambda row: row["actionId"],
)
DOCUMENTS = st.dictionaries(st.sampled_from("abc"), SCALARS | st.lists(SCALARS, max_size=3) | ROWS, max_size=3)


@given(DOCUMENTS, DOCUMENTS)
def test_there_is_a_change_exactly_where_documents_differ(before, after):
    def exact(value: Any) -> str:
        return json.dumps(value, sort_keys=True)

    found = between(before, after)

    assert bool(found.changes) == (exact(before) != exact(after)) or before == after
    assert found.total == len(found.changes)
    for change in found.changes:
        assert change.kind in {"added", "removed", "changed"}
        assert change.before != change.after or type(change.before) is not type(change.after)


@given(DOCUMENTS, DOCUMENTS)
def test_the_way_back_tells_the_same_places(before, after):
    there = {change.path for change in between(before, after).changes}
    back = {change.path for change in between(after, before).changes}

    assert there == back


def test_elements_are_told_apart_by_their_ids():
    before = {"actions": [{"actionId": 1, "x": 1}, {"actionId": 2, "x": 1}]}
    after = {"actions": [{"actionId": 2, "x": 5}, {"actionId": 1, "x": 1}]}

    changes = {change.path: (change.before, change.after) for change in between(before, after).changes}

    assert changes == {"actions[2].x": (1, 5), "actions (order)": (["1", "2"], ["2", "1"])}


def test_a_long_plan_is_cut_and_says_how_long_it_is():
    before = {f"n{number}": 0 for number in range(CHANGES_MAX + 7)}
    after = dict.fromkeys(before, 1)

    found = between(before, after)

    assert (len(found.changes), found.total) == (CHANGES_MAX, CHANGES_MAX + 7)


def test_equal_configurations_have_one_hash_however_they_were_written():
    first = Configuration(validate(DEFAULT_DOCUMENT))
    shuffled = dict(reversed(list(DEFAULT_DOCUMENT.items())))
    numbers_as_text = {**shuffled, "pointDecimals": "0"}

    assert hash_of(Configuration(validate(numbers_as_text))) == hash_of(first)
    assert hash_of(Configuration(validate({**DEFAULT_DOCUMENT, "timeZone": "Europe/Berlin"}))) != hash_of(first)


def test_what_is_exported_reads_back_as_it_was():
    for start in STARTS:
        configuration = Configuration(programme_of(start.name))

        again = document.read(json.loads(document.canonical(configuration)))

        assert again == configuration
        assert hash_of(again) == hash_of(configuration)
