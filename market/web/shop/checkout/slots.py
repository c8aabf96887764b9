"""When goods are fetched at a pickup point: one question for all stalls whose goods can be fetched together."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Self

from sqlalchemy.orm import Session

from market.orders.actions.slots import coming
from market.orders.queries.slots import days_of_points
from market.orders.rules.slots import AHEAD_DAYS, ComingStall, PointDays, Trip, keeps_slots, proposed, slots_of, trips
from market.places.rules.hours import Slot
from market.sellers.queries.visits import Visit
from market.values.period import local_day
from market.values.quiet import QuietHours
from market.web.base.forms import BaseForm, OneOf
from market.web.shop.checkout.places import LAST
from market.web.shop.checkout.terms import TermsForm

Chosen = Mapping[int, Slot]
"""By stall, the slot that its goods are fetched in."""
NEARLY_FULL = 5
"""Of so few places that are left the buyer is told."""
ASKED = "Mời chọn buổi đến lấy hàng."
_NAME = re.compile(r"buoi-(\d{1,18}(?:_\d{1,18})*)-slot")


def chosen_slots(posted: Mapping[str, str]) -> dict[int, Slot]:
    """What a review page's questions were answered with; an answer for one stall goes before that for several."""
    found: dict[int, Slot] = {}
    for stall_ids, text in sorted(_answers(posted), key=lambda one: -len(one[0])):
        try:
            found |= dict.fromkeys(stall_ids, Slot.read(text))
        except ValueError:  # no page of ours wrote it: nothing was chosen
            continue
    return found


def _answers(posted: Mapping[str, str]) -> Iterator[tuple[list[int], str]]:
    for name, text in posted.items():
        if (of := _NAME.fullmatch(name)) and text:
            yield [int(one) for one in of[1].split("_")], text


class SlotForm(BaseForm):
    """In which slot the goods of some stalls are fetched."""

    slot = OneOf("Buổi đến lấy", choices={}, validate_choice=False)
    hints: Mapping[str, str] = {}
    words: Mapping[str, str] = {}

    @classmethod
    def of_stalls(cls, stall_ids: Sequence[int], slots: Mapping[Slot, str], chosen: Slot | None) -> Self:
        """`slots` with what is said beneath each."""
        form = cls(None, prefix=f"buoi-{'_'.join(map(str, stall_ids))}-")
        form.offer({one.value: one.title for one in slots})
        form.hints = {one.value: hint for one, hint in slots.items()}
        form.slot.data = chosen.value if chosen is not None and chosen in slots else ""
        return form

    def offer(self, words: Mapping[str, str]) -> None:
        """These slots, with their words."""
        self.words, self.slot.choices = words, dict(words)


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitedStall:
    """A stall whose goods are to be fetched at a point that has slots, and when it can come there."""

    name: str
    point_id: int
    point_name: str
    coming: ComingStall


@dataclass(frozen=True, slots=True, kw_only=True)
class TripForm:
    """The question of one trip to a point, for these stalls together; `apart`: the same for each of them alone."""

    point_name: str
    stalls: tuple[str, ...]
    form: SlotForm
    apart: tuple[tuple[str, SlotForm], ...]

    @property
    def has_slots(self) -> bool:
        return bool(self.form.words)

    @property
    def is_apart(self) -> bool:
        """Whether some stall has a slot of its own."""
        return any(form.slot.data for _, form in self.apart)

    @property
    def none_left(self) -> str:
        whose = ", ".join(self.stalls)
        said = f"{self.point_name} chưa còn buổi nào lấy được hàng của {whose} trong {AHEAD_DAYS} ngày tới."
        return f"{said} Mời bấm Sửa để chọn nơi nhận khác."

    def choose_as(self, last: Slot | None) -> None:
        """What was theirs the last time, said to be; and a slot that is the only one."""
        words = self.form.words
        again = next((one for one in words if last and last.is_like(Slot.read(one))), "")
        if again:
            self.form.offer({one: f"{said}{LAST if one == again else ''}" for one, said in words.items()})
        self.form.slot.data = again or (next(iter(words)) if len(words) == 1 else "")

    def ask(self) -> None:
        """Say at the question that it is not answered."""
        if not self.form.slot.data and not (self.apart and all(form.slot.data for _, form in self.apart)):
            self.form.slot.errors = [ASKED]


def trip_forms(
    session: Session, terms: Sequence[TermsForm], commune_id: int, chosen: Chosen, *, now: datetime
) -> list[TripForm]:
    """A question for each trip that the buyer has to make to a point with slots, answered as `chosen`."""
    there = [(one, one.ways.visits.get(one.pickup_point_id or 0)) for one in terms]
    visits = [(one, visit) for one, visit in there if visit is not None and visit.has_slots]
    if not visits:
        return []
    days = days_of_points(session, commune_id, {visit.point_id for _, visit in visits}, now=now)
    stalls = [_visited(one, visit, days.quiet, now) for one, visit in visits]
    forms = []
    for point_id, point in days.points.items():
        here = {one.coming.stall_id: one for one in stalls if one.point_id == point_id}
        kept = [one.coming for one in here.values() if keeps_slots(point.hours, one.coming.times)]
        for trip in trips(point, kept, local_day(now)):
            forms.append(_trip_form([here[stall_id] for stall_id in trip.stall_ids], trip, point, chosen, now=now))
    return forms


def _visited(terms: TermsForm, visit: Visit, quiet: QuietHours, now: datetime) -> VisitedStall:
    return VisitedStall(
        name=terms.stall.stall_name,
        point_id=visit.point_id,
        point_name=visit.point_name,
        coming=coming(terms.stall, visit, quiet=quiet, now=now),
    )


def _trip_form(
    stalls: Sequence[VisitedStall], trip: Trip, point: PointDays, chosen: Chosen, *, now: datetime
) -> TripForm:
    answers = {chosen.get(stall_id) for stall_id in trip.stall_ids}
    together = answers.pop() if len(answers) == 1 else None
    form = SlotForm.of_stalls(trip.stall_ids, _said(point, trip.slots, stalls), together)
    form.slot.label.text = f"Bạn đến {stalls[0].point_name} lấy hàng buổi nào?"
    apart = [] if len(stalls) == 1 else [_apart(one, point, None if together else chosen, now) for one in stalls]
    names = tuple(one.name for one in stalls)
    return TripForm(point_name=stalls[0].point_name, stalls=names, form=form, apart=tuple(apart))


def _apart(stall: VisitedStall, point: PointDays, chosen: Chosen | None, now: datetime) -> tuple[str, SlotForm]:
    stall_id = stall.coming.stall_id
    slots = proposed(point, slots_of(point, stall.coming, local_day(now)), [stall_id])
    form = SlotForm.of_stalls([stall_id], _said(point, slots, [stall]), (chosen or {}).get(stall_id))
    form.offer({"": "Cùng buổi đã chọn ở trên", **form.words})
    form.slot.label.text = f"{stall.name}: lấy buổi khác"
    return stall.name, form


def _said(point: PointDays, slots: Sequence[Slot], stalls: Sequence[VisitedStall]) -> dict[Slot, str]:
    """Beneath each slot, who comes then anyway, and that few places are left."""
    found = {}
    for slot in slots:
        brought = [one.name for one in stalls if point.is_brought(slot, one.coming.stall_id)]
        room = point.room(slot)
        said = [f"{', '.join(brought)} đã mang hàng tới buổi này."] if brought else []
        if room is not None and room <= NEARLY_FULL:
            said.append(f"Còn {room} chỗ.")
        found[slot] = " ".join(said)
    return found
