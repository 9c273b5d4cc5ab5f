"""Why a receipt is not simply paid: each reason has a code for machines and a sentence for the shopper."""

from typing import Final

from chalicelib.values import value

AWARDED: Final = "awarded"
MODERATION: Final = "moderation"
REJECTED: Final = "rejected"


@value
class Reason:
    """One thing that keeps a receipt from being paid by itself, and what it leads to."""

    code: str
    text: str
    outcome: str = MODERATION
    about: str = ""
    """The number of the other submission, the field, the shop … that it is about; for moderators only."""


@value
class Decision:
    """What becomes of a receipt, with all the reasons; awarded ones have none."""

    outcome: str
    reasons: tuple[Reason, ...] = ()

    @property
    def is_awarded(self) -> bool:
        """Whether points are given without a human."""
        return self.outcome == AWARDED


def decided(reasons: tuple[Reason, ...]) -> Decision:
    """Rejected if any reason says so, else looked at by a human if there is any reason, else awarded."""
    outcomes = {reason.outcome for reason in reasons}
    outcome = REJECTED if REJECTED in outcomes else MODERATION if outcomes else AWARDED
    # Whoever reads only the first reason reads the one that decided.
    ordered = sorted(reasons, key=lambda reason: reason.outcome != outcome)
    return Decision(outcome, tuple(ordered))
