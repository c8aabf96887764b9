"""What loading `seeds/` does: places first, then the demonstration's people, goods, lots and orders."""

from market.seeding.actions.demo import KeptPictures, load_demo
from market.seeding.actions.places import differences, load_places

__all__ = ["KeptPictures", "differences", "load_demo", "load_places"]
