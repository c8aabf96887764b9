"""What an office sets of its commune by itself: hamlets that are renamed and merged, pickup points, dated numbers."""

from datetime import date, timedelta
from itertools import count

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from market.base.audit import Actor
from market.base.db import transaction
from market.base.seen import seen_of
from market.orders.actions.slots import close_day
from market.places import actions
from market.places.actions.closures import ClosedDay, reopen_day
from market.places.models import DatedFact, Hamlet, HamletNeighbour, OldPlace, PickupPoint, PointClosure
from market.places.queries import hamlet_facts, point_facts
from market.places.queries.neighbours import neighbour_facts
from market.sellers import actions as sellers
from market.sellers.models import Business, BusinessHistory, BusinessKind, BusinessProposal, Post, PostRole
from market.sellers.queries import hamlet_load, merge_facts
from market.values.period import local_day
from market.values.phone import Phone
from tests import factories as make
from tests.cast import Cast
from tests.races.aggregates.communes import LETTERS
from tests.races.harness import Aggregate, Move, running_now, verbs_of, writing

_numbers = count(200)


def _commune(session: Session) -> int:
    number = next(_numbers)
    new = actions.NewCommune(
        code=f"{40_000 + number}",
        name=f"xã {number}",
        province_code="31",
        province_name="thành phố Hải Phòng",
        letters=LETTERS[number // len(LETTERS) % len(LETTERS)] + LETTERS[number % len(LETTERS)],
        office_name="Phòng Kinh tế",
        host=f"cai-dat{number}.test",
    )
    return actions.add_commune(session, Actor(), new, own_host="cho.test", now=running_now())


class Hamlets:
    """Three hamlets, the first beside the last; in the first stand a business, a helper and a pickup point, and a
    proposal waits."""

    east: int
    west: int
    south: int
    merges: dict[tuple[int, int], str]

    def __init__(self, cast: Cast) -> None:
        self.hung = Actor(person_id=cast.hung)

    def start(self) -> int:
        with transaction() as session:
            at = _commune(session)
            self.east, self.west, self.south = (
                self._hamlet(session, at, f"thôn {name}") for name in ("Đông", "Tây", "Nam")
            )
            here = session.get_one(Hamlet, self.east)
            commune = session.get_one(make.Commune, at)
            owner = make.make_person(session, commune, "Chủ", f"0913 {at:06d}", running_now())
            helper = make.make_person(session, commune, "Người Giúp", f"0914 {at:06d}", running_now())
            make.make_business(session, here, "Hàng Đông", running_now())
            make.make_post(session, helper, PostRole.HELPER, here, running_now())
            make.make_post(session, helper, PostRole.HELPER, session.get_one(Hamlet, self.south), running_now())
            make.make_pickup_point(session, here)
            proposal = {"person_id": owner.id, "hamlet_id": here.id, "kind": BusinessKind.HOUSEHOLD_BUSINESS}
            session.add(BusinessProposal(commune_id=at, **proposal, name="Hàng xin", proposed_at=running_now()))
            session.flush()
            self.seen = seen_of(hamlet_facts(here))
            make.make_neighbours(session, here, session.get_one(Hamlet, self.south))
            self.beside = seen_of(neighbour_facts(session, here))
            self.merges = {pair: self._seen(session, *pair) for pair in self._pairs()}
        return at

    def _hamlet(self, session: Session, at: int, name: str) -> int:
        new = actions.NewHamlet(commune_id=at, name=name, source=None)
        return actions.add_hamlet(session, self.hung, new, now=running_now())

    def _pairs(self) -> list[tuple[int, int]]:
        return [(self.east, self.west), (self.east, self.south), (self.west, self.east)]

    def _seen(self, session: Session, hamlet: int, into: int) -> str:
        rows = session.get_one(Hamlet, hamlet), session.get_one(Hamlet, into)
        return seen_of(merge_facts(*rows, hamlet_load(session, rows[0], local_day(running_now()))))

    def merge(self, hamlet: str, into: str) -> Move:
        def act(session: Session, at: int) -> object:
            pair = getattr(self, hamlet), getattr(self, into)
            asked = sellers.HamletMerge(
                commune_id=at, hamlet_id=pair[0], into_id=pair[1], source="NQ", seen=self.merges[pair]
            )
            return sellers.merge_hamlet(session, self.hung, asked, clock=running_now)

        return writing(act)

    def rename(self, session: Session, at: int) -> object:
        edit = actions.HamletEdit(commune_id=at, hamlet_id=self.east, name="thôn Bắc", source=None, seen=self.seen)
        return actions.rename_hamlet(session, self.hung, edit, now=running_now())

    def add(self, session: Session, at: int) -> object:
        self._hamlet(session, at, "thôn Bắc")
        return None

    def old_name(self, session: Session, at: int) -> None:
        actions.add_old_name(session, self.hung, at, self.east, "làng Đuồn", now=running_now())

    def beside_west(self, session: Session, at: int) -> object:
        said = actions.NeighboursSaid(
            commune_id=at, hamlet_id=self.east, neighbour_ids=[self.west, self.south], seen=self.beside
        )
        return actions.set_neighbours(session, self.hung, said, now=running_now())

    def enter(self, session: Session, at: int) -> None:
        new = sellers.NewBusiness(
            commune_id=at,
            hamlet_id=self.east,
            kind=BusinessKind.HOUSEHOLD_BUSINESS,
            name="Hàng mới",
            valid_from=local_day(running_now()),
            source="sổ",
        )
        sellers.add_business(session, self.hung, new, now=running_now())

    def picture(self, session: Session, at: int) -> object:
        hamlets = session.scalars(select(Hamlet).where(Hamlet.commune_id == at)).all()
        names = {hamlet.id: hamlet.name for hamlet in hamlets}
        mine = Business.commune_id == at
        stands = session.execute(select(Business.name, Business.hamlet_id).where(mine))
        lines = select(func.count(BusinessHistory.id)).join(Business, Business.id == BusinessHistory.business_id)
        posts = session.execute(select(Post.hamlet_id, Post.ends_on).where(Post.commune_id == at))
        points = select(PickupPoint.hamlet_id).where(PickupPoint.hamlet_id.in_(names))
        asked = select(BusinessProposal.hamlet_id).where(BusinessProposal.commune_id == at)
        beside = select(HamletNeighbour.hamlet_id, HamletNeighbour.neighbour_id)
        beside = beside.where(HamletNeighbour.commune_id == at)
        old = session.execute(select(OldPlace.old_name, OldPlace.hamlet_id).where(OldPlace.commune_id == at))
        return (
            sorted((one.name, one.is_active, names.get(one.merged_into or 0, "")) for one in hamlets),
            sorted((name, names[hamlet]) for name, hamlet in stands),
            session.scalar(lines.where(mine)),
            sorted((names[hamlet or 0], ends is None) for hamlet, ends in posts),
            sorted(names[one] for one in session.scalars(points)),
            sorted(names[one] for one in session.scalars(asked)),
            sorted((name, names[hamlet or 0]) for name, hamlet in old),
            sorted(sorted(map(names.__getitem__, pair)) for pair in session.execute(beside)),
        )


def hamlets(cast: Cast) -> Aggregate:
    held = Hamlets(cast)
    return Aggregate(
        start=held.start,
        moves={
            "merge into the west": held.merge("east", "west"),
            "merge into the south": held.merge("east", "south"),
            "merge the west": held.merge("west", "east"),
            "rename": writing(held.rename),
            "add one of that name": writing(held.add),
            "remember an old name": writing(held.old_name),
            "enter a business": writing(held.enter),
            "say what lies beside it": writing(held.beside_west),
        },
        picture=held.picture,
        tables=["commune"],
        spare={
            "name": "nobody is given a post there while all that changes it waits for the commune too",
            "person": "posts move under their commune's lock",
            "business": "businesses move under their commune's lock",
            "business_proposal": "what waits moves under its commune's lock",
            "post": "posts move under their commune's lock",
        },
    )


class Points:
    """A pickup point that is edited on two screens, closed and opened again; another one takes its name."""

    def __init__(self, cast: Cast) -> None:
        self.hung = Actor(person_id=cast.hung)

    def start(self) -> int:
        with transaction() as session:
            at = _commune(session)
            new = actions.NewHamlet(commune_id=at, name="thôn Đông", source=None)
            self.hamlet = actions.add_hamlet(session, self.hung, new, now=running_now())
            self.point = actions.add_point(session, self.hung, self.said(at, "Nhà văn hóa"), now=running_now())
            self.seen = seen_of(point_facts(session.get_one(PickupPoint, self.point)))
        return at

    def said(self, at: int, name: str, keeper: str = "Ông Bảo") -> actions.PointSaid:
        return actions.PointSaid(
            commune_id=at,
            hamlet_id=self.hamlet,
            name=name,
            address=None,
            keeper_name=keeper,
            keeper_phone=Phone("0220 3000 111"),
            opening_hours="7:00",
        )

    def edit(self, name: str, keeper: str) -> Move:
        def act(session: Session, at: int) -> object:
            said = self.said(at, name, keeper)
            return actions.edit_point(session, self.hung, self.point, said, seen=self.seen, now=running_now())

        return writing(act)

    def add(self, session: Session, at: int) -> None:
        actions.add_point(session, self.hung, self.said(at, "Đình làng"), now=running_now())

    def use(self, *, is_active: bool) -> Move:
        def act(session: Session, at: int) -> None:
            actions.use_point(session, self.hung, at, self.point, is_active=is_active, now=running_now())

        return writing(act)

    def close_tomorrow(self, session: Session, at: int) -> None:
        closed = ClosedDay(commune_id=at, point_id=self.point, day=self.tomorrow(), reason="Nghỉ lễ")
        close_day(session, self.hung, closed, now=running_now())

    def open_tomorrow(self, session: Session, at: int) -> None:
        reopen_day(session, self.hung, at, self.point, self.tomorrow(), now=running_now())

    def tomorrow(self) -> date:
        return local_day(running_now()) + timedelta(days=1)

    def picture(self, session: Session, at: int) -> object:
        points = session.scalars(select(PickupPoint).where(PickupPoint.hamlet_id == self.hamlet))
        rows = sorted((one.name, one.keeper_name, one.is_active) for one in points)
        closed = session.query(PointClosure).filter_by(pickup_point_id=self.point).count()
        return rows, closed, sorted(verbs_of(session, "pickup_point", self.point))


def points(cast: Cast) -> Aggregate:
    held = Points(cast)
    return Aggregate(
        start=held.start,
        moves={
            "rename": held.edit("Đình làng", "Ông Bảo"),
            "change its keeper": held.edit("Nhà văn hóa", "Bà Thoa"),
            "add one of that name": writing(held.add),
            "close": held.use(is_active=False),
            "reopen": held.use(is_active=True),
            "close a day": writing(held.close_tomorrow),
            "open that day": writing(held.open_tomorrow),
        },
        picture=held.picture,
        tables=["commune"],
    )


class Numbers:
    """A target of a day to come, set on two screens and taken back."""

    def __init__(self, cast: Cast) -> None:
        self.hung = Actor(person_id=cast.hung)

    def start(self) -> int:
        with transaction() as session:
            at = _commune(session)
            actions.set_fact(session, self.hung, self.new(at, "50"), clock=running_now)
            self.fact = session.scalars(select(DatedFact.id).where(DatedFact.commune_id == at)).one()
        return at

    def new(self, at: int, value: str, days: int = 5) -> actions.NewFact:
        day = local_day(running_now()) + timedelta(days=days)
        return actions.NewFact(commune_id=at, key="kpi.target.plan", value=value, valid_from=day, source="KH")

    def set(self, value: str, days: int = 5) -> Move:
        def act(session: Session, at: int) -> object:
            return actions.set_fact(session, self.hung, self.new(at, value, days), clock=running_now)

        return writing(act)

    def withdraw(self, session: Session, at: int) -> None:
        actions.withdraw_fact(session, self.hung, at, self.fact, clock=running_now)

    def picture(self, session: Session, at: int) -> object:
        rows = session.scalars(select(DatedFact).where(DatedFact.commune_id == at))
        return sorted((one.value, one.valid_to is None) for one in rows), sorted(
            verbs_of(session, "dated_fact", self.fact)
        )


def numbers(cast: Cast) -> Aggregate:
    held = Numbers(cast)
    return Aggregate(
        start=held.start,
        moves={
            "set": held.set("60"),
            "set another": held.set("70"),
            "set for a later day": held.set("80", days=9),
            "withdraw": writing(held.withdraw),
        },
        picture=held.picture,
        tables=["commune"],
    )
