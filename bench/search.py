"""Budget 3: how fast goods are found among 100,000, and how often one slip of the fingers is put right."""

import random
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from string import ascii_lowercase
from typing import NamedTuple

from sqlalchemy import select

from bench.anchor import QUIET_US, anchor_app, cpu_us, request_of
from bench.databases import markets
from bench.figures import Figure, at_least, at_most, free
from bench.goods import names, word_list
from market.base import clock
from market.base.db import reading
from market.catalog.models import Product, Variant
from market.catalog.queries.browse import CARDS_A_PAGE
from market.catalog.queries.finding import Found
from market.catalog.queries.search import search
from market.places.models import Commune
from market.values.text import unmark

GOODS = 100_000
SLIPS = 600
LEAST_RIGHT = 94
MOST_MS = 5.0
ROUNDS = 5
ANCHOR_ROUNDS = 10
PLANNED = 10
"""So often psycopg and PostgreSQL see a statement before they keep it prepared and planned: a worker's connections live
for days."""
Find = Callable[[str], Found]
EXACT = word_list(
    """
gạo nếp, gao nep, GẠO NẾP, gạo, gao, nếp cái hoa vàng, đậu xanh, dau xanh, đậu, dầu, dâu, nuoc mam,
nước mắm cốt, cá, ca, gà, gà ta, rươi, ruoi tuoi, rươi tươi nghĩa dũng, mắm cáy, vai thieu, vải thiều đầu mùa,
su hào, ca rot, trứng vịt, bánh đậu xanh, túi 5 kg, hop 500 g, tranh thêu, tỏi tía, khoai lang sấy, mật ong,
nep, bo, xuan neo, chai 1 lít, hữu cơ, ddaaju xanh, gaoj neeps
"""
)


TELEX = {"ddaaju xanh": "đậu xanh", "gaoj neeps": "gạo nếp"}


def run() -> Iterator[Figure | str]:
    answers: dict[str, list[list[int]]] = {}
    for database, app in markets(GOODS):
        with app.app_context():
            answers[database] = []
            yield from _measure(database, answers[database])
    if len(answers) == 2:
        same = sum(one == other for one, other in zip(*answers.values(), strict=True))
        yield at_least("searches with the same ids on both databases", same / len(EXACT) * 100, "%", 100)


def _measure(database: str, answers: list[list[int]]) -> Iterator[Figure]:
    commune = reading().scalars(select(Commune.id)).one()

    def find(text: str, size: int = CARDS_A_PAGE) -> Found:
        return search(reading(), commune, text, now=clock.now(), size=size)

    _make_ready(find, EXACT)
    spent = [quietest(find, text) for text in EXACT]
    answers += [list(find(text).ids) for text in EXACT]
    shelf = on_the_shelf(commune)
    right = sum(is_right(shelf, text, found) for text, found in zip(EXACT, answers, strict=True))
    yield at_least(f"{database} exact set", right / len(EXACT) * 100, "%", 100, note=f"{right} of {len(EXACT)}")
    marked = [text for text in EXACT if unmark(text) != text]
    alike = sum(set(find(text, GOODS).ids) == set(find(unmark(text), GOODS).ids) for text in marked)
    yield at_least(f"{database} with marks = without", alike / len(marked) * 100, "%", 100, note=f"of {len(marked)}")
    yield from speed(f"{database} exact set", spent)
    yield from _measure_slips(database, find)


def _measure_slips(database: str, find: Find) -> Iterator[Figure]:
    right, spent = 0, []
    slips = list(slips_typed())
    _make_ready(find, [typed for _, typed in slips])
    for meant, typed in slips:
        spent.append(quietest(find, typed))
        right += find(typed).ids == find(meant).ids
    note = f"{right} of {SLIPS} texts with one slip"
    yield at_least(f"{database} slips put right", right / SLIPS * 100, "%", LEAST_RIGHT, note=note)
    yield from speed(f"{database} slips", spent)


def _make_ready(find: Find, texts: Sequence[str]) -> None:
    for _ in range(PLANNED):
        for text in texts:
            find(text)


@dataclass(frozen=True, slots=True, kw_only=True)
class Good:
    """One thing on the market as a person reads it: the words of its name with marks and without."""

    id: int
    words: frozenset[str]
    bare: frozenset[str]
    can_be_bought: bool


def on_the_shelf(commune_id: int) -> list[Good]:
    """A commune's goods, the newest first, read anew from names and stock: what the search keeps of them is not
    asked."""
    query = select(Product.id, Product.name, Variant.is_sold_out).join(Variant.product)
    query = query.where(Product.commune_id == commune_id).order_by(Product.id.desc())
    return [
        Good(
            id=product_id,
            words=frozenset(name.lower().split()),
            bare=frozenset(unmark(name).lower().split()),
            can_be_bought=not is_sold_out,
        )
        for product_id, name, is_sold_out in reading().execute(query)
    ]


def is_right(shelf: Sequence[Good], text: str, found: Sequence[int]) -> bool:
    """Whether a page shows what a walk over every name finds: all names that have the words, where they fit on it;
    those with the marks typed before the others."""
    typed = TELEX.get(text, text).lower().split()
    bare, marked = [unmark(word) for word in typed], {word for word in typed if unmark(word) != word}
    hits = [good for good in shelf if good.bare.issuperset(bare)] or [
        good for good in shelf if good.bare.issuperset(bare[:-1]) and any(w.startswith(bare[-1]) for w in good.bare)
    ]
    have = {good.id: marked <= good.words for good in hits}
    shown = [have[one] for one in found if one in have]
    is_full = len(found) >= CARDS_A_PAGE
    return shown == sorted(shown, reverse=True) and (len(shown) > 0 if is_full else len(shown) == len(have))


def slips_typed() -> Iterator[tuple[str, str]]:
    """What was meant and what was typed: the first three to six words of names that are on the market."""
    dice = random.Random(7)
    pool = [unmark(name).lower().split() for name in names(3000)]
    for _ in range(SLIPS):
        meant = " ".join(dice.choice(pool)[: dice.randint(3, 6)])
        yield meant, slip(meant, dice)


class Spent(NamedTuple):
    """Milliseconds that a search took: on the clock, the database's included, and of this process's CPU."""

    wall: float
    cpu: float


def quietest(find: Find, text: str) -> Spent:
    """The best of some, as other work disturbs."""
    tries = [_timed(find, text) for _ in range(ROUNDS)]
    return Spent(min(one.wall for one in tries), min(one.cpu for one in tries))


def _timed(find: Find, text: str) -> Spent:
    wall, cpu = time.perf_counter(), time.process_time()
    find(text)
    return Spent((time.perf_counter() - wall) * 1000, (time.process_time() - cpu) * 1000)


def speed(what: str, spent: Sequence[Spent]) -> Iterator[Figure]:
    """The budget is of a machine where b takes `QUIET_US`: times are told as they would be there."""
    (anchor_us,) = cpu_us(request_of(anchor_app(), "/"), rounds=ANCHOR_ROUNDS)
    wall, cpu = (sorted(times) for times in zip(*spent, strict=True))
    slow, scale = int(len(spent) * 0.99), QUIET_US / anchor_us
    yield free(f"{what}: p50", wall[len(wall) // 2] * scale, "ms", note=f"CPU {cpu[len(cpu) // 2] * scale:.2f} ms")
    note = f"each the best of {ROUNDS}; here {wall[slow]:.1f} ms, of them CPU {cpu[slow]:.1f} ms, b {anchor_us:.0f} us"
    yield free(f"{what}: p99 of this process's CPU", cpu[slow] * scale, "ms")
    yield at_most(f"{what}: p99", wall[slow] * scale, "ms", MOST_MS, note=note)


def slip(text: str, dice: random.Random) -> str:
    """The text with one letter left out, put in, replaced, or two neighbours in a word swapped; never as it was."""
    while True:
        words = text.split()
        i = dice.randrange(len(words))
        words[i] = _slip(words[i], dice)
        if words[i] and " ".join(words) != text:
            return " ".join(words)


def _slip(word: str, dice: random.Random) -> str:
    at = dice.randrange(len(word))
    letter = dice.choice(ascii_lowercase)
    return dice.choice(
        (
            word[:at] + word[at + 1 :],
            word[:at] + letter + word[at:],
            word[:at] + letter + word[at + 1 :],
            word[:at] + word[at : at + 2][::-1] + word[at + 2 :],
        )
    )
