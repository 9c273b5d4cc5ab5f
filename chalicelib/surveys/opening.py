"""Whether a survey can be answered now."""

from datetime import date, datetime

from chalicelib.ledger import days
from chalicelib.programme.definitions.survey import Survey
from chalicelib.programme.in_force import InForce
from chalicelib.surveys.response import Response


def closed(survey: Survey, force: InForce, now: datetime, response: Response | None = None) -> str | None:
    """Why it cannot be answered (a key of ``refusals.CLOSED``), ``None`` when it can; with ``response`` by a member
    who has begun. Days are those of the programme's time zone.
    """
    today = days.day_of(now, force.zone)
    if not survey.is_on:
        return "off"
    if survey.start_date is not None and today < _day(survey.start_date):
        return "early"
    if survey.end_date is not None and today > _day(survey.end_date):
        return "over"
    if response is not None and survey.finish_in_days is not None:
        begun = days.day_of(days.from_ms(response.begun), force.zone)
        return "late" if today >= begun + survey.finish_in_days else None
    return None


def _day(text: str) -> int:
    return date.fromisoformat(text).toordinal()
