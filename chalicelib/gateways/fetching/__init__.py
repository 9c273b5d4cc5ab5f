"""Placeholder until the real one is merged."""
from typing import Any

from chalicelib.values import value


class FetchRefused(Exception):
    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


@value
class Fetched:
    data: bytes
    url: str
    content_type: str


def fetch(url: str, *, bytes_max: int, seconds: float) -> Fetched:
    raise FetchRefused("refused", "nothing is fetched here")


def fetch_json(url: str, headers: Any) -> Any:
    raise FetchRefused("refused", "nothing is fetched here")
