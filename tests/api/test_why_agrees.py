"""What ``why`` says is what the real call then does, and afterwards what is recorded: for random rules and lives."""

import math
from decimal import Decimal
from itertools import count
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chalicelib import clock
from chalicelib.api.wire import parse_timestamp
from chalicelib.programme.performing.limits import waiting
from tests.api.shop import Shop, quoted
from tests.api.why_cases import FOLLOW, follow, perform, selling, settle, wait, why

PERIODS = st.sampled_from(["day", "week", "month", "quarter", "year", "lifetime"])
LIMITS = st.lists(
    st.fixed_dictionaries({"times": st.integers(1, 3), "period": PERIODS}), max_size=2, unique_by=lambda i: i["period"]
)
CAPS = st.one_of(st.just({}), st.fixed_dictionaries({"maxPoints": st.sampled_from([15, 40, 60]), "period": PERIODS}))
STATUS = st.sampled_from(["ACTIVE", "ACTIVE", "ACTIVE", "INACTIVE"])
RATIO = st.sampled_from(["0", "0.5", "1", "2"])
HOURS = st.sampled_from([1, 13, 30, 200]).map(lambda hours: ("wait", hours))
STATE = st.sampled_from(["YES", "YES", "NO"]).map(lambda word: ("opt", word))
WITHHELD = {"AC1026": "LIMIT_USED_UP", "AC1028": "LIMIT_OPENS_LATER"}
REFUSING = {"MEMBER_INACTIVE", "MEMBER_OPTED_OUT", "ACTION_INACTIVE"}
RECEIPT = ("orderReceived", "memberActive", "actionActive", "pointType", "minimumAmount", "points", "limit")
_members = count(1)
OFTEN = settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])


def enrolled(shop: Shop) -> str:
    member = f"m-{next(_members)}"
    shop.enrol(member)
    return member


def passed(shop: Shop, member: str, step: tuple[str, Any]) -> None:
    """Let time pass, be it booked or not, or let the member opt in or out."""
    kind, value = step
    if kind == "wait":
        wait(hours=value)
    elif kind == "opt":
        shop.patch(f"/users/{quoted(member)}", {"optInStatus": value})
    elif kind == "settle":
        settle(shop, member)
    elif kind == "spend":
        shop.debit(value, member)


@OFTEN
@given(
    rules=st.fixed_dictionaries(
        {
            "status": STATUS,
            "actionPoints": st.sampled_from([0, 10, 25, 25]),
            "limits": LIMITS,
            "holdDays": st.sampled_from([0, 0, 2]),
        }
    ),
    cap=CAPS,
    life=st.lists(st.one_of(st.just(("do", None)), st.just(("do", None)), HOURS, STATE), min_size=2, max_size=7),
)
def test_an_action_earns_what_why_said(shop, rules, cap, life):
    member = enrolled(shop)
    follow(shop, **rules, **cap)

    for step in life:
        if step[0] != "do":
            passed(shop, member, step)
            continue
        said = why(shop, f"actionId={FOLLOW}", member)
        done = perform(shop, member=member)
        agree_on_an_action(said, done)
        if done.status == 200 and "errorCode" not in done:
            last = why(shop, f"actionId={FOLLOW}", member)["lastAwards"][0]
            assert (last["pointsWished"], last["pointsAwarded"], last["pointsOnHold"], last["releaseDate"]) == (
                done["credit"], done["pointsAwarded"], done["holdPoints"], done["releaseDate"],
            )  # fmt: skip
        else:
            assert why(shop, f"actionId={FOLLOW}", member)["refusedAttempts"] or said["code"] == "ACTION_INACTIVE"


def agree_on_an_action(said: dict[str, Any], done: Any) -> None:
    if done.status == 400:
        assert said["outcome"] == "refused"
        assert said["code"] in REFUSING | {"POINTS_NOT_CONFIGURED"}
        return
    given_points = done["pointsAwarded"] + done["holdPoints"]
    assert said["pointsGranted"] == given_points
    assert (said["outcome"] == "refused") == (given_points == 0)
    if "errorCode" in done and said["pointsWished"]:
        assert said["code"] == WITHHELD[done["errorCode"]]
        opens = next((each["at"] for each in said["checks"] if each["sentence"] in said["answer"] and each["at"]), "")
        if done["errorCode"] == "AC1028":
            assert waiting(parse_timestamp(opens) - clock.now()) in done["errorMessage"]
    if given_points:
        release = said["checks"][-1]
        assert (release["outcome"] == "waiting") == (done["holdPoints"] > 0)
        assert release["at"] == done["releaseDate"]


PURCHASE = st.fixed_dictionaries(
    {
        "minimumOrderAmount": st.sampled_from([0, 0, 25]),
        "hold": st.sampled_from(
            [
                {"type": "none", "days": 0},
                {"type": "orderDate", "days": 2},
                {"type": "itemShipDate", "days": 1},
                {"type": "wholeOrderShipped", "days": 1},
            ]
        ),
    }
)
SECTIONS = st.fixed_dictionaries(
    {
        "expiry": st.sampled_from([{"type": "rollingDays", "days": 365}, {"type": "rollingDays", "days": 3}]),
        "negativePoints": st.sampled_from([{"allowed": False}, {"allowed": True}]),
    }
)
BASKET = st.fixed_dictionaries(
    {
        "prices": st.lists(st.sampled_from(["0", "0.4", "10", "20.25", "40"]), min_size=1, max_size=2),
        "type": st.sampled_from(["", "", "", "Flat"]),
    }
)
CHANGES = st.tuples(st.sampled_from(["ship", "return", "cancel"]), st.sampled_from(["", "P1"]))
LIFE = st.lists(
    st.one_of(
        BASKET.map(lambda basket: ("buy", basket)),
        CHANGES.map(lambda change: ("change", change)),
        CHANGES.map(lambda change: ("change", change)),
        HOURS,
        st.just(("settle", None)),
        st.sampled_from([5, 30]).map(lambda points: ("spend", points)),
        st.just(("publish", None)),
    ),
    max_size=6,
)


@OFTEN
@given(
    purchase=PURCHASE,
    sections=SECTIONS,
    action=st.fixed_dictionaries(
        {"status": STATUS, "ratio": st.sampled_from(["0", "0.5", "1", "2"]), "limits": LIMITS}
    ),
    cap=CAPS,
    opted=st.sampled_from(["YES", "YES", "YES", "NO"]),
    first=BASKET,
    life=LIFE,
)
def test_an_order_earns_what_why_said_and_keeps_its_reasons(shop, purchase, sections, action, cap, opted, first, life):
    member = enrolled(shop)
    selling(shop, purchase=purchase, sections=sections, maxPoints=None, period=None)
    selling(shop, **action, **cap)
    passed(shop, member, ("opt", opted))
    told: dict[str, list[Any]] = {}

    for kind, value in [("buy", first), *life]:
        if kind == "buy":
            order = f"{member}-{len(told)}"
            told |= bought(shop, member, order, value, published=action["status"] == "ACTIVE")
        elif kind == "change" and told:
            changed(shop, list(told)[-1], *value)
        elif kind == "publish":
            selling(shop, purchase={"minimumOrderAmount": 999}, ratio="7")
        else:
            passed(shop, member, (kind, value))
        for order, receipt in told.items():
            agree_on_an_order(shop, member, order, receipt)


def changed(shop: Shop, order: str, status: str, product: str) -> None:
    """Ask for a change; many are not possible, and refused."""
    detail = {"orderDetail": [{"id": product}]} if product else {}
    shop.patch(f"/orders/{order}", {"status": status, **detail})


def bought(shop: Shop, member: str, order: str, basket: Any, *, published: bool) -> dict[str, list[Any]]:
    """Ask, place the order, ask again: what was said before is what came, and is said afterwards."""
    before = why(shop, f"orderId={order}", member)
    assert before["code"] == "ORDER_NOT_RECEIVED"
    lines = [{"id": f"P{n}", "quantity": 1, "unitPrice": price} for n, price in enumerate(basket["prices"], 1)]
    body = {"id": order, "userId": member, "orderDetail": lines, "purchasePointType": basket["type"]}
    done = shop.post("/orders", body)
    said = why(shop, f"orderId={order}", member)
    now = {each["check"]: each for each in before["ifItCameNow"] if each["outcome"] == "refused"}
    if done.status == 400:
        assert now["memberActive"]["code"] == said["code"]
        return {}
    given_points = done["pointsAwarded"] + done["pointsOnHold"]
    assert (said["judged"], said["pointsGranted"]) == ("recorded", given_points)
    refused = [each for each in said["checks"] if each["outcome"] == "refused" and each["check"] in RECEIPT]
    assert bool(refused) == (given_points == 0)
    if "pointsWithheldReason" in done:
        assert [each["code"] for each in refused] == [
            each["code"] for each in before["ifItCameNow"] if each["outcome"] == "refused"
        ]
    elif given_points:
        assert not now
    return {order: receipt_of(said)}


def receipt_of(said: dict[str, Any]) -> list[Any]:
    """What was decided when an order came, which nothing changes afterwards."""
    checks = [each for each in said["checks"] if each["check"] in RECEIPT]
    return [checks, said["programmeVersion"], said["tier"], said["pointsWished"], said["pointsGranted"]]


def agree_on_an_order(shop: Shop, member: str, order: str, receipt: list[Any]) -> None:
    said = why(shop, f"orderId={order}", member)
    seen = shop.post("/orderdetails", {"orderId": order}).ok
    assert receipt_of(said) == receipt
    for name in ("pointsAwarded", "pointsOnHold", "status"):
        assert said[name] == seen[name]
    assert said["pointsAwarded"] + said["pointsOnHold"] + said["pointsRemoved"] == said["pointsGranted"]
    found = {each["check"]: each for each in said["checks"]}
    if not said["pointsGranted"]:
        assert found["release"]["outcome"] == "notReached"
        return
    assert (found["release"]["outcome"] == "waiting") == (said["pointsOnHold"] > 0)
    if found["release"]["code"] in {"AWAITS_RELEASE", "RELEASE_DUE"}:
        assert found["release"]["at"] == seen["releaseDate"]
    if found["release"]["outcome"] == "refused":
        assert said["pointsAwarded"] == 0
    if found["kept"]["code"] in {"KEPT", "RETURNED"}:
        assert (said["pointsRemoved"] == 0) == (found["kept"]["code"] == "KEPT")
    expiry_agrees(shop, member, found["expiry"])


def expiry_agrees(shop: Shop, member: str, found: dict[str, Any]) -> None:
    if found["code"] == "EXPIRED":
        assert shop.figures(member)["expiredPoints"] > 0
    if found["code"] == "GOOD_THROUGH":
        assert parse_timestamp(found["at"]) >= clock.now()


def test_the_points_wished_are_those_of_the_rule(shop):
    """Worked out a second time, so that the sentence about the ratio is no hearsay."""
    for place, (price, ratio) in enumerate((p, r) for p in ("0.4", "19.99", "40") for r in ("0", "0.5", "2")):
        selling(shop, ratio=ratio)
        shop.post("/orders", {"id": f"R{place}", "userId": "ada@example.test",
                              "orderDetail": [{"id": "P1", "quantity": 1, "unitPrice": price}]})  # fmt: skip

        said = why(shop, f"orderId=R{place}")

        assert said["pointsWished"] == math.floor(Decimal(price) * Decimal(ratio))
