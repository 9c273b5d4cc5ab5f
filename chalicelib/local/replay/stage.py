"""A replay from start to report, on an engine that runs. Imported once the environment names that engine."""

from dataclasses import dataclass
from typing import Final

from botocore.exceptions import BotoCoreError

from chalicelib.dynamo.items import EngineUnavailable
from chalicelib.errors import Refusal
from chalicelib.local.calls import CallFailed
from chalicelib.local.replay import counters, evidence, proof, running
from chalicelib.local.replay.firing import TriggerFailed
from chalicelib.local.replay.history import History
from chalicelib.local.replay.plan import Plan
from chalicelib.local.replay.progress import Progress
from chalicelib.local.replay.running import steps_of
from chalicelib.local.report import figures, page, text

FAILURES: Final = (CallFailed, TriggerFailed, Refusal, EngineUnavailable, BotoCoreError)
"""What may go wrong in a replay, each with a sentence."""


@dataclass(frozen=True, slots=True)
class Told:
    """The report as text and as a page, and whether everything adds up."""

    text: str
    page: str
    adds_up: bool


def perform(history: History, plan: Plan, progress: Progress) -> Told:
    """Replay, prove and report. Raises ``FAILURES``."""
    running.replay(history, plan, progress)
    progress.say("Counting every entry of every member anew ...")
    counted = counters.by_month(plan.site, figures.months_of(history, plan))
    found = proof.prove(history, plan, evidence.gather(plan.site), counted)
    shown = figures.figures(history, plan, counted, found.counts)
    return Told(text.text(shown, found), page.page(shown, found), found.holds)


__all__ = ["FAILURES", "Told", "perform", "steps_of"]
