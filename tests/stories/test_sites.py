"""Two merchants share one installation and never meet."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from tests.api.shop import Shop
from tests.laptop import Laptop
from tests.stories.wire import Clock, changed, figures_of, order

pytestmark = [pytest.mark.slow, pytest.mark.engine, pytest.mark.network]
ADA = "ada@example.test"


@pytest.mark.proves("A004", "B006")
def test_one_id_is_two_members_on_two_sites(open_shop: Callable[[], Shop], clock: Clock) -> None:
    here, there = open_shop(), open_shop()
    here.programme(lambda document: document.update(expiry={"type": "rollingDays", "days": 10}))
    for shop, points in ((here, 10), (there, 200)):
        shop.enrol(ADA)
        shop.credit(points, ADA, key="one-key")
        shop.post("/orders", order("SO-1", ADA, ("P1", 1, str(points))))

    here.put("/orders/SO-1", changed("SO-1", "return"))
    clock.forward(days=11)
    clock.run_due()
    here.post("/userdelete", {"id": ADA, "requestedBy": "care@example.test"})

    assert here.get(f"/users/{ADA}").refusal == (404, "AC1005")
    assert figures_of(there, ADA, "available", "expired", "used") == (400, 0, 0)
    assert there.post("/orderdetails", {"orderId": "SO-1"}).ok["status"] == "placed"


@pytest.mark.proves("A004", "B006")
def test_tokens_of_one_site_open_nothing_of_the_other(open_shop: Callable[[], Shop]) -> None:
    here, there = open_shop(), open_shop()
    for shop in (here, there):
        shop.enrol(ADA)
    staff, member = here.staff(), here.member_token(ADA)

    refused = [
        replace(here, site=there.site).get(f"/points/{ADA}"),
        here.get(f"/points/{ADA}", headers={"X-AnnexCloud-Site": there.site}),
        there.get("/programme", token=staff),
        there.put("/programme", {}, token=staff),
        there.get(f"/points/{ADA}", token=member),
        there.post("/points", {"id": ADA, "activity": "CREDIT", "actionId": "101"}, token=staff),
    ]

    assert [each.refusal for each in refused] == [(401, "AC1002")] * len(refused)
    assert here.get("/programme", token=staff).ok["version"] == 1
    assert here.get(f"/points/{ADA}", token=member).ok["availablePoints"] == 0


@pytest.mark.proves("B006")
def test_two_secrets_are_good_at_once_and_neither_is_ever_shown(laptop: Laptop, shop: Shop) -> None:
    # The API knows a site's secrets for up to a minute, so the new one is made before it is first asked.
    newer = replace(shop, secret=laptop.run("site", "rotate", shop.site))
    shop.enrol(ADA)

    statuses = [each.get(f"/points/{ADA}").status for each in (newer, shop)]
    shown = [laptop.run("site", "show", shop.site)]
    laptop.run("site", "retire", shop.site)
    shown.append(laptop.run("site", "show", shop.site))

    assert statuses == [200, 200]
    assert newer.get(f"/points/{ADA}").status == 200
    assert ["2 live" in shown[0], "1 live" in shown[1]] == [True, True]
    for text in (*shown, (laptop.folder / "laurel.log").read_text()):
        assert shop.secret not in text
        assert newer.secret not in text


def test_a_token_made_by_the_operator_is_taken(laptop: Laptop, shop: Shop) -> None:
    shop.enrol(ADA)
    staff = laptop.run("token", "--staff", "--site", shop.site)
    member = laptop.run("token", "--member", ADA, "--site", shop.site)

    assert shop.get("/programme", token=staff).status == 200
    assert shop.get(f"/points/{ADA}", token=member).status == 200
    assert shop.get("/points/ben@example.test", token=member).refusal == (403, "AC1002")
    assert shop.put("/programme", {}, token=member).refusal == (403, "AC1002")
