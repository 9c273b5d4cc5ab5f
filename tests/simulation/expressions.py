"""DynamoDB's expressions on whole attributes: conditions, key conditions, updates and projections.

An expression is read once into a tree of tuples and kept; evaluating it takes the item, the names and the values
of the request. Paths into documents are not read, because no item of ours has any.
"""

import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import cache
from typing import Any

Raw = Mapping[str, Mapping[str, Any]]
Node = tuple[Any, ...]
Values = Mapping[str, Mapping[str, Any]]
Names = Mapping[str, str]

_TOKEN = re.compile(r"\s*(<>|<=|>=|[(),=<>+\-]|[#:]?[A-Za-z0-9_]+)")
_COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
}
_ABSENT = "The provided expression refers to an attribute that does not exist in the item"
_CLAUSES = ("SET", "REMOVE", "ADD", "DELETE")


class BadExpression(Exception):
    """The engine would refuse this expression, or this copy of it cannot read it."""


def is_true(expression: str | None, item: Raw | None, names: Names, values: Values) -> bool:
    """Whether a condition holds of an item; without a condition it does."""
    if not expression:
        return True
    return _holds(_condition(expression), item or {}, names, values)


def key_range(expression: str, names: Names, values: Values) -> dict[str, tuple[str, list[str]]]:
    """Attribute → operator and its text operands, of a key condition."""
    found: dict[str, tuple[str, list[str]]] = {}
    for node in _conjuncts(_condition(expression)):
        operator, name, *operands = node
        found[_named(name, names)] = operator, [values[each[1]]["S"] for each in operands]
    return found


def updated(expression: str | None, before: dict[str, Any], names: Names, values: Values) -> dict[str, Any]:
    """The item after an update; every right-hand side sees the item as it was."""
    after = dict(before)
    for clause, node in _update(expression or ""):
        name = names.get(node[0], node[0])
        if clause == "SET":
            value = _value(node[1], before, names, values)
            if value is None:
                raise BadExpression(_ABSENT)
            after[name] = value
        elif clause == "REMOVE":
            after.pop(name, None)
        elif clause == "ADD":
            after[name] = _added(before.get(name), values[node[1]])
        else:
            raise BadExpression("no item of ours has sets to delete from")
    return after


def projected(expression: str | None, item: Raw, names: Names) -> dict[str, Any]:
    """The attributes that a projection asks for; all without one."""
    if not expression:
        return dict(item)
    wanted = {names.get(part.strip(), part.strip()) for part in expression.split(",")}
    return {name: value for name, value in item.items() if name in wanted}


def plain_number(text: str) -> str:
    """A number as DynamoDB gives it back: without exponent or needless zeros."""
    digits = text.removeprefix("-")
    if digits.isdigit() and (digits[0] != "0" or digits == "0"):
        return "0" if text == "-0" else text
    normal = format(Decimal(text), "f")
    if "." in normal:
        normal = normal.rstrip("0").rstrip(".")
    return "0" if normal in {"-0", ""} else normal


def _holds(node: Node, item: Raw, names: Names, values: Values) -> bool:
    kind = node[0]
    if kind == "AND":
        return all(_holds(each, item, names, values) for each in node[1:])
    if kind == "OR":
        return any(_holds(each, item, names, values) for each in node[1:])
    if kind == "NOT":
        return not _holds(node[1], item, names, values)
    if kind == "attribute_exists":
        return _named(node[1], names) in item
    if kind == "attribute_not_exists":
        return _named(node[1], names) not in item
    left, *others = (_value(each, item, names, values) for each in node[1:])
    if left is None or None in others:
        return kind == "<>"
    return _compared(kind, left, others)


def _compared(kind: str, left: Any, others: list[Any]) -> bool:
    ((left_type, content),) = left.items()
    ((right_type, first),) = others[0].items()
    if kind == "begins_with":
        return bool(left_type == right_type and content.startswith(first))
    if kind == "contains":
        return bool(first in content)
    if kind == "attribute_type":
        return bool(left_type == first)
    if kind == "IN":
        return any(_compared("=", left, [other]) for other in others)
    if kind == "BETWEEN":
        return _compared(">=", left, others[:1]) and _compared("<=", left, others[1:])
    if kind in {"=", "<>"}:
        is_equal = left_type == right_type and _ordered(left) == _ordered(others[0])
        return is_equal == (kind == "=")
    return left_type == right_type and _COMPARISONS[kind](_ordered(left), _ordered(others[0]))


def _ordered(value: Mapping[str, Any]) -> Any:
    ((kind, content),) = value.items()
    if kind != "N":
        return content
    return int(content) if content.lstrip("-").isdigit() else Decimal(content)


def _value(node: Node, item: Raw, names: Names, values: Values) -> Any:
    kind = node[0]
    if kind == "value":
        if node[1] not in values:
            raise BadExpression(f"{node[1]} has no value")
        return values[node[1]]
    if kind == "name":
        return item.get(names.get(node[1], node[1]))
    if kind == "size":
        found = item.get(_named(node[1], names))
        return None if found is None else {"N": str(len(next(iter(found.values()))))}
    if kind == "if_not_exists":
        found = item.get(_named(node[1], names))
        return _value(node[2], item, names, values) if found is None else found
    left, right = (_value(each, item, names, values) for each in node[1:])
    if left is None or right is None:
        raise BadExpression(_ABSENT)
    if kind == "list_append":
        return {"L": [*left["L"], *right["L"]]}
    exact = Decimal(left["N"]) + Decimal(right["N"]) * (1 if kind == "+" else -1)
    return {"N": plain_number(str(exact))}


def _added(before: Any, by: Mapping[str, Any]) -> dict[str, Any]:
    if "N" not in by:
        raise BadExpression("no item of ours has sets to add to")
    if before is None:
        return {"N": plain_number(by["N"])}
    if "N" not in before:
        raise BadExpression("An operand in the update expression has an incorrect data type")
    return {"N": plain_number(str(Decimal(before["N"]) + Decimal(by["N"])))}


def _named(node: Node, names: Names) -> str:
    if node[0] != "name":
        raise BadExpression("an attribute is wanted here")
    return names.get(node[1], node[1])


def _conjuncts(node: Node) -> list[Node]:
    return [leaf for each in node[1:] for leaf in _conjuncts(each)] if node[0] == "AND" else [node]


@cache
def _condition(expression: str) -> Node:
    reader = _Reader(expression)
    node = reader.either()
    reader.end()
    return node


@cache
def _update(expression: str) -> tuple[tuple[str, Node], ...]:
    reader = _Reader(expression)
    found: list[tuple[str, Node]] = []
    while reader.rest:
        clause = reader.take().upper()
        if clause not in _CLAUSES:
            raise BadExpression(f"{clause} is no clause of an update")
        while True:
            found.append((clause, _change(reader, clause)))
            if not reader.accept(","):
                break
    return tuple(found)


def _change(reader: "_Reader", clause: str) -> Node:
    name = reader.take()
    if clause == "REMOVE":
        return (name,)
    if clause in {"ADD", "DELETE"}:
        return name, reader.take()
    reader.expect("=")
    return name, reader.sum()


class _Reader:
    """Reads tokens from left to right."""

    def __init__(self, text: str) -> None:
        self.rest: list[str] = []
        place = 0
        while text[place:].strip():
            found = _TOKEN.match(text, place)
            if found is None:
                raise BadExpression(f"cannot read {text[place:]!r}")
            self.rest.append(found[1])
            place = found.end()
        self.rest.reverse()

    def peek(self) -> str:
        return self.rest[-1] if self.rest else ""

    def take(self) -> str:
        if not self.rest:
            raise BadExpression("ends too early")
        return self.rest.pop()

    def accept(self, token: str) -> bool:
        if self.peek().upper() != token:
            return False
        self.rest.pop()
        return True

    def expect(self, token: str) -> None:
        if not self.accept(token):
            raise BadExpression(f"{token} is missing before {self.peek()!r}")

    def end(self) -> None:
        if self.rest:
            raise BadExpression(f"{self.peek()!r} is too much")

    def either(self) -> Node:
        nodes = [self.both()]
        while self.accept("OR"):
            nodes.append(self.both())
        return nodes[0] if len(nodes) == 1 else ("OR", *nodes)

    def both(self) -> Node:
        nodes = [self.one()]
        while self.accept("AND"):
            nodes.append(self.one())
        return nodes[0] if len(nodes) == 1 else ("AND", *nodes)

    def one(self) -> Node:
        if self.accept("NOT"):
            return "NOT", self.one()
        if self.accept("("):
            node = self.either()
            self.expect(")")
            return node
        left = self.operand()
        if left[0] not in {"name", "value", "size"}:
            return left
        return self.comparison(left)

    def comparison(self, left: Node) -> Node:
        operator = self.take().upper()
        if operator == "BETWEEN":
            low = self.operand()
            self.expect("AND")
            return "BETWEEN", left, low, self.operand()
        if operator == "IN":
            return "IN", left, *self.arguments()
        if operator not in {"=", "<>", *_COMPARISONS}:
            raise BadExpression(f"{operator} compares nothing")
        return operator, left, self.operand()

    def sum(self) -> Node:
        left = self.operand()
        for sign in ("+", "-"):
            if self.accept(sign):
                return sign, left, self.operand()
        return left

    def operand(self) -> Node:
        token = self.take()
        if token.startswith(":"):
            return "value", token
        if self.peek() == "(":
            return token, *self.arguments()
        return "name", token

    def arguments(self) -> list[Node]:
        self.expect("(")
        found = [self.operand()]
        while self.accept(","):
            found.append(self.operand())
        self.expect(")")
        return found
