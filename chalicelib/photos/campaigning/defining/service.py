"""Put one campaign for photos into the programme, which is then in force at once."""

from collections.abc import Mapping
from typing import Any

from chalicelib.errors import NotFound
from chalicelib.ledger.service import Command
from chalicelib.programme import service as programmes
from chalicelib.programme.definitions.photo_campaign import PhotoCampaign
from chalicelib.programme.document import Programme
from chalicelib.programme.rendering import plain, render
from chalicelib.programme.validation import validate


class NoCampaign(NotFound):
    """The programme has no campaign for photos by that id."""

    def __init__(self) -> None:
        super().__init__("No data found: the programme has no campaign for photos with this id.")


def find(site: str, campaign_id: str) -> PhotoCampaign:
    """A campaign that is in force. Raises ``NoCampaign``."""
    return _of(programmes.in_force(site).programme, campaign_id)


def put(site: str, run: Command, campaign_id: str, given: Mapping[str, Any]) -> PhotoCampaign:
    """Define a campaign, or replace the one with its id. Raises ``InvalidProgramme`` and ``Contention``."""

    def edit(programme: Programme) -> Programme:
        known = [plain(each) for each in programme.photo_campaigns]
        if any(each["campaignId"] == campaign_id for each in known):
            changed = [dict(given) if each["campaignId"] == campaign_id else each for each in known]
        else:
            changed = [*known, dict(given)]
        return validate({**render(programme), "photoCampaigns": changed})

    done = programmes.amend(site, run.id, edit, key=run.key, ref=lambda _: campaign_id)
    return _of(done.in_force.programme, campaign_id)


def remove(site: str, run: Command, campaign_id: str) -> None:
    """Take a campaign out of the programme. Raises ``NoCampaign``."""

    def edit(programme: Programme) -> Programme:
        _of(programme, campaign_id)
        kept = tuple(each for each in programme.photo_campaigns if each.campaign_id != campaign_id)
        return programme.model_copy(update={"photo_campaigns": kept})

    programmes.amend(site, run.id, edit)


def _of(programme: Programme, campaign_id: str) -> PhotoCampaign:
    found = next((each for each in programme.photo_campaigns if each.campaign_id == campaign_id), None)
    if found is None:
        raise NoCampaign
    return found
