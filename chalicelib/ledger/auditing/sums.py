"""What an audit adds up: the trial balance, counts, findings, and a digest. Sums add up in any order.

Nothing of the projections is used, nor the table of effects: a posting takes from one side and gives to another,
and what an account item says it has is held against that.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, Final

from chalicelib.values import value

FINDINGS_MAX: Final = 100
"""Findings that are kept of a site; beyond, they are counted."""
DIGEST_BITS: Final = 256
AVAILABLE: Final = "available"
HELD: Final = "held"
MINE: Final = (AVAILABLE, HELD)
"""The sides of a posting that are the member's."""
TRANSFERRED: Final = "transferred"
MERGED: Final = "merged"
SIDES: Final = (
    *MINE,
    "issued",
    "promised",
    "redeemed",
    "rewarded",
    "deducted",
    "expired",
    "written_off",
    TRANSFERRED,
    MERGED,
)
"""As a trial balance lists them. What was issued or promised stands there below zero: it came from outside."""

Key = tuple[str, str]
"""A side and a bucket."""


@value
class Finding:
    """One thing that is wrong. ``entry`` is the number of the entry it is about, 0 when it is about none.

    ``mid`` is a member's random number, empty for what concerns the whole site. ``what`` quotes nothing that a
    client wrote.
    """

    site: str
    mid: str
    entry: int
    kind: str
    what: str

    def named(self) -> str:
        """Where it is, in words."""
        where = f"member {self.mid}" if self.mid else f"site {self.site}"
        return f"{where}, entry {self.entry}" if self.entry else where


@value
class Line:
    """One line of the trial balance, in smallest units. ``by_accounts``: what the account items say, where they do."""

    side: str
    bucket: str
    by_entries: int
    by_accounts: int | None

    @property
    def points(self) -> int:
        """What the line counts for: the accounts' own word where they have one, so that the total means something."""
        return self.by_entries if self.by_accounts is None else self.by_accounts


@dataclass(slots=True)
class Sums:
    """Running sums of some members, or of all of a site."""

    members: int = 0
    entries: int = 0
    holds: int = 0
    keys: int = 0
    claims: int = 0
    digest: int = 0
    postings: Counter[Key] = field(default_factory=Counter)
    """Points given to a side less those taken from it, by the entries up to each account's version."""
    standing: Counter[Key] = field(default_factory=Counter)
    """What the account items say is available and held."""
    under_way: Counter[str] = field(default_factory=Counter)
    """Of the transferred, by bucket: what was written while the audit ran, whose other half may not be seen yet. Of
    the merged likewise, under ``merged:`` and the bucket.
    """
    astray: int = 0
    """Points of holds that stand with merged members, less what the survivors of merges hold for them."""
    is_moving: bool = False
    """Whether a merge, or something of merged members, was recorded while the audit ran."""
    faults: int = 0
    findings: list[Finding] = field(default_factory=list)

    def add(self, other: "Sums") -> None:
        """Take other sums in."""
        self.members += other.members
        self.entries += other.entries
        self.holds += other.holds
        self.keys += other.keys
        self.claims += other.claims
        self.digest = (self.digest + other.digest) % 2**DIGEST_BITS
        for mine, theirs in (
            (self.postings, other.postings),
            (self.standing, other.standing),
        ):
            mine.update(theirs)
        self.under_way.update(other.under_way)
        self.astray += other.astray
        self.is_moving = self.is_moving or other.is_moving
        self.faults += other.faults
        self.findings = sorted([*self.findings, *other.findings], key=_place)[:FINDINGS_MAX]

    def report(self, findings: Iterable[Finding]) -> None:
        """Add findings, all of them counted and the first of them kept."""
        for each in findings:
            self.faults += 1
            self.findings.append(each)
        self.findings = sorted(self.findings, key=_place)[:FINDINGS_MAX]

    def post(self, source: str, target: str, bucket: str, amount: int) -> None:
        """Count a posting."""
        self.postings[source, bucket] -= amount
        self.postings[target, bucket] += amount

    def trial_balance(self) -> list[Line]:
        """A line for each side that anything ever moved on, bucket by bucket."""
        keys = {*self.postings, *self.standing}
        order = {side: place for place, side in enumerate(SIDES)}
        listed = sorted(keys, key=lambda key: (key[1] != "points", key[1], order.get(key[0], len(SIDES)), key[0]))
        return [
            Line(side, bucket, self.postings[side, bucket], self.standing[side, bucket] if side in MINE else None)
            for side, bucket in listed
            if self.postings[side, bucket] or self.standing[side, bucket]
        ]

    def totals(self) -> dict[str, int]:
        """Bucket → what the accounts have and what the entries posted to all other sides: zero if all is well."""
        total: Counter[str] = Counter()
        for line in self.trial_balance():
            total[line.bucket] += line.points
        return dict(total)


def site_findings(site: str, sums: Sums) -> list[Finding]:
    """What is wrong with the sums of a whole site, once all of its members are in them."""
    found = [
        Finding(site, "", 0, "balance", f"the trial balance of {bucket} does not come to zero but to {total}")
        for bucket, total in sorted(sums.totals().items())
        if total
    ]
    for (side, bucket), points in sorted(sums.postings.items()):
        settled = points - sums.under_way[bucket]
        if side == TRANSFERRED and settled:
            what = f"{abs(settled)} {bucket} were {'sent and not received' if settled > 0 else 'received and not sent'}"
            found.append(Finding(site, "", 0, "transfer", what))
        settled = points - sums.under_way[f"{MERGED}:{bucket}"]
        if side == MERGED and settled:
            what = f"{abs(settled)} {bucket} were {'handed over and not taken' if settled > 0 else 'taken from nobody'}"
            found.append(Finding(site, "", 0, "merge", what))
    if sums.astray and not sums.is_moving:
        what = f"the holds of merged members promise {sums.astray} more than the members they became hold for them"
        found.append(Finding(site, "", 0, "hold", what))
    return found


def digest_of(mid: str, version: int, head: str) -> int:
    """A member's share of the digest: equal sums mean the same members with the same entries, in any order."""
    return int.from_bytes(sha256(f"{mid}:{version}:{head}".encode()).digest())


def shown_digest(digest: int) -> str:
    """The digest as 64 hex digits."""
    return f"{digest:0{DIGEST_BITS // 4}x}"


def dump(sums: Sums) -> dict[str, Any]:
    """As JSON."""
    return {
        "n": [sums.members, sums.entries, sums.holds, sums.keys, sums.claims, sums.faults],
        "h": shown_digest(sums.digest),
        "p": _rows(sums.postings),
        "s": _rows(sums.standing),
        "u": dict(sums.under_way),
        "m": [sums.astray, sums.is_moving],
        "f": [[each.mid, each.entry, each.kind, each.what] for each in sums.findings],
    }


def load(site: str, body: Mapping[str, Any]) -> Sums:
    """The sums of ``dump``."""
    members, entries, holds, keys, claims, faults = body["n"]
    return Sums(
        members=members,
        entries=entries,
        holds=holds,
        keys=keys,
        claims=claims,
        digest=int(body["h"], 16),
        postings=Counter({(side, bucket): points for side, bucket, points in body["p"]}),
        standing=Counter({(side, bucket): points for side, bucket, points in body["s"]}),
        under_way=Counter(body["u"]),
        astray=body.get("m", (0, False))[0],
        is_moving=body.get("m", (0, False))[1],
        faults=faults,
        findings=[Finding(site, *row) for row in body["f"]],
    )


def _rows(counted: Counter[Key]) -> list[list[Any]]:
    return [[side, bucket, points] for (side, bucket), points in sorted(counted.items()) if points]


def _place(finding: Finding) -> tuple[str, int, str, str]:
    return finding.mid, finding.entry, finding.kind, finding.what
