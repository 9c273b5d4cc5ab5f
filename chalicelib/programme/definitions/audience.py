"""Whom a campaign, a reward or a survey is for."""

from collections.abc import Iterator
from typing import Annotated, Final

from chalicelib.programme.fields import Few
from chalicelib.programme.section import DefinitionId, Problem, Section, TierId

SEGMENTS_MAX: Final = 20
TIERS_MAX: Final = 10


class Audience(Section):
    """Members of any of the segments, who are in any of the tiers; an empty list bounds nothing."""

    segments: Annotated[tuple[DefinitionId, ...], Few(SEGMENTS_MAX)] = ()
    tiers: Annotated[tuple[TierId, ...], Few(TIERS_MAX)] = ()

    @property
    def is_everybody(self) -> bool:
        """Whether nobody is left out."""
        return not (self.segments or self.tiers)


def problems(path: str, audience: Audience, *, segments: set[str], tiers: set[str]) -> Iterator[Problem]:
    """Segments and tiers that the programme does not have."""
    for name, named, known in (("segments", audience.segments, segments), ("tiers", audience.tiers, tiers)):
        for place, each in enumerate(named):
            if each not in known:
                yield Problem(f"{path}.{name}[{place}]", f"wanted one of the programme's {name}, got {each}")
