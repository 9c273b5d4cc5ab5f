"""Why a receipt is not taken, or not decided as it was asked for."""

from typing import ClassVar

from chalicelib.errors import LIMIT_REACHED, Malformed, NotFound, Refusal


class UnknownReceipt(NotFound):
    """The site has no such submission, or it is another member's."""

    def __init__(self) -> None:
        super().__init__("No data found: there is no receipt with this submission id. Send one with POST /receipts.")


class BadPicture(Malformed):
    """What was sent is no picture that we take."""


class PictureTooLarge(BadPicture):
    """It has more bytes than are taken."""

    status: ClassVar[int] = 413


class BadFileUrl(Malformed):
    """The picture cannot be fetched from there."""


class FileNotFound(NotFound):
    """There is nothing under the address of the picture."""

    sticks: ClassVar[bool] = False

    def __init__(self) -> None:
        super().__init__("file_url: nothing is there. Send an address that answers with the picture.")


class TooManyUploads(Refusal):
    """The member sent as many pictures today as the programme takes."""

    code: ClassVar[str] = LIMIT_REACHED

    def __init__(self, most: int) -> None:
        super().__init__(f"At most {most} receipts can be sent a day; please send this one tomorrow.")


class PaidBefore(Refusal):
    """The receipt was paid already."""

    status: ClassVar[int] = 409

    def __init__(self, submission: str) -> None:
        super().__init__(f"This receipt was paid already, as submission {submission}. Reverse that one first.")


class Incomplete(Malformed):
    """A receipt cannot be paid without these fields."""

    def __init__(self, field: str) -> None:
        super().__init__(f"{field}: could not be read from the picture; give it to approve this receipt.")


class NothingCounts(Refusal):
    """No product of the receipt is on the programme's list."""

    def __init__(self) -> None:
        super().__init__("lines: none of them is a receipt product. Name a productId for at least one, or reject it.")


class UnknownRetailer(Malformed):
    """The programme lists no such retailer."""

    def __init__(self) -> None:
        super().__init__(
            "retailerId: the programme has no such retailer. Leave it out, or add it to receipts.retailers."
        )


class BadCorrection(Malformed):
    """What a moderator put in place of what was read cannot be."""
