"""Why a redemption is refused. Nothing is then written."""

from typing import ClassVar, Final

from chalicelib.errors import LIMIT_REACHED, NotFound, Refusal
from chalicelib.ledger.redemptions import REDEMPTIONS_MAX
from chalicelib.rewards.judging import Code, Reason


class NoSuchReward(NotFound):
    """The programme has no such reward, or has not published it."""

    def __init__(self) -> None:
        super().__init__("No data found: there is no reward with this rewardId. GET /rewards lists them.")


class NoSuchRedemption(NotFound):
    """The member has no such redemption."""

    def __init__(self) -> None:
        super().__init__("No data found: this member has no redemption with this assign_id of this reward.")


class RewardRefused(Refusal):
    """The member cannot have the reward; ``reasons`` say why, the weightiest first."""

    def __init__(self, reasons: tuple[Reason, ...]) -> None:
        super().__init__(f"{reasons[0].text} Nothing was redeemed.")
        self.reasons = reasons


class ClaimLimitReached(RewardRefused):
    """The member, or everybody together, claimed it as often as it may be claimed."""

    code: ClassVar[str] = LIMIT_REACHED


class NotStackable(Refusal):
    """Two rewards that do not go together on one order."""

    def __init__(self) -> None:
        super().__init__("This order has a reward that does not go with another one. Nothing was redeemed.")


class TooManyRedemptions(Refusal):
    """An order takes a bounded number of redemptions."""

    def __init__(self) -> None:
        super().__init__(f"An order takes at most {REDEMPTIONS_MAX} redemptions.")


class AlreadyOver(Refusal):
    """A redemption that was cancelled, or whose points came back."""

    def __init__(self) -> None:
        super().__init__("This redemption is cancelled; its points came back. Nothing was changed.")


_LIMITS: Final[frozenset[Code]] = frozenset({"claims", "stock", "codes"})


def refusal(reasons: tuple[Reason, ...]) -> RewardRefused:
    """The refusal that the weightiest reason makes."""
    return (ClaimLimitReached if reasons[0].code in _LIMITS else RewardRefused)(reasons)
