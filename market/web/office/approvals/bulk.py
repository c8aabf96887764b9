"""Several things that are alike approved together: each was looked at on one page, each is decided by itself."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from flask import flash, request
from sqlalchemy.orm import Session

from market.base.db import transaction
from market.base.errors import Refused
from market.web.base.addresses import row_number
from market.web.base.seen import NOT_SAID

MOST = 200
"""More are ticked on no page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticked:
    """One thing that is ticked, by its number, and what its page showed of it."""

    id: int
    seen: str


def ticked() -> list[Ticked]:
    """What the form says was looked at: each once, in its order."""
    numbers = dict.fromkeys(request.form.getlist("chon", type=row_number)[:MOST])
    return [Ticked(id=number, seen=request.form.get(f"seen-{number}", "")) for number in numbers]


@dataclass(frozen=True, slots=True, kw_only=True)
class Bulk:
    """What is decided of each: `name` reads what people call one before anything is decided (NotFound for none of
    theirs), `act` decides on it in a transaction of its own. `done` says what the others are now, with `{}` for how
    many; `nothing`, that none was ticked."""

    name: Callable[[int], str]
    act: Callable[[Session, Ticked], None]
    done: str
    nothing: str

    def decide(self, chosen: Sequence[Ticked]) -> None:
        """One that was changed or decided meanwhile keeps none of the others back; each of those is named."""
        named = {one.id: self.name(one.id) for one in chosen}
        refused = [f"{named[one.id]}: {sentence}" for one in chosen if (sentence := self._refusal(one))]
        decided = len(chosen) - len(refused)
        if not chosen:
            flash(self.nothing, "sun")
        elif decided:
            flash(self.done.format(decided))
        for sentence in refused:
            flash(f"Chưa được: {sentence}", "sun")

    def _refusal(self, one: Ticked) -> str:
        """Why one was not decided; "" where it was."""
        if not one.seen:
            return NOT_SAID
        try:
            with transaction() as writing:
                self.act(writing, one)
        except Refused as refusal:
            return refusal.sentence
        return ""
