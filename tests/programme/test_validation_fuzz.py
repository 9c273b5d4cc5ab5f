"""Whatever JSON arrives as a programme, it is taken or refused with named fields; nothing else happens."""

import copy
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.programme.rendering import from_text, render, to_text
from chalicelib.programme.validation import InvalidProgramme, validate
from tests.programme.documents import document, problems

SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.decimals(),
    st.text(max_size=20),
    st.sampled_from(["day", "ACTIVE", "never", "UTC", "1", Decimal("1E+400"), 10**400, "\ud800", "\x00", -0]),
)
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3)
)


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The path of every value inside a document."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(found for step, part in inner for found in places(part, (*path, step)))]


PLACES = places(document())[1:]


@given(VALUES)
def test_any_json_is_taken_or_refused(raw: Any):
    with pytest.raises(InvalidProgramme) as refused:
        validate(raw)

    assert refused.value.problems


@given(st.lists(st.tuples(st.sampled_from(PLACES), VALUES), min_size=1, max_size=3))
def test_a_document_with_anything_anywhere_is_taken_or_refused(changes: list[tuple[tuple[Any, ...], Any]]):
    whole = copy.deepcopy(document())
    for path, value in changes:
        put(whole, path, value)
    found = problems(whole)

    if found:
        assert all(field.encode() and text.encode() for field, text in found.items())
    else:
        programme = validate(whole)
        assert validate(render(programme)) == programme
        assert from_text(to_text(programme)) == programme


def put(whole: Any, path: tuple[Any, ...], value: Any) -> None:
    """Set the value at a path, if an earlier change left such a place."""
    for step in path[:-1]:
        try:
            whole = whole[step]
        except (KeyError, IndexError, TypeError):
            return
    if isinstance(whole, dict) or (isinstance(whole, list) and isinstance(path[-1], int) and path[-1] < len(whole)):
        whole[path[-1]] = value
