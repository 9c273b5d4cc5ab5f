"""What came of a gallery in some days: sums, days, and its experiment's variants with intervals."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from chalicelib.photos.galleries import experiments
from chalicelib.photos.galleries.counting.beacon import variant_row
from chalicelib.photos.galleries.experiments import Compared, Rate, Tried
from chalicelib.programme.definitions.gallery import Experiment
from chalicelib.values import value

Counts = Mapping[str, int]


@value
class Outcome:
    """What is counted of a variant: its rate, and how it compares with the control (``None`` for that itself)."""

    rate: Rate | None
    compared: Compared | None


@value
class OfVariant:
    """A variant's counts, its rates of page views with a click and with a purchase, and its control's difference."""

    variant: str
    counts: Counts
    clicked: Outcome
    bought: Outcome


@value
class Report:
    """Sums of all variants, days with anything in them, and variants in the order of the definition."""

    total: Counts
    days: tuple[tuple[date, Counts], ...]
    variants: tuple[OfVariant, ...]


def report(rows: Iterable[tuple[date, str, Counts]], experiment: Experiment | None) -> Report:
    """The report of rows of day, variant's row and counts, in any order."""
    total: dict[str, int] = {}
    by_day: dict[date, dict[str, int]] = {}
    by_row: dict[str, dict[str, int]] = {}
    for day, row, counts in rows:
        for sums in (total, by_day.setdefault(day, {}), by_row.setdefault(row, {})):
            for name, many in counts.items():
                sums[name] = sums.get(name, 0) + many
    return Report(total, tuple(sorted(by_day.items())), _variants(by_row, experiment))


def _variants(by_row: Mapping[str, Counts], experiment: Experiment | None) -> tuple[OfVariant, ...]:
    if experiment is None:
        return ()
    ids = [variant.variant_id for variant in experiment.variants]
    counts = [by_row.get(variant_row(experiment.experiment_id, each), {}) for each in ids]
    clicked, bought = _outcomes(ids, counts, "clicked"), _outcomes(ids, counts, "bought")
    return tuple(map(OfVariant, ids, counts, clicked, bought))


def _outcomes(ids: Sequence[str], counts: Sequence[Counts], name: str) -> list[Outcome]:
    tried = [Tried(each, said.get("seen", 0), said.get(name, 0)) for each, said in zip(ids, counts, strict=True)]
    many = experiments.comparisons_of(tried)
    return [
        Outcome(
            experiments.rate(each.seen, each.reached, many),
            None if place == 0 else experiments.compared(tried[0], each, many),
        )
        for place, each in enumerate(tried)
    ]
