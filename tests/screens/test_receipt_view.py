"""A receipt that is open: boxes and fields know each other, corrections go with the approval."""

from collections.abc import Callable

from tests.screens.standin import Standin
from tests.support.browser import Page

LIT = "[...document.querySelectorAll('.is-lit')].map(each => each.dataset.about ?? each.dataset.row)"


def decided(page: Page) -> None:
    page.click(".send-now")
    page.wait("document.querySelector('.card.is-done')")


def test_a_field_shows_its_box_and_a_box_its_field(signed_in: Callable[..., Page]) -> None:
    page = signed_in("receipt/r-1")
    page.hover("[data-row='field:total']")
    from_field = page.run(LIT)
    page.hover("rect[data-about='line:1']")
    from_box = page.run(LIT)
    page.click("rect[data-about='field:shop']")

    assert from_field == ["field:total", "field:total"]
    assert from_box == ["line:1", "line:1"]
    assert page.run("document.activeElement.dataset.name") == "shop"
    assert page.run("document.querySelector('rect[data-about=\"field:total\"]').classList.contains('is-low')")


def test_boxes_lie_where_the_picture_has_the_words(signed_in: Callable[..., Page]) -> None:
    page = signed_in("receipt/r-1")
    picture = page.place(".viewer img")
    box = page.place("rect[data-about='field:total']")

    assert abs((box[0] - picture[0]) / picture[2] - 300 / 480) < 0.01
    assert abs((box[1] - picture[1]) / picture[3] - 430 / 900) < 0.01
    page.press("x")
    page.run("document.querySelector('.viewer .pane').focus()")
    page.press("+", times=3)
    larger = page.place(".viewer img")
    assert larger[2] / picture[2] > 2
    assert abs((page.place("rect[data-about='field:total']")[0] - larger[0]) / larger[2] - 300 / 480) < 0.01
    page.press("ArrowRight")
    assert page.place(".viewer img")[0] < larger[0]
    page.press("0")
    assert abs(page.place(".viewer img")[2] - picture[2]) < 1


def test_a_picture_that_lies_is_turned_for_its_boxes(signed_in: Callable[..., Page], standin: Standin) -> None:
    standin.things["receipt", "r-1"]["picture"] |= {"width": 900, "height": 480, "turned": 90}
    page = signed_in("receipt/r-1")
    left, top, width, height = page.place(".viewer img")

    assert width > height
    assert [round(each) for each in page.place(".stage")] == [round(each) for each in (left, top, width, height)]
    assert page.run("document.querySelector('.viewer img').style.transform").endswith("rotate(-90deg)")


def test_corrections_go_with_the_approval(signed_in: Callable[..., Page], standin: Standin) -> None:
    page = signed_in("receipt/r-1")
    page.fill("[data-name=total]", "18,50")
    page.place(".add-line")
    page.shoot(name="lines")
    page.fill("[data-name=number]", "")
    page.click(".add-line")
    page.type("Butter")
    page.fill(".line:last-of-type .amount", "3.50")
    told = page.text(".sum")
    page.click("[data-verb=approve]")
    decided(page)
    body = standin.changes[0]["body"]

    assert told == "Lines 18.50 · agrees with the total"
    assert body["total"] == "18.50"
    assert "number" not in body
    assert "shop" not in body
    assert [each["name"] for each in body["lines"]] == ["Oat milk", "Rye bread", "Coffee beans", "Butter"]
    assert body["lines"][0] == {"name": "Oat milk", "quantity": "2", "amount": "3.90", "productId": "P-101"}
    assert body["lines"][3] == {"name": "Butter", "quantity": "1", "amount": "3.50"}


def test_the_shop_and_the_product_of_a_line_are_chosen(signed_in: Callable[..., Page], standin: Standin) -> None:
    page = signed_in("receipt/r-1")
    page.choose("[data-name=retailerId]", "8")
    page.choose("[aria-label='Product of line 2']", "P-102")
    page.press("a")
    decided(page)
    body = standin.changes[0]["body"]

    assert body["retailerId"] == "8"
    assert [each.get("productId") for each in body["lines"]] == ["P-101", "P-102", None]
    assert set(body) == {"retailerId", "lines"}


def test_what_was_not_corrected_is_not_sent(signed_in: Callable[..., Page], standin: Standin) -> None:
    page = signed_in("receipt/r-1")
    page.press("a")
    decided(page)

    assert standin.changes[0]["body"] == {}


def test_a_total_that_is_no_number_is_not_approved(signed_in: Callable[..., Page], standin: Standin) -> None:
    page = signed_in("receipt/r-1")
    page.fill("[data-name=total]", "about 15")
    page.click("[data-verb=approve]")

    assert "Give the total as a number" in page.text(".card.is-failed")
    assert page.run("document.activeElement.dataset.name") == "total"
    assert page.count(".card.is-held") == 0


def test_a_draft_outlives_a_look_at_another_item(signed_in: Callable[..., Page]) -> None:
    page = signed_in("receipt/r-1")
    page.fill("[data-name=shop]", "Corner Market West")
    page.press("Escape")
    page.press("j")
    page.wait("document.querySelector('.detail.is-photo')")
    page.press("k")
    page.wait("document.querySelector('.detail.is-receipt')")

    assert page.run("document.querySelector('[data-name=shop]').value") == "Corner Market West"
    page.run("addEventListener('beforeunload', event => event.stopImmediatePropagation(), true); 1")


def test_a_twin_is_seen_side_by_side(signed_in: Callable[..., Page]) -> None:
    page = signed_in("receipt/r-2")
    page.click(".compare")
    page.wait("document.querySelectorAll('dialog .viewer:not(.is-loading)').length === 2")
    page.shoot(name="compare")
    mine, theirs = (page.place(f"dialog figure:nth-child({each}) img") for each in (1, 2))

    assert mine[0] < theirs[0]
    assert abs(mine[2] - theirs[2]) < 2
    page.press("Escape")
    page.wait("!document.querySelector('dialog')")


def test_words_of_people_are_never_markup(signed_in: Callable[..., Page], standin: Standin) -> None:
    bad = "<img src=x onerror=alert(1)><script>alert(2)</script>"
    thing = standin.things["receipt", "r-1"]
    thing["fields"]["shop"]["value"] = thing["retailer"]["name"] = thing["lines"][0]["name"] = bad
    thing["reasons"][0]["text"] = thing["memberId"] = bad
    page = signed_in("receipt/r-1")

    assert page.asked == []
    assert page.text("h1") == bad
    assert page.count("[src=x]") == 0
