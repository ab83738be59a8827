"""Settlement: whole won split among parties by exact shares, so that the parts always add up to the whole.

Public functions: `split`, `split_by_shares`, `split_by_amounts`, `equally`, `share`. They take and return plain data;
weights are whole numbers or `fractions.Fraction`, never floats.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction

MOST = 10**15
"""The largest sum that is split, in won: a thousand million million."""


class SettlementError(ValueError):
    """A split that cannot be made."""


class DoesNotAddUp(SettlementError):
    """The parts do not make the whole. `difference` is whole minus parts: negative where there is too much."""

    def __init__(self, whole: Fraction | int, parts: Fraction | int) -> None:
        super().__init__(f"the parts make {parts}, the whole is {whole}")
        self.whole, self.parts = Fraction(whole), Fraction(parts)
        self.difference = self.whole - self.parts


def share(text: str) -> Fraction:
    """An exact share from what a person writes: `1/3`, `33.3%`, `33.3` (per cent), `333‰`.

    SettlementError for anything else, and outside 0 to 1.
    """
    plain = "".join(text.split()).replace(",", "")
    try:
        if len(plain) > 40 or (not plain.isascii() and not plain.endswith("‰")) or "e" in plain.lower() or "_" in plain:
            raise ValueError
        if plain.endswith("‰"):
            value = Fraction(plain[:-1]) / 1000
        elif "/" in plain:
            value = Fraction(plain)
        else:
            value = Fraction(plain.removesuffix("%")) / 100
    except (ValueError, ZeroDivisionError) as fault:
        raise SettlementError(f"{text!r} is no share") from fault
    if not 0 <= value <= 1:
        raise SettlementError(f"{text!r} is not between nothing and all")
    return value


def split(total: int, weights: Mapping[str, int | Fraction]) -> dict[str, int]:
    """`total` won among the parties in proportion to their weights, by largest remainders (Hare–Niemeyer).

    Each gets the whole won of its exact part; what is left goes, one won each, to those with the largest fraction of a
    won. Between equal fractions the larger weight comes first, then the smaller name in the order of code points: so
    the order in which parties are given never matters, who has more weight never gets less, and nobody is off by a
    won or more. SettlementError for a negative or too large total, a negative weight, or weights that are all nothing.
    """
    if not 0 <= total <= MOST:
        raise SettlementError(f"{total} won cannot be split")
    exact_weights = {party: Fraction(weight) for party, weight in weights.items()}
    if any(weight < 0 for weight in exact_weights.values()):
        raise SettlementError("a weight is negative")
    whole = sum(exact_weights.values(), Fraction(0))
    if whole == 0:
        raise SettlementError("there is nobody to pay")
    exact = {party: total * weight / whole for party, weight in exact_weights.items()}
    found = {party: int(value) for party, value in exact.items()}
    left = total - sum(found.values())
    order = sorted(exact, key=lambda party: (found[party] - exact[party], -exact_weights[party], party))
    for party in order[:left]:
        found[party] += 1
    return found


def split_by_shares(total: int, shares: Mapping[str, Fraction]) -> dict[str, int]:
    """The same for shares that say themselves to be the whole. DoesNotAddUp where they are not exactly 1."""
    parts = sum(shares.values(), Fraction(0))
    if parts != 1:
        raise DoesNotAddUp(1, parts)
    return split(total, shares)


def split_by_amounts(total: int, amounts: Mapping[str, int]) -> dict[str, int]:
    """Amounts in won as they were agreed. DoesNotAddUp with the difference in won where they are not the total."""
    if any(amount < 0 for amount in amounts.values()):
        raise SettlementError("an amount is negative")
    parts = sum(amounts.values())
    if parts != total:
        raise DoesNotAddUp(total, parts)
    return dict(amounts)


def equally(total: int, parties: Iterable[str]) -> dict[str, int]:
    """The same for each, but for single won."""
    return split(total, dict.fromkeys(parties, 1))


__all__ = [
    "MOST",
    "DoesNotAddUp",
    "SettlementError",
    "equally",
    "share",
    "split",
    "split_by_amounts",
    "split_by_shares",
]
