"""How alike two pieces of writing are, letter by letter."""


def normal(name: str) -> str:
    """A name for comparison: small letters and digits only, digits read for letters as letters."""
    return "".join(char for char in name.lower() if char.isalnum())


def similarity(one: str, other: str) -> float:
    """How alike two names are, from 0 to 1: one minus the letters to change by the longer one's length."""
    left, right = normal(one), normal(other)
    longer = max(len(left), len(right))
    return 1 - distance(left, right) / longer if longer else 0.0


def distance(one: str, other: str) -> int:
    """How many letters must be changed, dropped or added to make the one of the other."""
    previous = list(range(len(other) + 1))
    for row, left in enumerate(one, 1):
        current = [row]
        for column, right in enumerate(other, 1):
            current.append(min(previous[column] + 1, current[-1] + 1, previous[column - 1] + (left != right)))
        previous = current
    return previous[-1]
