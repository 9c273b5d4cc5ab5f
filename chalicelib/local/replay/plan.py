"""What a replay assumes: the programme, what a reward costs, how members and the shop behave. No I/O but the file's."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_CEILING, Decimal
from pathlib import Path
from typing import Any, Final

from chalicelib.programme import amounts, standard
from chalicelib.programme.defaults import completed
from chalicelib.programme.document import Programme
from chalicelib.programme.holding import is_held
from chalicelib.programme.validation import InvalidProgramme, validate

REWARD_WORTH: Final = Decimal(5)
"""Currency units that the first reward is worth where the programme names no reward: a small voucher."""
SHIP_DAYS: Final = 2
"""Days from order to shipment where points wait for the shipment; histories do not say when."""
FILE_BYTES_MAX: Final = 1_000_000
_AWAITS_SHIPMENT: Final = frozenset({"itemShipDate", "wholeOrderShipped"})


class BadProgramme(Exception):
    """The programme file cannot be used; the message says why, field by field."""


@dataclass(frozen=True, slots=True)
class Plan:
    """One replay. ``reward`` is the price of a reward in smallest units of points, ``through`` its last day."""

    site: str
    document: Mapping[str, Any]
    programme: Programme
    reward: int
    redeems: bool
    ship_days: int
    through: date

    @property
    def welcomes(self) -> bool:
        """Whether joining is rewarded: action 101 exists and is active."""
        action = self.programme.action(standard.ACCOUNT_CREATED)
        return action is not None and action.is_active

    @property
    def ships(self) -> bool:
        """Whether points wait for a shipment, so that the shop has to report it."""
        hold = self.programme.purchase.hold
        return is_held(hold) and hold.type in _AWAITS_SHIPMENT

    @property
    def holds(self) -> bool:
        """Whether any points are ever on hold."""
        return is_held(self.programme.purchase.hold) or any(action.hold_days for action in self.programme.actions)

    def points(self, units: int) -> str:
        """Points as people read them, with the decimals of the programme."""
        decimals = self.programme.point_decimals
        return f"{Decimal(units).scaleb(-decimals):,.{decimals}f}"


def load_programme(path: Path | None) -> tuple[dict[str, Any], Programme]:
    """The document of a file, completed by the default's sections, and what it means. Raises ``BadProgramme``."""
    raw: object = {}
    if path is not None:
        try:
            text = path.read_bytes()
            if len(text) > FILE_BYTES_MAX:
                raise BadProgramme(f"{path}: larger than {FILE_BYTES_MAX:,} bytes.")
            raw = json.loads(text, parse_float=Decimal)
        except OSError as error:
            raise BadProgramme(f"{path}: {error.strerror}.") from None
        except (ValueError, RecursionError) as error:
            raise BadProgramme(f"{path}: not JSON: {error}.") from None
    if not isinstance(raw, dict):
        raise BadProgramme(f"{path}: not a JSON object.")
    document = completed(raw)
    try:
        return document, validate(document)
    except InvalidProgramme as problem:
        raise BadProgramme(f"{path}: {problem.message}") from None


def reward_price(programme: Programme, asked: int | None) -> int:
    """The price of a reward in smallest units: what was asked, or the programme's denomination, or a small voucher."""
    if asked is not None:
        return int(asked * 10**programme.point_decimals)
    denomination = programme.display.reward_denomination
    if denomination:
        return amounts.points_in_units(programme, denomination)
    points = REWARD_WORTH / programme.currency.credits_to_currency_ratio
    return int((points.scaleb(programme.point_decimals)).to_integral_value(ROUND_CEILING))
