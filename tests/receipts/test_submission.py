"""States of a submission, what is kept of it, and the purchase that is judged."""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.receipts import counting
from chalicelib.receipts import purchase as purchases
from chalicelib.receipts.counting import NOTHING
from chalicelib.receipts.duplicates import Print
from chalicelib.receipts.purchase import Bought, Purchase
from chalicelib.receipts.reasons import Reason
from chalicelib.receipts.submission import (
    HISTORY_MAX,
    NEXT,
    Repeat,
    WrongState,
    became,
    dump,
    id_at,
    load,
    looked_after,
    noted,
    opened,
)

NOW = datetime(2026, 3, 18, 12, tzinfo=UTC)
NEW = opened(id_="s-1", receipt="1", source="api", by="server", now=NOW)


@pytest.mark.parametrize(("before", "after"), list(product(NEXT, repeat=2)))
def test_only_the_listed_changes_of_state_are_made(before, after):
    known = load(dump(NEW).replace('"received"', f'"{before}"'))

    if after in NEXT[before]:
        assert became(known, after, NOW, "x", "y").state == after
    else:
        with pytest.raises(WrongState):
            became(known, after, NOW, "x", "y")


def test_what_is_stored_is_what_is_read():
    found = Print(
        sha256="a", look=2**255, shop="S", day=date(2026, 3, 1), time_of_day=time(18, 42), total=Decimal("1.10")
    )
    known = became(
        NEW, "waiting", NOW, "laurel", "decide", "why", print=found, doubts=(Reason("a", "b", about="day"),),
        reasons=(Reason("c", "d"),), repeats=(Repeat("s-0", "m", "c", "t"),), retailer=("r", "R", 0.9), paid=("x",),
        corrections='{"total":"2"}', document="d",
    )  # fmt: skip

    assert load(dump(known)) == known


@given(st.datetimes(datetime(2020, 1, 1), datetime(2090, 1, 1)), st.integers(0, 2**74 - 1))
def test_ids_are_uuids_and_sort_by_time(moment, bits):
    one = id_at(moment.replace(tzinfo=UTC), bits)
    later = id_at(moment.replace(tzinfo=UTC) + timedelta(milliseconds=1), 0)

    assert (len(one), one[14], one[19] in "89ab") == (36, "7", True)
    assert one < later


def test_history_keeps_its_first_and_its_newest_lines():
    known = NEW
    for number in range(2 * HISTORY_MAX):
        known = noted(known, NOW, "x", "note", str(number))

    assert len(known.history) == HISTORY_MAX
    assert (known.history[0].verb, known.history[-1].text) == ("submit", str(2 * HISTORY_MAX - 1))


def test_an_upload_is_looked_after_ever_more_rarely():
    known, waits = NEW, []
    for _ in range(9):
        then = datetime.fromtimestamp(known.due / 1000, UTC)
        known = looked_after(known, then)
        waits.append((known.due - then.timestamp() * 1000) / 60_000)

    assert waits[:6] == [20, 40, 80, 160, 320, 640]


PURCHASE = Purchase(
    shop="S", day=date(2026, 3, 1), total=Decimal("50.85"), tax=Decimal("2.88"), rounding=Decimal("0.01"),
    lines=(Bought(name="a", amount=Decimal("47.96")),),
)  # fmt: skip


def test_lines_with_tax_and_rounding_come_to_the_total():
    assert PURCHASE.is_added_up
    assert not purchases.corrected(PURCHASE, '{"total":"50.84"}').is_added_up
    assert not Purchase(total=Decimal(1)).is_added_up


def test_corrections_stand_in_place_of_what_was_read_and_nothing_else():
    after = purchases.corrected(PURCHASE, '{"shop":"T","time":"18:42","lines":[["b","2",null,"4",1,[],"P"]]}')

    assert (after.shop, after.time_of_day, after.day, after.total) == ("T", time(18, 42), PURCHASE.day, PURCHASE.total)
    assert after.lines == (Bought(name="b", quantity=Decimal(2), amount=Decimal(4), product="P"),)
    assert purchases.corrected(PURCHASE, "") is PURCHASE
    assert purchases.load(purchases.dump(PURCHASE)) == PURCHASE


def test_counts_forget_periods_that_are_long_over():
    first, later = date(2026, 1, 1), date(2026, 4, 1)
    counts = counting.paid(NOTHING, first, first)

    counts = counting.paid(counts, later, later)

    assert counts.by_period == {"day:2026-04-01": 1, "week:2026-03-30": 1, "month:2026-04-01": 1}
