"""Dividing whole numbers so that the parts add up."""

from collections.abc import Sequence


def split(total: int, weights: Sequence[int]) -> tuple[int, ...]:
    """``total`` in parts by weight, by largest remainder, ties by place; equal parts where all weights are 0.

    The parts add up to ``total``; nothing is below 0. Neither are ``total`` and ``weights``.
    """
    whole = sum(weights)
    if not whole:
        weights, whole = [1] * len(weights), len(weights)
    parts = [total * weight // whole for weight in weights]
    by_remainder = sorted(range(len(weights)), key=lambda place: (-(total * weights[place] % whole), place))
    for place in by_remainder[: total - sum(parts)]:
        parts[place] += 1
    return tuple(parts)
