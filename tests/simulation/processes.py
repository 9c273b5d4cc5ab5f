"""Processes of the product in one interpreter: each has caches of its own, a request under way, and a clock that errs.

Whatever a module of the product keeps between requests is exchanged when another process has the turn;
``test_world.py`` looks for anything of the kind that is missing here.
"""

from collections import OrderedDict
from collections.abc import Callable
from typing import Any

import app
from chalicelib.catalog.stores import service as stores
from chalicelib.dynamo import claims
from chalicelib.members.barring import service as barring
from chalicelib.programme import service as programme
from chalicelib.sites import service as sites

KEPT: tuple[tuple[Any, str, Callable[[], Any]], ...] = (
    (claims, "_cache", OrderedDict),
    (barring, "_known", OrderedDict),
    (stores, "_cache", OrderedDict),
    (sites, "_live", OrderedDict),
    (sites, "_absent", OrderedDict),
    (programme, "_pointers", OrderedDict),
    (programme, "_versions", OrderedDict),
    (app.app, "current_request", lambda: None),
    (app.app, "lambda_context", lambda: None),
)
"""Where something is kept, under which name, and what a new process begins with."""


class ProcessDied(BaseException):
    """Thrown into whatever a process does when it dies. No ``except Exception`` of the product sees it."""


class Process:
    """One copy of the product."""

    __slots__ = ("is_busy", "is_dead", "kept", "name", "skew")

    def __init__(self, name: str, skew: int) -> None:
        self.name = name
        self.skew = skew
        """Microseconds by which its clock is ahead."""
        self.is_busy = False
        self.is_dead = False
        self.kept = [make() for _, _, make in KEPT]


class Stage:
    """Which process stands in the modules of the product now."""

    def __init__(self) -> None:
        self._nobody = Process("nobody", 0)
        self._nobody.kept = [getattr(module, name, None) for module, name, _ in KEPT]
        self._present = self._nobody

    def enter(self, process: Process | None) -> None:
        """Let a process have the modules, or (``None``) give them back what stood there before the world."""
        wanted = process or self._nobody
        if wanted is self._present:
            return
        self._present.kept = [getattr(module, name, None) for module, name, _ in KEPT]
        for (module, name, _), value in zip(KEPT, wanted.kept, strict=True):
            setattr(module, name, value)
        self._present = wanted
