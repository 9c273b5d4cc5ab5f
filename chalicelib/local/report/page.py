"""The report as one HTML page: no script, no font, no picture from elsewhere, so it opens anywhere and keeps."""

from collections.abc import Iterable, Sequence
from html import escape
from pathlib import Path
from typing import Final

from chalicelib.local.replay.proof import Proof
from chalicelib.local.report import words
from chalicelib.local.report.figures import Figures
from chalicelib.local.report.plots import Plot, plots
from chalicelib.local.report.tables import by_month, by_tier

_STYLE: Final = Path(__file__).with_name("style.css")


def page(figures: Figures, proof: Proof) -> str:
    """The whole page."""
    history = figures.history
    title = "What the loyalty programme would have done"
    lead = (
        f"{len(history.purchases):,} real purchases of {len(history.orders_by_customer):,} customers, "
        f"{history.first_day} to {history.last_day}, played through Laurel day by day."
    )
    body = "\n".join(
        [
            f"<header><h1>{title}</h1><p class=lead>{escape(lead)}</p>{_verdict(proof)}</header>",
            f"<section class=cards>{''.join(_card(*row) for row in words.headline(figures))}</section>",
            "<h2>Month by month</h2>",
            f"<section class=plots>{''.join(_figure(plot) for plot in plots(figures))}</section>",
            "<h2>Where the points went</h2>",
            _table(("", "Points", "Worth", "Of revenue"), words.balance(figures)),
            "<h2>Points and orders by month</h2>",
            _table(*by_month(figures)),
            "<h2>Members by tier at the end of each month</h2>",
            _table(*by_tier(figures)),
            "<h2>What was assumed</h2>",
            f"<ul>{''.join(f'<li>{escape(each)}</li>' for each in words.assumptions(figures))}</ul>",
            f'<h2 id="proof">Does it add up?</h2>{_checks(proof)}',
        ]
    )
    return (
        f"<!doctype html>\n<html lang=en>\n<head>\n<meta charset=utf-8>\n"
        f'<meta name=viewport content="width=device-width, initial-scale=1">\n<title>{title}</title>\n'
        f"<style>\n{_STYLE.read_text(encoding='utf-8')}</style>\n</head>\n<body>\n<main>\n{body}\n</main>\n</body>\n</html>\n"
    )


def _verdict(proof: Proof) -> str:
    if proof.holds:
        return '<a class=verdict href="#proof">✓ Everything adds up</a>'
    return '<a class="verdict bad" href="#proof">✗ It does not add up</a>'


def _card(name: str, value: str, note: str) -> str:
    parts = (("name", name), ("value", value), ("note", note))
    return f"<div class=card>{''.join(f'<p class={kind}>{escape(text)}</p>' for kind, text in parts)}</div>"


def _figure(plot: Plot) -> str:
    words_ = f"<figcaption><h3>{escape(plot.title)}</h3><p>{escape(plot.caption)}</p></figcaption>"
    return f"<figure>{words_}<div class=wide>{plot.wide}</div><div class=narrow>{plot.narrow}</div></figure>\n"


def _table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    head = "".join(f"<th scope=col>{escape(name)}</th>" for name in header)
    lines = "".join(
        f"<tr><th scope=row>{escape(row[0])}</th>{''.join(f'<td>{escape(cell)}</td>' for cell in row[1:])}</tr>\n"
        for row in rows
    )
    return f"<div class=scroll><table><thead><tr>{head}</tr></thead><tbody>\n{lines}</tbody></table></div>"


def _checks(proof: Proof) -> str:
    items = []
    for check in proof.checks:
        mark = "✓" if check.is_true else "✗"
        notes = "".join(f"<p class=note>{escape(detail)}</p>" for detail in check.details)
        kind = "" if check.is_true else " class=bad"
        items.append(f"<li{kind}><h3><span class=mark>{mark}</span> {escape(check.title)}</h3>{notes}</li>")
    return f"<ul class=checks>{''.join(items)}</ul>"
