"""A real browser for tests: pages are opened, looked at, clicked and typed into as people do.

    with browser.running() as chromium:
        page = chromium.page(width=360, height=740, dark=True)
        page.open("http://127.0.0.1:8000/…")
        page.wait("document.querySelector('h1')")
        page.click("button.approve")
        page.press("j")
        assert page.errors == []
        page.shoot(folder / "queue.png")

Where no Chromium is installed, ``running`` skips the test and says so.
"""

import base64
import contextlib
import json
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.chromium import Pipe, found, started

WAIT_SECONDS_MAX = 10
LOOK_SECONDS = 0.04
SHOTS = "LAUREL_SHOTS"
"""Environment variable that names a folder to keep the screenshots of tests in."""
MODIFIERS = {"Alt": 1, "Control": 2, "Meta": 4, "Shift": 8}
KEYS = {
    "Enter": (13, "\r"),
    "Tab": (9, ""),
    "Escape": (27, ""),
    "Backspace": (8, ""),
    "Delete": (46, ""),
    "ArrowLeft": (37, ""),
    "ArrowUp": (38, ""),
    "ArrowRight": (39, ""),
    "ArrowDown": (40, ""),
    "Home": (36, ""),
    "End": (35, ""),
    " ": (32, " "),
}


class Browser:
    """A Chromium that runs."""

    def __init__(self, pipe: Pipe) -> None:
        self._pipe = pipe

    def page(self, width: int = 1280, height: int = 800, **wishes: bool) -> "Page":
        """A new page in a context of its own: no cookie or storage is shared with another.

        Wishes: ``dark`` (colour scheme), ``still`` (reduced motion), ``touch`` (a phone's screen).
        """
        context = self._pipe.call("Target.createBrowserContext")["browserContextId"]
        target = self._pipe.call("Target.createTarget", {"url": "about:blank", "browserContextId": context})
        attached = self._pipe.call("Target.attachToTarget", {"targetId": target["targetId"], "flatten": True})
        return Page(self._pipe, attached["sessionId"], context, width, height, **wishes)


@contextlib.contextmanager
def running() -> Iterator[Browser]:
    """A browser for the length of the block; about a second to start, so share it among the tests of a file."""
    path = found()
    if path is None:
        pytest.skip("There is no Chromium on this machine: apt-get install chromium")
    with started(path) as pipe:
        yield Browser(pipe)


class Page:
    """One page. ``errors`` are the console's errors, uncaught exceptions and broken security policies so far."""

    def __init__(self, pipe: Pipe, session: str, context: str, width: int, height: int, **wishes: bool) -> None:
        self._pipe = pipe
        self._session = session
        self._context = context
        self.errors: list[str] = []
        self.requests: list[dict[str, Any]] = []
        """Method, url and headers of every request that was sent."""
        self.asked: list[str] = []
        """What the page asked in dialogs; all are accepted."""
        pipe.listeners[session] = self._heard
        for domain in ("Page", "Runtime", "Log", "Network", "DOM"):
            self.call(f"{domain}.enable")
        self.resize(width, height, touch=wishes.get("touch", False))
        self.media(dark=wishes.get("dark", False), still=wishes.get("still", False))

    def call(self, method: str, **parameters: Any) -> Any:
        """Any command of the protocol."""
        return self._pipe.call(method, parameters, self._session)

    def resize(self, width: int, height: int, *, touch: bool = False) -> None:
        """Another size of the window, in CSS pixels."""
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=touch)
        self.call("Emulation.setTouchEmulationEnabled", enabled=touch, maxTouchPoints=1)

    def media(self, *, dark: bool = False, still: bool = False) -> None:
        """What the person prefers."""
        features = [
            {"name": "prefers-color-scheme", "value": "dark" if dark else "light"},
            {"name": "prefers-reduced-motion", "value": "reduce" if still else "no-preference"},
        ]
        self.call("Emulation.setEmulatedMedia", features=features)

    def offline(self, is_offline: bool) -> None:  # noqa: FBT001
        """Cut the network, or mend it."""
        self.call(
            "Network.emulateNetworkConditions",
            offline=is_offline,
            latency=0,
            downloadThroughput=-1,
            uploadThroughput=-1,
        )

    def open(self, url: str) -> None:
        """Go to a page and wait until it is loaded."""
        said = self.call("Page.navigate", url=url)
        if said.get("errorText"):
            raise AssertionError(f"{url}: {said['errorText']}")
        self.wait("document.readyState === 'complete'")

    def run(self, expression: str) -> Any:
        """The value of an expression (promises are awaited). Raises ``AssertionError`` with what the script threw."""
        said = self.call("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in said:
            detail = said["exceptionDetails"]
            raise AssertionError(detail.get("exception", {}).get("description") or detail["text"])
        return said["result"].get("value")

    def wait(self, expression: str, seconds: float = WAIT_SECONDS_MAX) -> Any:
        """Wait until the expression is true, and give its value."""
        deadline = time.monotonic() + seconds
        while True:
            # An element has no value of its own to hand over.
            value = self.run(f"(v => v instanceof Node || v instanceof NodeList ? true : v)({expression})")
            if value:
                return value
            if time.monotonic() > deadline:
                raise AssertionError(f"not in {seconds} s: {expression}\n{self.errors}\n{self.text()[:2000]}")
            self._pipe.listen(LOOK_SECONDS)

    def settle(self, seconds: float = 0.1) -> None:
        """Let so much time pass, listening."""
        deadline = time.monotonic() + seconds
        while (left := deadline - time.monotonic()) > 0:
            self._pipe.listen(left)

    def text(self, selector: str = "body") -> str:
        """The text that can be seen in an element; nothing where it is not there."""
        return str(self.run(f"document.querySelector({json.dumps(selector)})?.innerText ?? ''"))

    def count(self, selector: str) -> int:
        """How many elements there are."""
        return int(self.run(f"document.querySelectorAll({json.dumps(selector)}).length"))

    def place(self, selector: str) -> tuple[float, float, float, float]:
        """Left, top, width and height of an element that is scrolled into view, in CSS pixels of the window."""
        found_at = self.wait(
            f"(e => {{ if (!e) return null; e.scrollIntoView({{block: 'nearest', inline: 'nearest'}});"
            " const r = e.getBoundingClientRect();"
            " return r.width || r.height ? [r.left, r.top, r.width, r.height] : null; })"
            f"(document.querySelector({json.dumps(selector)}))"
        )
        left, top, width, height = found_at
        return left, top, width, height

    def click(self, selector: str, *, x: float = 0.5, y: float = 0.5, modifiers: str = "") -> None:
        """Press the mouse on an element, at a relative position in it."""
        left, top, width, height = self.place(selector)
        at = left + width * x, top + height * y
        self.mouse("mouseMoved", at)
        self.mouse("mousePressed", at, modifiers=modifiers)
        self.mouse("mouseReleased", at, modifiers=modifiers)

    def hover(self, selector: str, *, x: float = 0.5, y: float = 0.5) -> None:
        """Move the mouse over an element."""
        left, top, width, height = self.place(selector)
        self.mouse("mouseMoved", (left + width * x, top + height * y))

    def drag(self, selector: str, to: tuple[float, float], *, steps: int = 5) -> None:
        """Take an element by its middle and let it go somewhere in the window."""
        left, top, width, height = self.place(selector)
        begin = left + width / 2, top + height / 2
        self.mouse("mouseMoved", begin)
        self.mouse("mousePressed", begin)
        for step in range(1, steps + 1):
            part = step / steps
            at = begin[0] + (to[0] - begin[0]) * part, begin[1] + (to[1] - begin[1]) * part
            self.mouse("mouseMoved", at, held=True)
        self.mouse("mouseReleased", to)

    def mouse(self, kind: str, at: tuple[float, float], *, modifiers: str = "", held: bool = False) -> None:
        """One event of the mouse: ``mouseMoved``, ``mousePressed``, ``mouseReleased``."""
        pressed = kind != "mouseMoved"
        self.call(
            "Input.dispatchMouseEvent",
            type=kind,
            x=at[0],
            y=at[1],
            button="left" if pressed or held else "none",
            buttons=1 if held or kind == "mousePressed" else 0,
            clickCount=1 if pressed else 0,
            modifiers=MODIFIERS.get(modifiers, 0),
        )

    def touch(self, *path: tuple[float, float]) -> None:
        """Put a finger down at the first point, move it along the others and lift it."""
        points = [{"x": x, "y": y} for x, y in path]
        # What a finger may do there is known to the browser once it has drawn the page.
        self.run("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done(true))))")
        self.call("Input.dispatchTouchEvent", type="touchStart", touchPoints=points[:1])
        for point in points[1:]:
            self.call("Input.dispatchTouchEvent", type="touchMove", touchPoints=[point])
        self.call("Input.dispatchTouchEvent", type="touchEnd", touchPoints=[])

    def press(self, key: str, *modifiers: str, times: int = 1) -> None:
        """Press a key: a letter, or a name such as ``Enter`` or ``ArrowLeft``."""
        code, typed = KEYS.get(key, (ord(key.upper()) if len(key) == 1 else 0, key if len(key) == 1 else ""))
        held = sum(MODIFIERS[each] for each in modifiers)
        event = {"key": key, "windowsVirtualKeyCode": code, "modifiers": held}
        for _ in range(times):
            down = {"type": "keyDown", "text": typed} if typed and not held & 7 else {"type": "rawKeyDown"}
            self.call("Input.dispatchKeyEvent", **down, **event)
            self.call("Input.dispatchKeyEvent", type="keyUp", **event)

    def type(self, text: str) -> None:
        """Type into what has the focus."""
        self.call("Input.insertText", text=text)

    def fill(self, selector: str, text: str) -> None:
        """Replace what stands in a field."""
        self.run(f"(e => {{ e.focus(); e.select?.(); }})(document.querySelector({json.dumps(selector)}))")
        if text:
            self.type(text)
        else:
            self.press("Backspace")

    def choose(self, selector: str, value: str) -> None:
        """Choose an option of a select."""
        self.run(
            f"(e => {{ e.value = {json.dumps(value)}; e.dispatchEvent(new Event('input', {{bubbles: true}}));"
            f" e.dispatchEvent(new Event('change', {{bubbles: true}})); }})"
            f"(document.querySelector({json.dumps(selector)}))"
        )

    def shoot(self, path: Path | None = None, *, name: str = "", whole: bool = False) -> bytes:
        """A PNG of what is seen, written to ``path``, or as ``name`` into the folder LAUREL_SHOTS, if there is one."""
        data = base64.b64decode(self.call("Page.captureScreenshot", format="png", captureBeyondViewport=whole)["data"])
        folder = os.environ.get(SHOTS)
        if path is None and name and folder:
            path = Path(folder) / f"{name}.png"
        if path is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        return data

    def names(self, role: str) -> list[str]:
        """The names that a screen reader says of all elements of a role."""
        nodes = self.call("Accessibility.getFullAXTree")["nodes"]
        return [
            str(node.get("name", {}).get("value", ""))
            for node in nodes
            if not node.get("ignored") and node.get("role", {}).get("value") == role
        ]

    def close(self) -> None:
        """Leave the page for good, as when its tab is closed (``pagehide`` is fired)."""
        with contextlib.suppress(AssertionError):
            self.call("Page.navigate", url="about:blank")
        self._pipe.call("Target.disposeBrowserContext", {"browserContextId": self._context})
        self._pipe.listeners.pop(self._session, None)

    def _heard(self, event: str, told: dict[str, Any]) -> None:
        if event == "Runtime.exceptionThrown":
            detail = told["exceptionDetails"]
            self.errors.append(detail.get("exception", {}).get("description") or detail["text"])
        elif event == "Runtime.consoleAPICalled" and told["type"] in ("error", "warning", "assert"):
            said = (str(each.get("value", each.get("description", ""))) for each in told["args"])
            self.errors.append(f"console.{told['type']}: {' '.join(said)}")
        elif event == "Log.entryAdded" and told["entry"]["level"] in ("error", "warning"):
            self.errors.append(f"{told['entry']['text']} {told['entry'].get('url', '')}".strip())
        elif event == "Network.requestWillBeSent":
            request = told["request"]
            self.requests.append({"method": request["method"], "url": request["url"], "headers": request["headers"]})
        elif event == "Page.javascriptDialogOpening":
            self.asked.append(told["message"])
            # Not through ``call``: an event is heard while the answer to another command is awaited.
            self._pipe.send("Page.handleJavaScriptDialog", {"accept": True}, self._session)
