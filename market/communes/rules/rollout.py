"""When a hamlet is active, and how the roll-out is drawn: shapes where they are known, tiles where they are not.

Whole units of a picture, worked out without a float but where degrees are read.
"""

import enum
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation

RULE = ("hamlet.active_stalls", "hamlet.active_orders", "hamlet.active_days")
"""The dated facts that say when a hamlet is active."""


class HamletState(enum.Enum):
    """How far a hamlet is: the market is off there, on, or on and used as the rule asks."""

    OFF = enum.auto()
    ON = enum.auto()
    ACTIVE = enum.auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class ActiveRule:
    """A hamlet is active with so many stalls that completed an order, and so many orders, in so many days back."""

    stalls: int
    orders: int
    days: int

    def since(self, day: date) -> date:
        return day - timedelta(days=self.days - 1)

    def holds(self, *, stalls: int, orders: int) -> bool:
        return stalls >= self.stalls and orders >= self.orders


def state_of(rule: ActiveRule | None, *, is_on: bool, stalls: int, orders: int) -> HamletState:
    """Without a rule no hamlet is active."""
    if not is_on:
        return HamletState.OFF
    is_active = rule is not None and rule.holds(stalls=stalls, orders=orders)
    return HamletState.ACTIVE if is_active else HamletState.ON


# --- the map ----------------------------------------------------------------------------------------------------------

Point = tuple[Decimal, Decimal]
FEWEST, MOST = 3, 400
"""Points of a shape."""
WIDTH = 640
TILE, TILE_HIGH, GAP, TILES_ACROSS = 208, 100, 8, 3
LONGEST_NAME = 12
"""Letters that find room in a tile."""
FLAT = Decimal("0.9336")
"""How much shorter a degree of longitude is than one of latitude at 21° north (the cosine)."""
EDGE = Decimal("1e-6")


def read_outline(text: str) -> tuple[Point, ...]:
    """A shape as it is kept: `106.3712,20.8701 106.3790,20.8712 …`, degrees east and north, at least three points.
    ValueError with a sentence for anything else."""
    try:
        points = [(Decimal(east), Decimal(north)) for east, north in (one.split(",") for one in text.split())]
    except (InvalidOperation, ValueError) as error:
        raise ValueError("Đường ranh viết như 106.3712,20.8701 106.3790,20.8712 106.3755,20.8650.") from error
    if not FEWEST <= len(points) <= MOST:
        raise ValueError(f"Đường ranh có từ {FEWEST} đến {MOST} điểm.")
    if not all(Decimal(100) <= east <= Decimal(112) and Decimal(8) <= north <= Decimal(24) for east, north in points):
        raise ValueError("Đường ranh ghi kinh độ trước (100 đến 112), vĩ độ sau (8 đến 24).")
    return tuple(points)


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """A hamlet on the map: `points` of its shape, None for a tile at `x`, `y`; where its mark and name stand."""

    key: int
    points: str | None
    x: int
    y: int
    middle: tuple[int, int]
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Map:
    """`shapes` above, `tiles` beneath them; `height` of the whole picture of WIDTH."""

    shapes: Sequence[Drawn]
    tiles: Sequence[Drawn]
    height: int

    @property
    def all(self) -> Sequence[Drawn]:
        return [*self.shapes, *self.tiles]


def draw_map(hamlets: Sequence[tuple[int, str]], outlines: Mapping[int, str]) -> Map:
    """The hamlets (number and name) in their order: those with a shape by it, the others as tiles in rows."""
    shapes = {key: read_outline(outlines[key]) for key, _ in hamlets if key in outlines}
    names = dict(hamlets)
    drawn, high = _shapes(shapes, names)
    rest = [key for key, _ in hamlets if key not in shapes]
    top = high + (GAP * 2 if drawn and rest else 0)
    tiles = [_tile(at, key, names[key], top) for at, key in enumerate(rest)]
    rows = -(-len(rest) // TILES_ACROSS)
    height = top + (rows * (TILE_HIGH + GAP) if rows else 0)
    return Map(shapes=drawn, tiles=tiles, height=max(height, TILE_HIGH))


def _shapes(shapes: Mapping[int, Sequence[Point]], names: Mapping[int, str]) -> tuple[list[Drawn], int]:
    every = [point for points in shapes.values() for point in points]
    if not every:
        return [], 0
    west, east = min(x for x, _ in every), max(x for x, _ in every)
    south, north = min(y for _, y in every), max(y for _, y in every)
    wide, high = max((east - west) * FLAT, EDGE), max(north - south, EDGE)
    scale = min(Decimal(WIDTH) / wide, Decimal(WIDTH) / high)
    drawn = []
    for key, points in shapes.items():
        placed = [(int((x - west) * FLAT * scale), int((north - y) * scale)) for x, y in points]
        middle = sum(x for x, _ in placed) // len(placed), sum(y for _, y in placed) // len(placed)
        text = " ".join(f"{x},{y}" for x, y in placed)
        drawn.append(Drawn(key=key, points=text, x=0, y=0, middle=middle, name=short_name(names[key])))
    return drawn, int(high * scale)


def _tile(at: int, key: int, name: str, top: int) -> Drawn:
    x, y = at % TILES_ACROSS * (TILE + GAP), top + at // TILES_ACROSS * (TILE_HIGH + GAP)
    middle = x + TILE // 2, y + TILE_HIGH // 2 - GAP
    return Drawn(key=key, points=None, x=x, y=y, middle=middle, name=short_name(name))


def short_name(name: str) -> str:
    """A hamlet's name as it finds room on the map; whole in the table beside it."""
    bare = name.removeprefix("thôn ").removeprefix("Thôn ")
    return bare if len(bare) <= LONGEST_NAME else f"{bare[: LONGEST_NAME - 1]}…"
