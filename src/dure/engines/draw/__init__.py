"""Drawing a committee by lot so that everybody can draw it again and nobody can choose the result.

`seed_of` makes the seed, `order_of` the drawn order of the candidates, `seats` the committee from that order (also when
somebody declined), `lot` decides a tie. Plain data in and out: no clock, no database, no other source of chance.
"""

from dure.engines.draw.committee import FIELDS_NEEDED, Candidate, Excluded, Shortage, eligible, seats
from dure.engines.draw.lot import VERSION, lot, order_of, seal, seed_of, shuffled

__all__ = [
    "FIELDS_NEEDED",
    "VERSION",
    "Candidate",
    "Excluded",
    "Shortage",
    "eligible",
    "lot",
    "order_of",
    "seal",
    "seats",
    "seed_of",
    "shuffled",
]
