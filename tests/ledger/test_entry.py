import hashlib
import json
from base64 import urlsafe_b64encode
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.ledger import moves
from chalicelib.ledger.entry import (
    UNCHANGED,
    Counted,
    Draw,
    Earned,
    Entry,
    LotChange,
    Posting,
    Refs,
    core_of,
    genesis,
    hash_of,
    note_matches,
    parse,
    read_note,
    seal_note,
)
from tests.support.books import ADA, FOR_EVER, SITE, TOLD, Book

NUMBERS = st.integers(-(10**15), 10**15)
AMOUNTS = st.integers(1, 10**15)
NAMES = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
BUCKETS = st.sampled_from(["points", "miles", "Bücket"])
CLASSES = st.sampled_from(["S", "P"])
SIDES = st.sampled_from(["issued", "available", "held", "promised", "redeemed", "expired"])


def optional(strategy):
    return st.none() | strategy


def tuples_of(strategy):
    return st.lists(strategy, max_size=4).map(tuple)


ENTRIES = st.builds(
    Entry,
    number=AMOUNTS,
    kind=st.sampled_from(["award", "redeem", "tier", "close"]),
    at=NUMBERS,
    effective=NUMBERS,
    day=AMOUNTS,
    command=NAMES,
    programme=AMOUNTS,
    action=optional(AMOUNTS),
    postings=tuples_of(st.builds(Posting, SIDES, SIDES, BUCKETS, AMOUNTS)),
    lots=tuples_of(st.builds(LotChange, BUCKETS, CLASSES, AMOUNTS, NUMBERS)),
    draws=tuples_of(st.builds(Draw, BUCKETS, CLASSES, AMOUNTS, AMOUNTS, optional(AMOUNTS))),
    owed=tuples_of(st.tuples(BUCKETS, NUMBERS)),
    earned=optional(st.builds(Earned, AMOUNTS, NUMBERS, NUMBERS, NUMBERS, optional(BUCKETS))),
    counted=tuples_of(st.builds(Counted, NAMES, NUMBERS, NUMBERS, NUMBERS)),
    shown=st.booleans(),
    wished=optional(NUMBERS),
    refs=st.builds(Refs, order=optional(NAMES), store=optional(NAMES), undoes=optional(AMOUNTS)),
    state=optional(NAMES),
    joined=optional(AMOUNTS),
    tier=st.tuples(NAMES, NAMES),
    standing=optional(st.tuples(NAMES, AMOUNTS, optional(AMOUNTS), NAMES)),
    standings=st.dictionaries(BUCKETS, st.tuples(NAMES, AMOUNTS, optional(AMOUNTS), NAMES), max_size=2),
    tiers=st.dictionaries(BUCKETS, st.tuples(NAMES, NAMES), max_size=2),
    campaigns=tuples_of(st.tuples(NAMES, NUMBERS)),
    due=st.sampled_from([None, UNCHANGED, 0, 1_800_000_000_000]),
    rows=AMOUNTS,
    balances=st.dictionaries(BUCKETS, st.tuples(NUMBERS, NUMBERS, NUMBERS, NUMBERS, NUMBERS), max_size=2),
    note=optional(NAMES),
    previous=NAMES,
)


@given(ENTRIES)
def test_an_entry_is_read_as_it_was_written(entry):
    assert parse(core_of(entry)) == entry
    assert core_of(parse(core_of(entry))) == core_of(entry)


@given(ENTRIES, st.sampled_from(["number", "at", "day", "programme", "rows"]))
def test_changing_a_number_changes_the_hash(entry, name):
    changed = replace(entry, **{name: getattr(entry, name) + 1})

    assert hash_of(core_of(changed)) != hash_of(core_of(entry))


def test_a_core_leaves_out_what_says_nothing():
    entry = Entry(7, "state", 1, 1, 738_000, "c", 1, state="active", rows=3, previous="p")

    assert json.loads(core_of(entry)) == {
        "n": 7,
        "k": "state",
        "t": 1,
        "e": 1,
        "d": 738_000,
        "c": "c",
        "v": 1,
        "st": "active",
        "ti": ["", ""],
        "x": 3,
        "h": "p",
    }


def test_the_hash_is_sha_256_of_the_core():
    expected = urlsafe_b64encode(hashlib.sha256("größer".encode()).digest()).decode().rstrip("=")

    assert hash_of("größer") == expected
    assert len(expected) == 43


def test_every_member_begins_from_a_genesis_of_their_own():
    first = Book(ADA).entries[0]

    assert first.previous == genesis(SITE, ADA)
    assert len({genesis(SITE, ADA), genesis(SITE, "m-bea"), genesis("other", ADA)}) == 3


def test_the_same_note_has_another_digest_each_time():
    (text, seal), (again, other) = seal_note({"reason": "thanks"}), seal_note({"reason": "thanks"})

    assert seal != other
    assert text != again
    assert read_note(text) == {"reason": "thanks"}


def test_an_erased_note_still_matches_and_a_changed_one_does_not():
    book = Book()
    entry = book.award(10, FOR_EVER)
    text, seal = seal_note({"reason": "thanks"})
    noted = replace(entry, note=seal)

    assert note_matches(noted, text)
    assert note_matches(noted, None)
    assert not note_matches(noted, text.replace("thanks", "thunks"))
    assert read_note(None) == {}


def test_a_note_is_beside_the_core_and_never_in_it():
    book = Book()
    told = replace(TOLD, note={"reason": "for Grace Hopper", "customId": "c-137"})

    book.do(lambda draft: moves.award(draft, 5, FOR_EVER, told))

    line = book.lines[-1]
    assert "Grace" not in line.core
    assert "c-137" not in line.core
    assert note_matches(line.entry, line.note)
    assert read_note(line.note) == {"reason": "for Grace Hopper", "customId": "c-137"}


@pytest.mark.parametrize(
    ("source", "target", "moved"),
    [
        ("issued", "available", 7),
        ("held", "promised", 7),
        (None, "available", 7),
        ("held", None, 7),
        ("issued", "held", 0),
    ],
)
def test_an_entry_adds_up_what_moved_between_two_sides(source, target, moved):
    postings = (Posting("held", "promised", "points", 7), Posting("issued", "available", "points", 7))
    entry = Entry(1, "release", 1, 1, 1, "c", 1, postings=postings)

    assert entry.moved(source, target) == moved
    assert entry.moved() == 14
