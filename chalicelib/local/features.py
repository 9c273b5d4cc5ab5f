"""The list of what Laurel is meant to do, row by row, and which tests prove it.

The rows stand in ``docs/features.toml``. A test proves rows by ``@pytest.mark.proves("B045", "B047-B053")``;
the marks are read from the source, without running it.
"""

import ast
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

SECTIONS: Final = {
    "A": "The platform: loyalty, referral, content, social login",
    "B": "The loyalty API",
    "C": "Fields for e-mail marketing (Listrak)",
}
STATES: Final = {
    "ready": "tests prove it",
    "planned": "not yet proved",
    "nothing": "names no behaviour of software, so there is nothing to build",
}
TESTS_SHOWN_MAX: Final = 6
_ROW: Final = re.compile(r"([A-Z])(\d{3})(?:-([A-Z])(\d{3}))?")


class FeatureFault(ValueError):
    """The list and the tests contradict each other."""


@dataclass(frozen=True, slots=True)
class Feature:
    """One row: its id, what it is in our words, and what is claimed of it."""

    id: str
    title: str
    claim: str | None = None
    """``ready`` where a missing proof is a fault, ``nothing`` where there is nothing to build."""


@dataclass(frozen=True, slots=True)
class Proof:
    """One test that names rows."""

    test: str
    path: str
    """Relative to the root of the repository."""
    rows: tuple[str, ...]


def read_features(text: str) -> list[Feature]:
    """The rows of the list, in its order. Raises ``FeatureFault`` for a row it cannot read."""
    features = []
    for section, rows in tomllib.loads(text).items():
        if section not in SECTIONS:
            raise FeatureFault(f"unknown section {section}")
        for row, value in rows.items():
            title, claim = (value, None) if isinstance(value, str) else (value.get("title"), value.get("state"))
            if not _ROW.fullmatch(row) or not row.startswith(section) or not isinstance(title, str) or not title:
                raise FeatureFault(f"row {row} is not an id of section {section} with a title")
            if claim not in (None, "ready", "nothing"):
                raise FeatureFault(f"row {row} claims an unknown state: {claim}")
            features.append(Feature(row, title, claim))
    return features


def read_proofs(tests: Path, root: Path) -> list[Proof]:
    """Every test with a ``proves`` mark, in the order of files and lines. ``FeatureFault`` names the file."""
    proofs = []
    for path in sorted(tests.rglob("test_*.py")):
        source = path.read_text()
        if "proves(" in source:
            name = path.relative_to(root).as_posix()
            try:
                proofs += [Proof(test, name, rows) for test, rows in marked(source)]
            except FeatureFault as fault:
                raise FeatureFault(f"{name}: {fault}") from None
    return proofs


def marked(source: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Tests of a module and the rows they prove: marks on the test, its parameters, its class or its module.

    ``proves(*ROWS)`` works with a tuple of texts that the module itself assigns.
    """
    tree = ast.parse(source)
    named = {
        target.id: _texts(node.value)
        for node in tree.body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    shared = [row for node in tree.body if isinstance(node, ast.Assign) for row in _rows(node, named)]
    yield from _marked_in(tree.body, shared, named)


def _marked_in(
    body: Iterable[ast.stmt], outer: list[str], named: Mapping[str, list[str]]
) -> Iterator[tuple[str, tuple[str, ...]]]:
    for node in body:
        if not isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        rows = outer + [row for mark in node.decorator_list for row in _rows(mark, named)]
        if isinstance(node, ast.ClassDef):
            yield from _marked_in(node.body, rows, named)
        elif node.name.startswith("test_") and rows:
            yield node.name, tuple(dict.fromkeys(rows))


def _rows(node: ast.AST, named: Mapping[str, list[str]]) -> Iterator[str]:
    for call in ast.walk(node):
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr == "proves":
            for argument in call.args:
                texts = _texts(argument)
                if isinstance(argument, ast.Starred) and isinstance(argument.value, ast.Name):
                    texts = named.get(argument.value.id, [])
                if not texts:
                    raise FeatureFault(f"line {call.lineno}: proves() takes ids as plain text")
                for text in texts:
                    yield from expanded(text)


def _texts(node: ast.expr) -> list[str]:
    """The text, or the texts of a tuple or list of nothing else; otherwise none."""
    items = node.elts if isinstance(node, ast.Tuple | ast.List) else [node]
    texts = [item.value for item in items if isinstance(item, ast.Constant) and isinstance(item.value, str)]
    return texts if len(texts) == len(items) else []


def expanded(text: str) -> list[str]:
    """The ids of ``B045`` or of a range such as ``B047-B053``. Raises ``FeatureFault`` for anything else."""
    match = _ROW.fullmatch(text)
    if match is None or (match[3] and (match[3] != match[1] or match[4] <= match[2])):
        raise FeatureFault(f"{text} is neither a row nor a range of rows")
    return [f"{match[1]}{number:03}" for number in range(int(match[2]), int(match[4] or match[2]) + 1)]


def faults(features: Iterable[Feature], proofs: Iterable[Proof]) -> list[str]:
    """Where list and tests contradict each other: unknown ids, and rows claimed ready that nothing proves."""
    by_id = {feature.id: feature for feature in features}
    proved = {row for proof in proofs for row in proof.rows}
    unknown = [
        f"{proof.path} {proof.test} proves {row}, which is no row"
        for proof in proofs
        for row in proof.rows
        if row not in by_id
    ]
    unproved = [f"{row} claims to be ready and no test proves it" for row, f in by_id.items() if _lacks(f, proved)]
    return unknown + unproved


def _lacks(feature: Feature, proved: set[str]) -> bool:
    return feature.claim == "ready" and feature.id not in proved


def render(features: list[Feature], proofs: list[Proof]) -> str:
    """The page, as Markdown."""
    by_row: dict[str, list[Proof]] = {}
    for proof in proofs:
        for row in proof.rows:
            by_row.setdefault(row, []).append(proof)
    states = {feature.id: _state(feature, by_row) for feature in features}
    parts = [_head(states)]
    for section, title in SECTIONS.items():
        rows = [feature for feature in features if feature.id.startswith(section)]
        lines = [f"| {f.id} | {_cell(f.title)} | {states[f.id]} | {_tests(by_row.get(f.id, []))} |" for f in rows]
        counted = _counts([states[feature.id] for feature in rows])
        table = "| row | what it does | state | proved by |\n|---|---|---|---|\n" + "\n".join(lines)
        parts.append(f"## {section}. {title}\n\n{counted}\n\n{table}\n")
    return "\n".join(parts)


def _head(states: Mapping[str, str]) -> str:
    meanings = "\n".join(f"* **{state}**: {meaning}" for state, meaning in STATES.items())
    return (
        "# What Laurel does, row by row\n\n"
        "Generated by `python -m chalicelib.local.docs` from `docs/features.toml` and the marks on the tests;\n"
        "do not edit it by hand. A row is ready when at least one test is marked as proving it.\n\n"
        f"{meanings}\n\n{_counts(list(states.values()))}\n"
    )


def _counts(states: list[str]) -> str:
    counted = [f"{states.count(state)} {state}" for state in STATES if state in states]
    return f"{len(states)} rows: {', '.join(counted)}."


def _state(feature: Feature, by_row: Mapping[str, list[Proof]]) -> str:
    if feature.id in by_row:
        return "ready"
    return "nothing" if feature.claim == "nothing" else "planned"


def _tests(proofs: list[Proof]) -> str:
    shown = [f"[{proof.test.removeprefix('test_')}](../{proof.path})" for proof in proofs[:TESTS_SHOWN_MAX]]
    rest = len(proofs) - len(shown)
    return "<br>".join([*shown, f"and {rest} more"] if rest else shown)


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("<", "&lt;")
