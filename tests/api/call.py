"""A mutating call of the API, as the suites over all of them use it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.api.shop import Said, Shop


@dataclass(frozen=True)
class Call:
    """A mutating call: what must be there before, the call itself, and another body for the same route."""

    method: str
    path: str
    body: dict[str, Any]
    other: dict[str, Any]
    before: Callable[[Shop], object] = lambda _shop: None
    by_staff: bool = False

    def made(self, shop: Shop, key: str | None, body: Any = None, query: str = "") -> Said:
        token = shop.staff() if self.by_staff else None
        return shop.call(self.method, self.path + query, self.body if body is None else body, key=key, token=token)

    @property
    def name(self) -> str:
        return f"{self.method} {self.path}"
