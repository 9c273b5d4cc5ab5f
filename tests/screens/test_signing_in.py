"""Who may see the queue: whoever has a staff token, in this tab, for as long as the token lives."""

import json
from collections.abc import Callable, Iterator

import pytest

from tests.screens import things
from tests.screens.conftest import LOADED
from tests.screens.standin import Standin
from tests.support.browser import Browser, Page

KEPT = "JSON.stringify([{...sessionStorage}, {...localStorage}, document.cookie])"


@pytest.fixture
def page(chromium: Browser, served: tuple[str, Standin], standin: Standin) -> Iterator[Page]:
    page = chromium.page()
    page.open(served[0])
    page.wait("document.querySelector('.sign-in')")
    yield page
    page.close()


def enter(page: Page, token: str) -> str:
    page.fill(".token", token)
    page.click(".sign-in .primary")
    return page.text(".problem")


def test_a_pasted_token_opens_the_queue_and_stays_in_the_tab_only(page: Page, standin: Standin) -> None:
    page.fill(".token", f"Bearer {standin.token}\n")
    page.press("Enter")
    page.wait(LOADED)
    tab, machine, cookie = json.loads(page.run(KEPT))

    assert page.count(".row") == 6
    assert json.loads(tab["laurel.session"]) == {"token": standin.token, "site": things.SITE}
    assert (machine, cookie) == ({}, "")
    page.open(page.run("location.href"))
    page.wait(LOADED)
    assert page.errors == []


def test_what_is_no_staff_token_is_refused_with_the_reason(page: Page) -> None:
    said = [enter(page, each) for each in ("", "nonsense", things.token(kind="member"))]

    assert said[0] == "Paste a staff token."
    assert "no token" in said[1]
    assert "--staff" in said[2]
    page.fill(".sign-in input", "other")
    assert enter(page, things.token()) == f"This token is for the site {things.SITE}."
    assert page.errors == []


def test_a_token_in_the_address_is_taken_out_of_it(signed_in: Callable[..., Page]) -> None:
    page = signed_in()

    assert "token" not in page.run("location.href")
    assert page.run("history.length") <= 2


def test_a_token_that_ends_leads_back_to_signing_in(
    chromium: Browser, served: tuple[str, Standin], standin: Standin
) -> None:
    standin.token = things.token(2)
    page = chromium.page()
    page.open(f"{served[0]}#token={standin.token}")
    page.wait(LOADED)
    page.wait("document.querySelector('.sign-in')", seconds=4)

    assert page.text(".problem") == "Your sign-in has ended. Please sign in again."
    assert page.run("sessionStorage.getItem('laurel.session')") is None
    assert page.errors == []
    page.close()


def test_a_token_that_the_server_refuses_does_not_lose_what_was_decided(
    signed_in: Callable[..., Page], standin: Standin, served: tuple[str, Standin]
) -> None:
    page = signed_in("receipt/r-1", expected=("401",))
    old, standin.token = standin.token, things.token(1800)
    page.press("a")
    page.click(".send-now")
    page.wait("document.querySelector('.sign-in')")
    said = page.text(".problem")
    page.fill(".token", standin.token)
    page.press("Enter")
    page.wait("document.querySelector('.card.is-done')")

    assert old != standin.token
    assert "Sign in again to send what you decided." in said
    assert [each["path"] for each in standin.changes] == ["/receipts/r-1/approve"]


def test_signing_out_forgets_the_token_and_sends_what_was_held(
    signed_in: Callable[..., Page], standin: Standin
) -> None:
    page = signed_in("receipt/r-1")
    page.press("a")
    page.click(".sign-out")
    page.wait("document.querySelector('.sign-in')")

    assert json.loads(page.run(KEPT)) == [{}, {}, ""]
    assert [each["path"] for each in standin.changes] == ["/receipts/r-1/approve"]
