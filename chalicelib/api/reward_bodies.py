"""What callers send about rewards."""

from typing import Annotated, Any, Final, Literal

from pydantic import BeforeValidator, Field, model_validator

from chalicelib.api import fields, wire
from chalicelib.api.fields import Body, whole_up_to
from chalicelib.errors import Malformed

PAGE_SIZE: Final = 50
PAGE_SIZE_MAX: Final = 100
CODES_LISTED_MAX: Final = 10_000
CSV_CHARACTERS_MAX: Final = 500_000


def _word(*words: str) -> BeforeValidator:
    """One of some words, in any case."""
    known = {word.casefold(): word for word in words}

    def check(value: object) -> str:
        found = known.get(value.strip().casefold()) if isinstance(value, str) else None
        if found is None:
            raise ValueError(f"one of {', '.join(words)}")
        return found

    return BeforeValidator(check)


Status = Annotated[Literal["Draft", "Scheduled", "Live", "Archived"], _word("Draft", "Scheduled", "Live", "Archived")]
Source = Annotated[Literal["none", "pool", "api", "generic"], _word("none", "pool", "api", "generic")]
Issuer = Annotated[
    Literal["manual", "journey", "campaign", "redemption"], _word("manual", "journey", "campaign", "redemption")
]
MemberStatus = Annotated[Literal["Awarded", "Used", "Cancelled"], _word("Awarded", "Used", "Cancelled")]


class Paged(Body):
    """A page of a list, and how long it is."""

    page: fields.Page = 1
    page_size: Annotated[int, whole_up_to(PAGE_SIZE_MAX)] = Field(PAGE_SIZE, alias="page_size")


class CatalogueQuery(Paged):
    """Which rewards: of a type, a status, or whose codes come from a source."""

    type: fields.Text = ""
    status: Status | None = None
    source_type: Source | None = Field(None, alias="source_type")


class MemberQuery(Paged):
    """Which rewards of a member: of a type, and whether they can be claimed now."""

    type: fields.Text = ""
    eligible: fields.YesNo | None = None


class HistoryQuery(Paged):
    """Which redemptions: of a reward, in a status, or issued in one of four ways."""

    reward_id: fields.Text = Field("", alias="reward_id")
    status: fields.Text = ""
    source_type: Issuer | None = Field(None, alias="source_type")


class SourceDetails(Body):
    """Who or what assigned a reward."""

    source_id: fields.Text = Field("", alias="source_id")
    source_name: fields.Text = Field("", alias="source_name")
    notes: fields.LongText = Field("", alias="notes")


class Issuance(Body):
    """How a reward came to be assigned."""

    source_type: Annotated[Literal["manual", "journey"], _word("manual", "journey")] = Field(
        "manual", alias="source_type"
    )
    source_details: SourceDetails = Field(default_factory=SourceDetails, alias="source_details")


class AssignBody(Body):
    """A reward that staff or a journey gives to a member."""

    reward_id: fields.Text = Field(alias="reward_id")
    user_id: fields.MemberId = Field(alias="user_id")
    issuance_details: Issuance = Field(default_factory=Issuance, alias="issuance_details")
    charge_points: fields.YesNo = Field(default=False, alias="charge_points")
    """Whether the member pays the reward's points; else it is a gift."""


class Collected(Body):
    """What was collected for a reward that is sent or takes place."""

    street: fields.Text = ""
    location: fields.Text = ""
    date: fields.Day | None = None
    date_time: fields.Timestamp | None = Field(None, alias="date_time")


class BenefitDetails(Body):
    """The code of a reward, the order it was used on, and whatever else belongs to it."""

    reward_code: fields.Text = Field("", alias="reward_code")
    order_id: fields.OrderId | None = Field(None, alias="order_id")
    more: fields.Attributes = Field(default_factory=dict, json_schema_extra={"readOnly": True})

    @model_validator(mode="before")
    @classmethod
    def _kept(cls, raw: Any) -> Any:
        """Further names are kept as they came."""
        if not isinstance(raw, dict):
            return raw
        known = {"reward_code", "order_id"}
        more = {name: each for name, each in raw.items() if name not in known and each is not None}
        return {name: each for name, each in raw.items() if name in known} | {"more": more}


class AssignmentBody(Body):
    """What changes of a redemption."""

    assign_id: fields.Text = Field(alias="assign_id")
    reward_id: fields.Text = Field(alias="reward_id")
    user_id: fields.MemberId = Field(alias="user_id")
    member_reward_status: MemberStatus | None = Field(None, alias="member_reward_status")
    collected_data: Collected = Field(default_factory=Collected, alias="collected_data")
    benefit_details: BenefitDetails = Field(default_factory=BenefitDetails, alias="benefit_details")


class CancelBody(Body):
    """Why a redemption is cancelled."""

    reason: fields.Text = ""


class CodesBody(Body):
    """Codes for a pool: the text of a CSV file, or a list."""

    csv: Annotated[str, fields.text_up_to(CSV_CHARACTERS_MAX)] = ""
    codes: Annotated[tuple[fields.Text, ...], Field(max_length=CODES_LISTED_MAX)] = ()

    def check(self) -> None:
        """Refuse both or neither."""
        if bool(self.csv) == bool(self.codes):
            raise Malformed("Send either csv, the text of a file with a code a line, or codes, a list.")


def collected(given: Collected) -> dict[str, Any]:
    """What was collected, as it is kept and shown."""
    said: dict[str, Any] = {"street": given.street, "location": given.location}
    if given.date is not None:
        said["date"] = given.date.isoformat()
    if given.date_time is not None:
        said["date_time"] = wire.timestamp(given.date_time)
    return {name: each for name, each in said.items() if each}
