"""Approving, rejecting and publishing: one at a time and many at once, held for a moment and taken back."""

from collections.abc import Callable

from tests.screens import things
from tests.screens.standin import Standin
from tests.support.browser import Page

NO_CARDS = "!document.querySelector('.card')"


def sent(standin: Standin) -> list[str]:
    return [each["path"] for each in standin.changes]


def test_the_keys_go_through_the_queue(signed_in: Callable[..., Page], standin: Standin) -> None:
    page = signed_in(still=True)
    page.press("j", times=2)
    page.wait("document.querySelector('.detail h1')?.innerText === 'Boots, finally'")
    page.press("k")
    page.wait("document.querySelector('.detail h1')?.innerText === 'Receipt'")
    page.press("x")
    page.press("?")
    page.wait("document.querySelector('dialog[open] kbd')")
    page.press("a")
    page.press("Escape")

    assert page.text(".bulk").startswith("1 selected")
    page.wait("!document.querySelector('dialog')")
    assert sent(standin) == []


def test_what_is_undone_in_time_was_never_sent(signed_in: Callable[..., Page], standin: Standin) -> None:
    page = signed_in("receipt/r-1")
    page.press("a")
    page.wait("document.querySelector('.card.is-held')")
    left = page.count(".row")
    page.press("u")
    page.wait(NO_CARDS)

    assert (left, page.count(".row")) == (5, 6)
    assert sent(standin) == []
    page.wait("document.querySelector('.detail h1')?.innerText === 'Corner Market'")
    assert page.text("#said").startswith("Corner Market") or "undone" in page.text("#said")


def test_what_is_held_is_sent_by_itself_with_token_site_and_key(
    signed_in: Callable[..., Page], standin: Standin
) -> None:
    page = signed_in("photo/p-3")
    page.press("p")
    held = len(standin.changes)
    page.wait("document.querySelector('.card.is-done')", seconds=12)
    post = next(each for each in page.requests if each["method"] == "POST")

    assert held == 0
    assert sent(standin) == ["/photos/p-3/publish"]
    assert post["headers"]["Authorization"] == f"Bearer {standin.token}"
    assert post["headers"]["X-AnnexCloud-Site"] == things.SITE
    assert len(post["headers"]["Idempotency-Key"]) >= 32
    assert page.count(".row") == 5


def test_leaving_the_page_sends_what_is_held(signed_in: Callable[..., Page], standin: Standin) -> None:
    page = signed_in("receipt/r-1")
    page.press("a")
    page.wait("document.querySelector('.card.is-held')")
    page.open("about:blank")
    page.settle(0.3)

    assert sent(standin) == ["/receipts/r-1/approve"]


def test_a_rejection_carries_the_chosen_reason(signed_in: Callable[..., Page], standin: Standin) -> None:
    page = signed_in("receipt/r-2")
    page.press("r")
    page.click("dialog .send")
    empty = page.text("dialog .problem")
    page.click("dialog [data-code=same-receipt]")
    page.shoot(name="reject")
    page.click("dialog .send")
    page.click(".send-now")
    page.wait("document.querySelector('.card.is-done')")

    assert "Say why" in empty
    assert standin.changes[0]["path"] == "/receipts/r-2/reject"
    assert standin.changes[0]["body"] == {"reason": "This receipt was handed in before.", "code": "same-receipt"}


def test_publishing_a_pending_photo_approves_it_first(signed_in: Callable[..., Page], standin: Standin) -> None:
    page = signed_in("photo/p-2")
    page.press("p")
    page.click(".send-now")
    page.wait("document.querySelector('.card.is-done')")

    assert sent(standin) == ["/photos/p-2/approve", "/photos/p-2/publish"]
    assert standin.changes[0]["key"] != standin.changes[1]["key"]
    assert standin.things["photo", "p-2"]["state"] == "published"


def test_many_at_once_tell_which_failed_and_try_those_again(signed_in: Callable[..., Page], standin: Standin) -> None:
    standin.things = things.many(60)
    standin.refusing["m-57"] = (409, "Somebody else is deciding this photo.")
    page = signed_in(expected=("409",), still=True)
    page.click(".row .pick input")
    page.click(".bulk .link")
    selected = page.text(".bulk span")
    page.click("[data-bulk=approve]")
    page.shoot(name="bulk")
    page.click(".send-now")
    page.wait("document.querySelector('.card.is-failed')")
    page.shoot(name="failed")
    told = page.text(".failures")
    first = next(each for each in standin.changes if "m-57" in each["path"])
    standin.refusing.clear()
    page.click(".again")
    page.wait("document.querySelector('.card.is-done')")

    assert selected == "50 selected"
    assert "Photo 57" in told
    assert "Somebody else is deciding this photo." in told
    assert standin.changes[-1] == first
    assert sum(each["state"] == "approved" for each in standin.things.values()) == 50


def test_a_server_that_cannot_answer_is_asked_again_under_the_same_key(
    signed_in: Callable[..., Page], standin: Standin
) -> None:
    page = signed_in("receipt/r-1", expected=("503", "Failed to load"))
    standin.refusing["r-1"] = (503, "The database did not answer.")
    page.press("a")
    page.click(".send-now")
    page.settle(0.3)
    standin.refusing.clear()
    page.wait("document.querySelector('.card.is-done')")

    assert len(standin.changes) > 1
    assert len({each["key"] for each in standin.changes}) == 1


def test_without_a_connection_a_decision_waits_for_it(signed_in: Callable[..., Page], standin: Standin) -> None:
    page = signed_in("receipt/r-1", expected=("ERR_INTERNET_DISCONNECTED",))
    page.offline(True)
    page.wait("!document.querySelector('.offline').hidden")
    page.press("a")
    page.click(".send-now")
    page.wait("document.querySelector('.card.is-failed')")
    told = page.text(".failures")
    page.offline(False)
    page.wait("document.querySelector('.card.is-done')")

    assert "There is no connection." in told
    assert sent(standin) == ["/receipts/r-1/approve"]


def test_an_empty_queue_and_a_broken_one_say_so(signed_in: Callable[..., Page], standin: Standin) -> None:
    standin.things.clear()
    page = signed_in(expected=("503",))
    empty = page.text(".foot")
    standin.failing = 503
    page.run("document.querySelector('[aria-label=\"Load the queue again\"]').click()")
    page.wait("document.querySelector('.foot [role=alert]')")
    standin.failing = None
    page.click(".foot .strong")
    page.wait("document.querySelector('.foot').innerText.includes('All done')")

    assert "Nothing waits for you" in empty


def test_what_was_rejected_can_be_reopened(signed_in: Callable[..., Page], standin: Standin) -> None:
    standin.things["photo", "p-2"]["state"] = "rejected"
    page = signed_in()
    page.choose(".filters select", "rejected")
    page.wait("document.querySelectorAll('.row:not(.is-ghost)').length === 1")
    page.click(".row .open")
    page.click("[data-verb=reopen]")
    page.click(".send-now")
    page.wait("document.querySelector('.card.is-done')")

    assert sent(standin) == ["/photos/p-2/reopen"]
    assert page.count(".row") == 0
