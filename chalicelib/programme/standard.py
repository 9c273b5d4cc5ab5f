"""Action ids with a fixed meaning (annex-api-1, section 10), and what the programme may say of each."""

from typing import Final

MANUAL: Final = 100
ACCOUNT_CREATED: Final = 101
EXPIRED: Final = 106
REDEEMED: Final = 107
PURCHASE: Final = 109
RETURNED: Final = 148
GROUP_TRANSFER: Final = 160
ACTION_DEBIT: Final = 192
MEMBER_TRANSFER: Final = 8055

BOOKED: Final = {EXPIRED, RETURNED}
"""Booked by the system alone: nobody may post them, and they cannot be switched off."""
DEBITS: Final = {EXPIRED, REDEEMED, RETURNED, GROUP_TRANSFER, ACTION_DEBIT, MEMBER_TRANSFER}
"""They take or move points that were earned before: no points, limits, holds or expiry of their own."""
WITHOUT_POINTS: Final = {MANUAL, *DEBITS}
"""Their points come with each request, not from the programme."""
WHOLE_AMOUNTS: Final = {REDEEMED, GROUP_TRANSFER, MEMBER_TRANSFER}
"""They move ordinary points, all of them or none."""
REQUIRED: Final = {MANUAL, PURCHASE, *DEBITS}
"""Every programme names them, so that each row of the book has a name to show."""
