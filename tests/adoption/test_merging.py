"""Two businesses that are one: what goes on, what the figure says before and after, and taking them apart again."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from market.adoption.actions import Joining, join_businesses, part_joined
from market.adoption.models import PlatformAccount
from market.adoption.queries import board_of, merge_sides_facts, two_sides
from market.base.audit import Actor
from market.base.db import transaction
from market.base.errors import Conflict, NotFound, Refused
from market.base.seen import ChangedSince, seen_of
from market.notices.models import Notice
from market.places.models import Hamlet
from market.sellers import actions, queries
from market.sellers.actions import NewBusiness, Unmerging, import_register, register_rows
from market.sellers.models import (
    Business,
    BusinessKind,
    BusinessMember,
    BusinessMerge,
    BusinessStatus,
    Certificate,
)
from market.sellers.rules import RowOutcome
from market.values.period import local_day
from market.values.phone import Phone
from market.values.taxid import TaxId
from tests.adoption.figures import look_everywhere
from tests.adoption.sales import Sold, sell
from tests.cast import Cast
from tests.conftest import Clock
from tests.events import events_of
from tests.nights import in_turns, on_both

pytestmark = [on_both, in_turns]

HEAD = "Tên cơ sở,Loại hình,Thôn,Mã số thuế,Điện thoại,Chủ cơ sở"


def enter(cast: Cast, now: Clock, name: str = "HKD Rau Bà Lan", **fields: object) -> int:
    """A second line of the register for bà Lan, as a spreadsheet of another office has her."""
    new = NewBusiness(
        commune_id=cast.commune,
        hamlet_id=cast.nghia_dung,
        kind=BusinessKind.HOUSEHOLD_BUSINESS,
        name=name,
        valid_from=local_day(now()) - timedelta(days=60),
        source="Tệp thuế",
        owner_name="Phạm Thị Lan",
        phone=Phone("0912 345 678"),
        tax_id=TaxId("099161000002"),
    )
    new = replace(new, **fields)  # type: ignore[arg-type]
    with transaction() as session:
        return actions.add_business(session, Actor(person_id=cast.hung), new, now=now() - timedelta(days=30))


def joining(cast: Cast, now: Clock, *pair: int, chosen: dict[str, int] | None = None) -> Joining:
    with transaction() as session:
        one, other = pair
        seen = seen_of(merge_sides_facts(two_sides(session, cast.commune, (one, other), now=now())))
    return Joining(commune_id=cast.commune, pair=(one, other), chosen=chosen or {}, seen=seen)


def join(cast: Cast, now: Clock, *pair: int, chosen: dict[str, int] | None = None) -> int:
    asked = joining(cast, now, *pair, chosen=chosen)
    with transaction() as session:
        return join_businesses(session, Actor(person_id=cast.hung), asked, clock=now)


def part(cast: Cast, now: Clock, merged_id: int) -> None:
    with transaction() as session:
        merge = queries.merge_in_force(session, merged_id)
        assert merge
        asked = Unmerging(commune_id=cast.commune, merge_id=merge.id, seen=seen_of(queries.unmerge_facts(merge)))
    with transaction() as session:
        part_joined(session, Actor(person_id=cast.hung), asked, clock=now)


def said(session: Session, business_id: int) -> tuple[object, ...]:
    session.expire_all()
    row = session.get_one(Business, business_id)
    return row.name, row.status, row.tax_id, row.phone and row.phone.national, row.hamlet_id, row.kind


def headline(session: Session, cast: Cast, now: Clock, as_of: date | None = None, **known: object) -> tuple[int, int]:
    known_at = known.get("known_at", now())
    board = board_of(session, cast.commune, as_of or local_day(now()), known_at=known_at)  # type: ignore[arg-type]
    return board.figure.plan.part, board.figure.plan.whole


def test_one_goes_on_with_what_was_chosen_and_the_other_ends(cast: Cast, now: Clock, session: Session) -> None:
    second = enter(cast, now)
    before = said(session, cast.lan.business)

    assert join(cast, now, second, cast.lan.business, chosen={"name": second}) == cast.lan.business

    assert said(session, cast.lan.business) == ("HKD Rau Bà Lan", BusinessStatus.ACTIVE, "099161000002", *before[3:])
    assert said(session, second)[1:3] == (BusinessStatus.TERMINATED, None)
    line = queries.history_of(session, second)[0]
    assert (line.source, line.valid_from) == ("Gộp vào HKD Rau Bà Lan", local_day(now()))
    assert [one.verb for one in events_of(session, "business", second)][-1] == "merge_business"
    assert queries.same_business(session, cast.lan.business) == tuple(sorted((second, cast.lan.business)))
    told = session.scalars(select(Notice.business_id).where(Notice.kind == "co_so_gop")).all()
    assert sorted(filter(None, told)) == sorted((second, cast.lan.business))


def test_taken_apart_both_are_what_they_were_but_for_what_was_said_since(
    cast: Cast, now: Clock, session: Session
) -> None:
    second = enter(cast, now)
    both = [said(session, at) for at in (cast.lan.business, second)]
    join(cast, now, cast.lan.business, second, chosen={"name": second, "phone": second})
    now.move(days=3)
    part(cast, now, second)
    assert [said(session, at) for at in (cast.lan.business, second)] == both
    assert [one.source for one in queries.history_of(session, second)][:2] == [
        "Xã đã tách hai hộ gộp nhầm.",
        "Gộp vào HKD Rau Bà Lan",
    ]

    join(cast, now, cast.lan.business, second, chosen={"name": second})
    with transaction() as writing:
        lan = writing.get_one(Business, cast.lan.business)
        lan.name = "Rau sạch bà Lan"
    part(cast, now, second)
    assert said(session, cast.lan.business)[:3] == ("Rau sạch bà Lan", BusinessStatus.ACTIVE, both[0][2])
    assert said(session, second) == both[1]


def test_counted_once_and_what_was_known_before_comes_out_the_same(cast: Cast, now: Clock, session: Session) -> None:
    second, today = enter(cast, now), local_day(now())
    with transaction() as writing:
        sell(writing, cast.commune, cast.lan, Sold(on=today - timedelta(days=20), is_known=True))
    look_everywhere(cast.commune)
    now.move(seconds=1)
    days = [today - timedelta(days=back) for back in (0, 1, 10, 25, 40, 90)]
    known = now()
    before = [headline(session, cast, now, day, known_at=known) for day in days]
    part_before, whole_before = before[0]
    now.move(days=1)

    join(cast, now, second, cast.lan.business)

    assert headline(session, cast, now) == (part_before, whole_before - 1)
    assert [headline(session, cast, now, day, known_at=known) for day in days] == before
    now.move(days=2)
    part(cast, now, second)
    assert headline(session, cast, now) == (part_before, whole_before)
    assert [headline(session, cast, now, day, known_at=known) for day in days] == before


def test_two_with_stalls_the_one_that_sold_last_goes_on_and_the_other_finishes(
    cast: Cast, now: Clock, session: Session
) -> None:
    """HTX is taken for a second line of bà Lan: her newest sale is the later one."""
    today = local_day(now())
    with transaction() as writing:
        sell(writing, cast.commune, cast.htx, Sold(on=today - timedelta(days=9), is_known=True))
        sell(writing, cast.commune, cast.lan, Sold(on=today - timedelta(days=2), is_known=True, phone="0900 000 778"))
    look_everywhere(cast.commune)
    now.move(seconds=1)
    before = headline(session, cast, now)
    sides = two_sides(session, cast.commune, (cast.htx.business, cast.lan.business), now=now())
    assert (sides.into_holds.counted_on, sides.merged_holds.sold_on) == (
        today - timedelta(days=2),
        today - timedelta(days=9),
    )

    assert join(cast, now, cast.htx.business, cast.lan.business) == cast.lan.business

    assert headline(session, cast, now) == (before[0] - 1, before[1] - 1)
    assert queries.right_to(session, cast.htx.business, cast.htx.person, today)
    assert queries.right_to(session, cast.lan.business, cast.htx.person, today) is None
    claim = session.scalars(
        select(BusinessMember).where(
            BusinessMember.business_id == cast.lan.business, BusinessMember.person_id == cast.htx.person
        )
    ).one()
    assert claim.is_waiting
    assert queries.stall_going_on(session, cast.htx.business) == cast.lan.slug
    assert queries.stall_going_on(session, cast.lan.business) is None
    part(cast, now, cast.htx.business)
    session.refresh(claim)
    assert not claim.is_waiting
    assert headline(session, cast, now) == before


def test_accounts_elsewhere_and_papers_go_along_and_come_back(cast: Cast, now: Clock, session: Session) -> None:
    second = enter(cast, now)
    checked = {"checked_by": cast.hung, "checked_at": now() - timedelta(days=9)}
    with transaction() as writing:
        writing.add(
            PlatformAccount(
                business_id=second, platform="shopee", shop="raulan", declared_at=now(), proof="ảnh", **checked
            )
        )
        writing.add(
            Certificate(
                business_id=second,
                kind="OCOP 3 sao",
                number="7",
                issuer="UBND thành phố",
                scope="Rau muống",
                valid_from=date(2026, 1, 1),
                **checked,
            )
        )

    def held(business_id: int) -> tuple[int, int]:
        session.expire_all()
        theirs = PlatformAccount.business_id == business_id, PlatformAccount.ended_at.is_(None)
        in_use = session.scalars(select(PlatformAccount).where(*theirs)).all()
        return len(in_use), len(queries.certificates_in_force(session, business_id, local_day(now())))

    join(cast, now, cast.lan.business, second)
    assert held(cast.lan.business) == (1, 1)
    assert held(second)[0] == 0
    now.move(days=2)
    part(cast, now, second)
    assert (held(cast.lan.business), held(second)) == ((0, 0), (1, 1))


def test_the_next_files_speak_of_the_one_that_goes_on(cast: Cast, now: Clock, session: Session) -> None:
    second = enter(cast, now)
    join(cast, now, cast.lan.business, second)
    rows = [
        "HKD Rau Bà Lan,Hộ kinh doanh,Nghĩa Dũng,099161000002,0912345678,Phạm Thị Lan",
        "HKD Rau Bà Lan,Hộ kinh doanh,Nghĩa Dũng,,0912345678,Phạm Thị Lan",
    ]
    for row in rows:
        with transaction() as writing:
            read = register_rows("\n".join([HEAD, row]).encode(), queries.beside(writing, cast.commune).vocabulary)
            report = import_register(writing, Actor(person_id=cast.hung), cast.commune, read, clock=now)
        [one] = report.decisions
        assert (one.outcome, one.business_id) == (RowOutcome.UNCHANGED, cast.lan.business)
    assert said(session, cast.lan.business)[0] == "Rau bà Lan"
    told = rows[0].replace("Phạm Thị Lan", "Phạm Thị Lanh")
    with transaction() as writing:
        read = register_rows("\n".join([HEAD, told]).encode(), queries.beside(writing, cast.commune).vocabulary)
        import_register(writing, Actor(person_id=cast.hung), cast.commune, read, clock=now)
    session.expire_all()
    assert session.get_one(Business, cast.lan.business).owner_name == "Phạm Thị Lanh"


def test_what_may_be_one_is_listed_until_somebody_says_that_it_is_two(cast: Cast, now: Clock, session: Session) -> None:
    second = enter(cast, now, name="Hộ kinh doanh Rau bà Lan")
    [(one, other)] = queries.pairs_that_may_be_one(session, cast.commune, page=1).pairs
    assert {one.id, other.id} == {second, cast.lan.business}
    join(cast, now, one.id, other.id)
    assert queries.pairs_that_may_be_one(session, cast.commune, page=1).total == 0
    part(cast, now, second)
    assert queries.pairs_that_may_be_one(session, cast.commune, page=1).total == 0

    third = enter(cast, now, name="HKD Rau bà Lan", tax_id=None, phone=None, owner_name=None)
    assert queries.pairs_that_may_be_one(session, cast.commune, page=1).total == 2
    with transaction() as writing:
        for at in (second, cast.lan.business):
            actions.keep_apart(writing, Actor(person_id=cast.hung), cast.commune, (third, at), now=now())
    assert queries.pairs_that_may_be_one(session, cast.commune, page=1).total == 0
    with transaction() as writing, pytest.raises(NotFound):
        actions.keep_apart(writing, Actor(person_id=cast.hung), cast.commune + 1, (third, second), now=now())


def test_joined_twice_is_joined_once_and_a_merged_one_is_left_alone(cast: Cast, now: Clock, session: Session) -> None:
    second, third = enter(cast, now), enter(cast, now, name="Quán bún cô Ba", tax_id=None, phone=None)
    asked = joining(cast, now, second, cast.lan.business)
    other = joining(cast, now, second, third)
    officer = Actor(person_id=cast.hung)
    for pair in (asked, replace(asked, pair=(cast.lan.business, second))):
        with transaction() as writing:
            assert join_businesses(writing, officer, pair, clock=now) == cast.lan.business
    assert len(session.scalars(select(BusinessMerge)).all()) == 1
    with transaction() as writing, pytest.raises(ChangedSince):
        join_businesses(writing, officer, other, clock=now)
    again = joining(cast, now, second, third)
    with transaction() as writing, pytest.raises(Conflict, match="đã gộp vào Rau bà Lan"):
        join_businesses(writing, officer, again, clock=now)
    new = NewBusiness(
        commune_id=cast.commune,
        hamlet_id=cast.mo_doan,
        kind=BusinessKind.HOUSEHOLD_BUSINESS,
        name="Tên khác",
        valid_from=local_day(now()),
        source="giấy",
    )
    with transaction() as writing, pytest.raises(Conflict, match="đã gộp vào Rau bà Lan"):
        actions.update_business(writing, officer, second, new, now=now())
    with transaction() as writing, pytest.raises(NotFound):
        join_businesses(writing, officer, replace(asked, commune_id=cast.commune + 1), clock=now)


def test_a_chain_is_taken_apart_from_its_end(cast: Cast, now: Clock, session: Session) -> None:
    second = enter(cast, now)
    third = enter(cast, now, name="Rau Lan mới", tax_id=None, phone=None)
    join(cast, now, second, third)
    join(cast, now, second, cast.lan.business)
    assert queries.same_business(session, cast.lan.business) == tuple(sorted((cast.lan.business, second, third)))
    with pytest.raises(Conflict, match="đã gộp tiếp"):
        part(cast, now, third)
    part(cast, now, second)
    part(cast, now, third)
    assert {said(session, at)[1] for at in (second, third)} == {BusinessStatus.ACTIVE}


def test_an_officer_joins_nothing_of_their_own(cast: Cast, now: Clock) -> None:
    second = enter(cast, now)
    asked = joining(cast, now, second, cast.lan.business)
    with transaction() as writing, pytest.raises(Refused, match="cán bộ khác"):
        join_businesses(writing, Actor(person_id=cast.lan.person), asked, clock=now)


def test_a_hamlet_that_is_merged_meanwhile_parts_and_files_still_know_them(
    cast: Cast, now: Clock, session: Session
) -> None:
    second = enter(cast, now, hamlet_id=cast.mo_doan)
    join(cast, now, cast.lan.business, second, chosen={"hamlet_id": second})
    with transaction() as writing:
        gone, into = (writing.get_one(Hamlet, at) for at in (cast.nghia_dung, cast.mo_doan))
        load = queries.hamlet_load(writing, gone, local_day(now()))
        seen = seen_of(queries.merge_facts(gone, into, load))
        merge = actions.HamletMerge(
            commune_id=cast.commune, hamlet_id=gone.id, into_id=into.id, source="Nghị quyết", seen=seen
        )
        actions.merge_hamlet(writing, Actor(person_id=cast.hung), merge, clock=now)
    part(cast, now, second)
    assert [said(session, at)[4] for at in (cast.lan.business, second)] == [cast.mo_doan, cast.mo_doan]
