"""What earlier releases stored stays readable: items and keys are never rewritten, and keys are kept for ever.

A test that fails here says that the form changed. Let ``load`` read the old text as well, and add the new one.
"""

from datetime import UTC, datetime
from decimal import Decimal

from chalicelib.ledger.entry import Counted
from chalicelib.ledger.rules import Lasting
from chalicelib.orders import results, storing
from chalicelib.orders.order import Line, NewLine, Noted, Order, Person
from chalicelib.orders.results import Changed, Figures, Placed
from chalicelib.programme.performing.limits import Withheld

ORDER = Order(
    id="SO-1",
    lines=(
        Line(
            NewLine("P1", Decimal("1.5"), Decimal("19.90"), Decimal(0), "C1", "Bikes", "u", "i", "d", "k", "a", "e"),
            *range(1, 10),
            freed=739_000,
        ),
        Line(NewLine("P2", Decimal(1), Decimal(0))),
    ),
    ordered=datetime(2026, 3, 2, 12, tzinfo=UTC),
    entry=7,
    day=739_677,
    amount=2_985,
    programme=3,
    tier="2",
    lasting=Lasting("days", 365),
    total=Decimal("29.85"),
    discount=Decimal(0),
    coupons=("SPRING", "MAY"),
    store="S-7",
    source="till",
    event="fair",
    point_type="Both",
    kind="P",
    held=True,
    places=2,
    withdrawn=5,
    refunded=6,
    shipped_at=1_772_500_000_000,
    noted=(Noted(1_772_400_000_000, "return", 0, 500),),
    judged=(Counted("109d", 739_677, 1, 50),),
    command="c-1",
    version=4,
    buyer=Person("ada@example.test", "Ada", "Byron"),
)
STORED = (
    '{"i":"SO-1","e":7,"d":739677,"a":2985,"v":3,"t":"2","T":"29.85","D":"0","c":["SPRING","MAY"],"s":"S-7","o":"till",'
    '"n":"fair","p":"Both","k":"P","h":true,"H":2,"w":5,"r":6,"S":1772500000000,"O":1772452800000,"g":["days",365],'
    '"l":[{"i":"P1","q":"1.5","u":"19.90","p":"0","c":"C1","cn":"Bikes","l":"u","m":"i","d":"d","k":"k","a":"a","e":"e",'
    '"h":1,"s":2,"S":3,"R":4,"C":5,"P":6,"T":7,"L":8,"W":9,"F":739000},{"i":"P2","q":"1","u":"0"}],'
    '"x":[[1772400000000,"return",0,500]],"j":[["109d",739677,1,50]]}'
)
BUYER = '{"e":"ada@example.test","f":"Ada","l":"Byron"}'
FIGURES = Figures(available=1, held=2, used=3, lifetime=4, tier_before="1", tier_after="2")
PLACED = Placed(
    order=ORDER,
    entry=7,
    points_awarded=10,
    points_on_hold=20,
    wished=40,
    release_at=1_772_600_000_000,
    withheld=Withheld("AC1026", "limit reached"),
    figures=FIGURES,
)
PLACED_REF = (
    'OP{"o":"SO-1","e":7,"a":10,"h":20,"w":40,"r":1772600000000,"x":["AC1026","limit reached"],"f":[1,2,3,4,"1","2"]}'
)
CHANGED = Changed(
    order_id="SO-1",
    verb="return",
    status="partially returned",
    points_awarded=1,
    points_on_hold=2,
    points_removed=3,
    removed_from_hold=4,
    points_not_deducted=5,
    points_refunded=6,
    release_at=1_772_600_000_000,
    entry=9,
    has_effect=True,
    figures=FIGURES,
)
CHANGED_REF = 'OC["SO-1","return","partially returned",1,2,3,4,5,6,1772600000000,9,true,[1,2,3,4,"1","2"]]'


def test_an_order_is_stored_in_this_form():
    assert (storing.dump(ORDER), storing.dump_buyer(ORDER.buyer)) == (STORED, BUYER)


def test_a_stored_order_is_read():
    assert storing.load(STORED, command="c-1", version=4, buyer=BUYER) == ORDER


def test_a_placed_order_is_remembered_in_this_form():
    assert results.dump_placed(PLACED) == PLACED_REF


def test_a_remembered_placing_is_told_again():
    assert results.order_of(PLACED_REF) == "SO-1"
    assert results.load_placed(PLACED_REF, ORDER) == PLACED


def test_a_changed_order_is_remembered_in_this_form():
    assert results.dump_changed(CHANGED) == CHANGED_REF


def test_a_remembered_change_is_told_again():
    assert results.load_changed(CHANGED_REF) == CHANGED
