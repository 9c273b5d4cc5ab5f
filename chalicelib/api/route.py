"""What one operation says of itself: for the router, and for the OpenAPI document."""

from collections.abc import Mapping
from typing import Any, Final, Literal

from chalicelib.values import value

VERSION: Final = "3.0.0"
"""Of the contract; its first two parts begin every path."""
KEY_CHARACTERS_MAX: Final = 255
"""Characters of an Idempotency-Key."""
Method = Literal["GET", "POST", "PUT", "PATCH", "DELETE"]


@value(kw_only=True)
class Route:
    """What one operation says of itself. Free of the web framework, so that tools can read it."""

    method: Method
    path: str
    """Below the version, with its parameters in braces: ``/users/{memberId}``."""
    operation_id: str
    summary: str
    """First line of the handler's docstring, written for a customer."""
    tag: str
    """A key of ``TAGS``."""
    scope: str
    """A key of ``sites.scopes.SCOPES``."""
    response: Any
    """A TypedDict (of ``typing_extensions``) or another type that pydantic can describe."""
    description: str = ""
    body: Any = None
    """A pydantic model or another such type; ``None`` for a route that takes no body."""
    takes_list: bool = False
    """Whether the numbered elements of the body may come as a list; the answer is then one, too."""
    takes_files: bool = False
    """Whether the body may also come as a form with files (``multipart/form-data``), read into the same model."""
    query: Any = None
    """A pydantic model whose fields are the parameters of the query."""
    status: int = 200
    """What success answers with."""
    also: tuple[int, ...] = ()
    """Further statuses of this route, beyond those that every route of its kind can give."""
    example: Mapping[str, Any] | None = None
    """A body that works."""

    @property
    def key(self) -> str:
        """Method and path, unique in an API."""
        return f"{self.method} {self.path}"
