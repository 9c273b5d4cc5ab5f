"""A browser for a file of tests, and a page that is signed in, for each."""

from collections.abc import Callable, Iterator

import pytest

from tests.screens.standin import Standin, serving
from tests.support import browser
from tests.support.browser import Browser, Page

LOADED = "document.querySelectorAll('.row:not(.is-ghost)').length > 0 || document.querySelector('.foot .empty')"


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with browser.running() as started:
        yield started


@pytest.fixture(scope="module")
def served() -> Iterator[tuple[str, Standin]]:
    with serving() as served:
        yield served


@pytest.fixture
def standin(served: tuple[str, Standin]) -> Standin:
    served[1].begin_anew()
    return served[1]


@pytest.fixture
def signed_in(chromium: Browser, served: tuple[str, Standin], standin: Standin) -> Iterator[Callable[..., Page]]:
    """Opens the page as somebody who has followed a link with a token; every one must end without an error."""
    opened: list[Page] = []

    def open_it(item: str = "", *, expected: tuple[str, ...] = (), **wishes: object) -> Page:
        page = chromium.page(**wishes)  # type: ignore[arg-type]
        page.open(f"{served[0]}#token={standin.token}")
        page.wait(LOADED)
        if item:
            page.run(f"location.hash = '#{item}'")
            page.wait("document.querySelector('.detail')")
            page.wait("[...document.querySelectorAll('.viewer img')].every(each => each.complete)")
        page.expected = expected  # type: ignore[attr-defined]
        opened.append(page)
        return page

    yield open_it
    for page in opened:
        unexpected = [each for each in page.errors if not any(word in each for word in page.expected)]  # type: ignore[attr-defined]
        page.close()
        assert unexpected == []
