"""Planted faults: the product's source with one piece exchanged, in the interpreter that asks and nowhere else."""

import importlib.abc
import importlib.machinery
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from types import ModuleType
from typing import Any


@dataclass(frozen=True, slots=True)
class Canary:
    """A fault that a guardian must notice: ``old`` stands exactly once in the module's source, as does the first of
    each pair of ``also``.
    """

    name: str
    says: str
    """What the fault does, in a sentence."""
    module: str
    old: str
    new: str
    also: tuple[tuple[str, str], ...] = ()
    near: int = 1
    """A seed that shows the fault soon, for tests in a hurry."""
    suite: str = ""
    """Tests that notice what the simulator's engine cannot show."""

    def planted(self, source: str) -> str:
        """The source with the fault in it. Raises ``LookupError`` when a piece is not there, or more than once."""
        for old, new in ((self.old, self.new), *self.also):
            if source.count(old) != 1:
                raise LookupError(f"{self.name}: a piece to exchange is not once in {self.module}")
            source = source.replace(old, new)
        return source


class _Loader(importlib.machinery.SourceFileLoader):
    """Loads a module with the canary in it; nothing is cached, so nobody else ever meets it."""

    def __init__(self, canary: Canary, path: str) -> None:
        super().__init__(canary.module, path)
        self._canary = canary

    def get_code(self, fullname: str) -> Any:  # noqa: ARG002 - the loader's own signature.
        source = self._canary.planted(self.get_data(self.path).decode())
        return compile(source, self.path, "exec", dont_inherit=True)


class _Finder(importlib.abc.MetaPathFinder):
    def __init__(self, canary: Canary) -> None:
        self._canary = canary

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        if fullname != self._canary.module:
            return None
        found = importlib.machinery.PathFinder.find_spec(fullname, path, target)
        if found is None or found.origin is None:
            return None
        return importlib.machinery.ModuleSpec(fullname, _Loader(self._canary, found.origin), origin=found.origin)


def plant(canary: Canary) -> None:
    """Exchange the piece in this interpreter, before anything has imported the module."""
    if canary.module in sys.modules:
        raise RuntimeError(f"{canary.module} was imported before {canary.name} was planted")
    sys.meta_path.insert(0, _Finder(canary))
