"""Whether a text has the form of an e-mail address. Nobody is asked whether it exists."""

import re
from typing import Final

LOCAL_CHARACTERS_MAX: Final = 64
HOST_CHARACTERS_MAX: Final = 255
LABEL_CHARACTERS_MAX: Final = 63
_ATOM: Final = r"[^\x00-\x20\x7f-\xa0\"(),:;<>@\[\\\].]+"
"""What may stand in a local part without quotes (RFC 5322, with the letters of RFC 6531)."""
_LOCAL: Final = re.compile(rf"{_ATOM}(?:\.{_ATOM})*" r"|\"(?:[^\x00-\x1f\x7f\"\\@]|\\[^\x00-\x1f\x7f@])*\"")
_LABEL: Final = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?")


def is_email(text: str) -> bool:
    """One ``@``, a local part of 1 to 64 characters in the form of RFC 5322, and a well-formed host name of at
    most 255 with labels of 1 to 63. Reserved names (``example.test``) and names of one label are fine; a host
    in another script counts as the ASCII form that mail uses (IDNA). The form is all that is checked (vendor's
    page of ``POST /users``; no DNS).
    """
    local, at, host = text.partition("@")
    if not at or "@" in host or not 0 < len(local) <= LOCAL_CHARACTERS_MAX or len(host) > HOST_CHARACTERS_MAX:
        return False
    return _LOCAL.fullmatch(local) is not None and is_host(host)


def is_host(host: str) -> bool:
    """A host name by RFC 1123: letters, digits and inner hyphens; the last label is not a number."""
    if not host.isascii():
        try:
            host = host.encode("idna").decode()
        except UnicodeError:
            return False
    labels = host.split(".")
    if len(host) > HOST_CHARACTERS_MAX or labels[-1].isdigit():
        return False
    return all(len(label) <= LABEL_CHARACTERS_MAX and _LABEL.fullmatch(label) for label in labels)
