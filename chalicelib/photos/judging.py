"""What becomes of a processed photo before a moderator looks: nothing is shown by itself. Pure."""

from typing import Final

from chalicelib.photos.photo import Photo, Reason, State
from chalicelib.programme.definitions.photos import PhotoRules

ALIKE: Final = "alike"
LABEL: Final = "label"


def judged(photo: Photo, rules: PhotoRules) -> tuple[State, tuple[Reason, ...]]:
    """Pending, or rejected where the site wants that, and what a moderator should look at."""
    reasons = []
    is_refused = False
    if photo.similar:
        names = ", ".join(name for name, _ in photo.similar)
        reasons.append(Reason(code=ALIKE, text=f"It looks like another photo of this site: {names}."))
        is_refused = rules.alike == "reject"
    for label in photo.labels:
        percent = round(label.confidence * 100)
        reasons.append(Reason(code=LABEL, text=f"The screen sees: {label.name} ({percent} %)."))
        is_refused |= label.name in rules.reject_labels and percent >= rules.label_percent
    return ("rejected" if is_refused else "pending"), tuple(reasons)


def action_of(photo: Photo, rules: PhotoRules) -> int:
    """The action that a photo pays: its campaign's, else that of photos with a store, by hashtag, of reviews, or sent
    in (rows A167, A168); 0 where it pays nothing.
    """
    by_way = rules.review_action if photo.source == "review" else rules.upload_action
    if photo.via == "hashtag":
        by_way = rules.hashtag_action
    if photo.store and rules.store_action is not None:
        by_way = rules.store_action
    return photo.action or by_way or 0
