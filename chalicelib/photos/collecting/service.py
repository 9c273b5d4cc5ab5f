"""Looking for a site's hashtags in its networks, and copying what people choose of their own.

A connection is due work as long as it stands, so that no list of sites is needed. Every page of posts is taken in
before its cursor is kept: a run that was killed reads a page again, and each post is taken in once by its source's id.
"""

import json
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from types import ModuleType
from typing import Any, Final

from chalicelib.dynamo.commit import Plan, commit
from chalicelib.errors import Malformed, NotFound, Refusal
from chalicelib.gateways import networks, sealing
from chalicelib.gateways.networks import Credentials, NetworkBusy, NetworkRefused, Post, facebook, instagram, x
from chalicelib.ledger import days
from chalicelib.ledger import service as ledger
from chalicelib.photos.collecting import table
from chalicelib.photos.collecting.table import NetworkItem
from chalicelib.photos.deciding import service as deciding
from chalicelib.photos.intake import Intake
from chalicelib.photos.photo import HASHTAG, Source, Video
from chalicelib.photos.taking import service as taking
from chalicelib.photos.taking.service import CALLER
from chalicelib.programme import service as programmes
from chalicelib.programme.definitions.photo_campaign import PhotoCampaign
from chalicelib.programme.definitions.photos import PhotoRules
from chalicelib.values import value

SEARCHED: Final[dict[str, ModuleType]] = {"instagram": instagram, "x": x}
"""Networks that are searched by hashtag."""
OWNED: Final[dict[str, ModuleType]] = {"instagram": instagram, "x": x, "facebook": facebook}
"""Networks from which people copy what is their own."""
EVERY: Final = timedelta(hours=1)
PAGES_MAX: Final = 5
"""Pages of one hashtag that a run reads; the next run goes on."""
CHOICE_PAGES_MAX: Final = 4
CHOSEN_MAX: Final = 20
TOKEN_CHARACTERS_MAX: Final = 2_000


@value
class Copied:
    """A picture that its owner chose: what it is called in its network, and which photo it is here."""

    name: str
    photo: str | None
    is_new: bool


class NoNetwork(NotFound):
    """The site has no connection to that network."""

    def __init__(self) -> None:
        super().__init__(
            "No data found: the site is not connected to this network. PUT /networks/{network} connects it."
        )


class NotOwned(Malformed):
    """Something was chosen that is not among the owner's posts."""

    def __init__(self, missing: Sequence[str]) -> None:
        super().__init__(f"ids: not among the newest pictures of this account: {', '.join(missing[:5])}.")


class NetworkSaysNo(Refusal):
    """The network does not let us read with this token."""

    status = 400

    def __init__(self, code: str) -> None:
        super().__init__(f"The network refused the token ({code}). Sign in there again and send the new token.")


class NetworkIsBusy(Refusal):
    """The network does not answer now."""

    status = 409
    sticks = False

    def __init__(self) -> None:
        super().__init__("The network does not answer at the moment. Please try again in a few minutes.")


@value
class Connection:
    """How a connection stands: what it is for, when it last ran, how many posts it has found, and its state."""

    network: str
    account: str
    state: str
    ran: int | None
    found: int


def connect(site: str, network: str, account: str, token: str, now: datetime) -> Connection:
    """Connect a site to a network, or give it a new token; the first run is due at once."""
    sealed = sealing.seal(token, _context(site, network))

    def decide(before: NetworkItem | None) -> Plan[Connection]:
        found = 0 if before is None else before.found
        cursors = "{}" if before is None or before.account != account else before.cursors
        ran = None if before is None else before.ran
        write = table.write(
            site, network, before, due_at=now, sealed=sealed, account=account, cursors=cursors, state="connected",
            ran=ran, found=found,
        )  # fmt: skip
        return Plan((write,), Connection(network, account, "connected", ran, found))

    return commit(lambda: table.read(site, network), decide)


def disconnect(site: str, network: str) -> None:
    """End a connection; its credentials are gone. Raises ``NoNetwork``."""

    def decide(before: NetworkItem | None) -> Plan[None]:
        if before is None:
            raise NoNetwork
        return Plan((table.removal(site, before),), None)

    commit(lambda: table.read(site, network), decide)


def connections(site: str) -> list[Connection]:
    """The connections of a site, without their secrets."""
    return [
        Connection(table.network_of(each), each.account, each.state, each.ran, each.found)
        for each in table.read_all(site)
    ]


def collect(site: str, network: str, now: datetime) -> int:
    """Look for the hashtags of all live campaigns in a network, and say when to look again; how many photos are new.

    A network that is busy is asked again when it says; one that refuses the token waits for a new one.
    """
    before = table.read(site, network)
    if before is None or before.due_sk is None:
        return 0
    force = programmes.in_force(site)
    today = date.fromordinal(days.day_of(now, force.zone))
    rules = force.programme.photos
    live = [each for each in force.programme.photo_campaigns if each.is_live(today) and network in each.networks]
    cursors: dict[str, dict[str, str]] = json.loads(before.cursors)
    state, again, new = "connected", now + EVERY, 0
    try:
        credentials = Credentials(token=sealing.unseal(before.sealed, _context(site, network)), account=before.account)
        for campaign in live:
            for hashtag in campaign.hashtags:
                new += _read(site, network, campaign, rules, hashtag, credentials, cursors, now)
    except NetworkBusy as busy:
        again = now + timedelta(seconds=busy.seconds)
    except (NetworkRefused, sealing.SealBroken) as refused:
        state = f"refused: {refused}" if isinstance(refused, NetworkRefused) else "refused: the token cannot be read"
    _keep(site, network, before, cursors, state, again if state == "connected" else None, new, now)
    return new


def choices(network: str, token: str, account: str, page: str = "") -> networks.Posts:
    """The pictures of whoever gave the token, a page of them. Raises ``NetworkSaysNo`` and ``NetworkIsBusy``."""
    found: networks.Posts = _asked(lambda: OWNED[network].own(page, Credentials(token=token, account=account)))
    return networks.Posts(tuple(each for each in found.items if each.url), found.following)


def copy(
    site: str, network: str, token: str, account: str, chosen: Sequence[str], owner: Intake, now: datetime
) -> list[Copied]:
    """Copy pictures that their owner chose and agreed to. ``owner`` says whose they are and to what they agreed; of a
    picture that was taken in before, by a hashtag perhaps, that is noted.

    The token is used for this call only. Raises ``NotOwned``, ``NetworkSaysNo`` and ``NetworkIsBusy``.
    """
    found: dict[str, Post] = {}
    page = ""
    for _ in range(CHOICE_PAGES_MAX):
        posts = choices(network, token, account, page)
        found |= {each.id: each for each in posts.items if each.id in chosen}
        page = posts.following
        if len(found) == len(set(chosen)) or not page:
            break
    if missing := [each for each in chosen if each not in found]:
        raise NotOwned(missing)
    done = []
    for name in dict.fromkeys(chosen):
        given = _intake(found[name], network, mid=owner.mid, member=owner.member, rights=owner.rights,
                        consent=owner.consent, tags=owner.tags, products=owner.products)  # fmt: skip
        new = taking.admit(site, given, now)
        photo = new or taking.known(site, given)
        if new is None and photo is not None:
            deciding.set_rights(site, ledger.command(now), photo, "granted", CALLER, owner.consent)
        done.append(Copied(name, photo, is_new=new is not None))
    return done


def _read(
    site: str,
    network: str,
    campaign: PhotoCampaign,
    rules: PhotoRules,
    hashtag: str,
    credentials: Credentials,
    cursors: dict[str, dict[str, str]],
    now: datetime,
) -> int:
    """Take in what is new of a hashtag, page by page; ``cursors`` then say where the next run goes on."""
    cursor = cursors.setdefault(hashtag, {})
    consent = f"#{hashtag}, terms {rules.terms_version} {rules.terms_url}" if rules.hashtag_rights == "implicit" else ""
    new = 0
    for _ in range(PAGES_MAX):
        posts: networks.Posts = SEARCHED[network].posts(
            hashtag, cursor.get("page", ""), cursor.get("since", ""), credentials
        )
        for post in posts.items:
            given = _intake(
                post, network, via=HASHTAG, tags=(*campaign.tags, hashtag), products=campaign.products,
                campaign=campaign.campaign_id, action=campaign.action_id or 0, rights=rules.hashtag_rights,
                consent=consent,
            )  # fmt: skip
            new += taking.admit(site, given, now) is not None
        if posts.newest and not cursor.get("page"):
            cursor["next"] = posts.newest
        cursor["page"] = posts.following
        if not posts.following:
            cursor["since"] = cursor.pop("next", cursor.get("since", ""))
            break
    return new


def _intake(post: Post, network: str, **more: Any) -> Intake:
    source: Source = network  # type: ignore[assignment]
    is_video = post.media_type == "video"
    player = post.embed or post.permalink
    video = Video(provider=network, video_id=post.id, embed_url=player, thumbnail_url=post.thumbnail)
    return Intake(
        source=source,
        source_id=post.id,
        author=post.author,
        caption=post.caption,
        media_type="video" if is_video else "image",
        url="" if is_video else post.url,
        video=video if is_video else None,
        posted=post.posted,
        permalink=post.permalink,
        **more,
    )


def _keep(
    site: str,
    network: str,
    before: NetworkItem,
    cursors: dict[str, dict[str, str]],
    state: str,
    due_at: datetime | None,
    new: int,
    now: datetime,
) -> None:
    """Keep how far a run came, unless the connection was changed meanwhile: then the next run begins with that."""

    def decide(found: NetworkItem | None) -> Plan[None]:
        if found is None or found.ver != before.ver:
            return Plan((), None)
        write = table.write(
            site, network, found, due_at=due_at, sealed=found.sealed, account=found.account,
            cursors=json.dumps(cursors), state=state, ran=days.to_ms(now), found=found.found + new,
        )  # fmt: skip
        return Plan((write,), None)

    commit(lambda: table.read(site, network), decide)


def _asked(ask: Callable[[], Any]) -> Any:
    try:
        return ask()
    except NetworkBusy:
        raise NetworkIsBusy from None
    except NetworkRefused as refused:
        raise NetworkSaysNo(refused.code) from None


def _context(site: str, network: str) -> dict[str, str]:
    return {"site": site, "network": network}
