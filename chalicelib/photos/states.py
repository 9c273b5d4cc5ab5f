"""Which verbs lead a photo from where to where. Pure."""

from datetime import datetime
from typing import Final, Literal

from chalicelib.errors import Refusal
from chalicelib.photos.photo import Photo, Reason, State, Step

Verb = Literal["approve", "publish", "unpublish", "reject", "withdraw", "reopen", "retry"]
WAYS: Final[dict[Verb, tuple[frozenset[State], State]]] = {
    "approve": (frozenset({"pending"}), "approved"),
    "publish": (frozenset({"approved"}), "published"),
    "unpublish": (frozenset({"published"}), "approved"),
    "reject": (frozenset({"pending", "approved", "stuck"}), "rejected"),
    "withdraw": (frozenset({"pending", "approved", "published", "rejected"}), "withdrawn"),
    "reopen": (frozenset({"rejected", "withdrawn"}), "pending"),
    "retry": (frozenset({"stuck"}), "received"),
}
"""Approve and publish are steps of their own: what was approved is paid, what was published is seen."""
DONE: Final[dict[Verb, str]] = {verb: state for verb, (_, state) in WAYS.items()}


class WrongState(Refusal):
    """The photo is in a state that the verb does not lead out of."""

    status = 409

    def __init__(self, verb: str, state: str) -> None:
        wanted = sorted(WAYS[verb][0])  # type: ignore[index]
        super().__init__(f"This photo is {state}; {verb} takes one that is {' or '.join(wanted)}.")


class NothingToShow(Refusal):
    """The photo has neither a picture nor a video yet."""

    def __init__(self) -> None:
        super().__init__("This photo has no picture that could be shown. Retry it, or reject it.")


def moved(photo: Photo, verb: Verb, now: datetime, by: str, text: str = "", reasons: tuple[Reason, ...] = ()) -> Photo:
    """The photo after a verb; itself when it is there already. Raises ``WrongState`` and ``NothingToShow``."""
    taken_from, to = WAYS[verb]
    if photo.state == to:
        return photo
    if photo.state not in taken_from:
        raise WrongState(verb, photo.state)
    if to in {"pending", "approved", "published"} and photo.picture is None and photo.video is None:
        raise NothingToShow
    kept = reasons if verb == "reject" else () if verb in {"reopen", "retry"} else photo.reasons
    changed = photo.model_copy(update={"state": to, "since": now, "reasons": kept})
    return changed.noting(Step(at=now, by=by, verb=verb, text=text))
