"""What is asked of the register, its people and their papers: each answer at its borders, and of one commune."""

from datetime import date, timedelta
from itertools import product

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from market.accounts.models import Person
from market.base.db import transaction
from market.base.errors import Conflict, NotFound, Refused
from market.places.models import Commune, Hamlet
from market.sellers import queries
from market.sellers.models import (
    Business,
    BusinessHistory,
    BusinessKind,
    BusinessMember,
    BusinessProposal,
    BusinessStatus,
    Certificate,
    ClaimState,
    Post,
    PostRole,
    Stall,
    Verification,
    VerificationState,
)
from market.sellers.queries import Reach, RegisterFilter, RegisterPage
from market.values.phone import Phone
from market.values.taxid import TaxId
from market.values.text import fold
from tests import factories as make
from tests.cast import Cast
from tests.conftest import Clock
from tests.nights import in_turns

pytestmark = in_turns  # alike on both kinds of database: one kind by day, the other with the next test

TODAY = date(2026, 11, 24)
DAY = timedelta(days=1)


def far_hamlet(writing: Session) -> Hamlet:
    """A hamlet of another commune."""
    far = make.make_commune(writing, code="10507", name="xã Khác", letters="KH", host="khac.test")
    return make.make_hamlet(writing, far, "thôn Xa")


# --- one meaning for a row and for a statement ----------------------------------------------------------------------


def test_what_waits_and_what_is_in_force_is_one_for_a_row_and_for_a_statement(
    cast: Cast, now: Clock, session: Session
) -> None:
    ends = (None, now())
    with transaction() as writing:
        commune = writing.get_one(Commune, cast.commune)
        for index, (state, ended_at) in enumerate(product(ClaimState, ends)):
            person = make.make_person(writing, commune, f"Người {index}", f"+8490100{index:04}", now())
            claim = {"business_id": cast.lan.business, "person_id": person.id, "claimed_at": now()}
            writing.add(BusinessMember(**claim, state=state, ended_at=ended_at))
        for state, ended_at in product(VerificationState, ends):
            check = {"business_id": cast.theu, "full_name": "Lan", "paper": "Căn cước công dân"}
            by = {"verified_by": cast.hung, "verified_at": now()}
            writing.add(Verification(**check, **by, state=state, ended_at=ended_at))
    asked = ((BusinessMember, "is_waiting"), (BusinessMember, "is_confirmed"), (Verification, "is_in_force"))
    for model, name in asked:
        found = set(session.scalars(select(model).where(getattr(model, name))))
        assert found == {row for row in session.scalars(select(model)) if getattr(row, name)}
        assert found, name


# --- the register ---------------------------------------------------------------------------------------------------


def enter(cast: Cast, now: Clock, *names: str, **fields: object) -> list[int]:
    """Businesses in thôn Mỗ Đoạn of these names, which may be the same."""
    with transaction() as writing:
        hamlet, entered = writing.get_one(Hamlet, cast.mo_doan), []
        for name in names:
            business = make.make_business(writing, hamlet, f"{name} {len(entered)}", now())
            for field, value in (fields | {"name": name, "folded": fold(name)}).items():
                setattr(business, field, value)
            entered.append(business.id)
        return entered


def found(session: Session, cast: Cast, text: str) -> list[int]:
    return [one.id for one in queries.find_in_register(session, cast.commune, text)]


def listed(session: Session, cast: Cast, **asked: object) -> list[int]:
    page = queries.register(session, cast.commune, RegisterFilter(**asked))  # type: ignore[arg-type]
    assert page.total >= len(page.businesses)
    return [one.id for one in page.businesses]


def test_a_business_is_found_by_two_letters_of_its_name_and_by_no_number(
    cast: Cast, now: Clock, session: Session
) -> None:
    later, twin, first = enter(cast, now, "Xôi vò", "Xôi gấc", "Xôi gấc")
    (ended,) = enter(cast, now, "Xôi lạc", status=BusinessStatus.TERMINATED)
    enter(cast, now, "Chè kho", phone=Phone("0900 000 077"), tax_id=TaxId("099161000002"))
    with transaction() as writing:
        make.make_business(writing, far_hamlet(writing), "Xôi xa", now())

    assert found(session, cast, "xoi") == [twin, first, later]
    assert found(session, cast, "xo") == [twin, first, later]
    assert found(session, cast, "x") == []
    for number in ("0900 000 077", "0900 000 07", "099161000002", "09916100000"):
        assert found(session, cast, number) == []
    assert queries.find_in_register(session, cast.commune, "xoi", hamlet_id=cast.nghia_dung) == []
    assert ended not in found(session, cast, "xoi lac")


def test_the_office_finds_a_business_by_a_phone_that_the_number_plan_no_longer_has(
    cast: Cast, now: Clock, session: Session
) -> None:
    (old,) = enter(cast, now, "Chè kho", phone=Phone.written(make.GONE))

    assert listed(session, cast, text="０２５１９９６") == [old]


def test_at_most_ten_businesses_are_offered(cast: Cast, now: Clock, session: Session) -> None:
    ids = enter(cast, now, *(f"Xôi {number:02}" for number in reversed(range(11))))
    assert found(session, cast, "xoi") == ids[:0:-1]


def test_the_register_s_list_is_asked_by_name_number_hamlet_kind_and_state(
    cast: Cast, now: Clock, session: Session
) -> None:
    (one,) = enter(cast, now, "Xôi", phone=Phone("0900 000 077"), tax_id=TaxId("099161000002"))
    paused = {"kind": BusinessKind.INDIVIDUAL, "status": BusinessStatus.SUSPENDED}
    (other,) = enter(cast, now, "Ong", phone=Phone("0912 345 678"), **paused)
    cases: list[tuple[dict[str, object], list[int]]] = [
        ({"text": "xôi"}, [one]),
        ({"text": "0077"}, [one]),
        ({"text": "077"}, []),
        ({"text": "0900 000 077"}, [one]),
        ({"text": "5678"}, [other]),
        ({"text": "00000"}, [cast.htx.business, cast.lan.business, cast.tu.business, one]),
        ({"text": "0991"}, [one]),
        ({"text": "1610"}, [one]),
        ({"text": "?"}, []),
        ({"kind": BusinessKind.INDIVIDUAL}, [other]),
        ({"status": BusinessStatus.SUSPENDED}, [other]),
        ({"hamlet_id": cast.nghia_dung}, [cast.lan.business, cast.theu]),
    ]
    for asked, expected in cases:
        assert listed(session, cast, **asked) == expected, asked


def test_the_register_s_list_stands_by_name_fifty_a_page(cast: Cast, now: Clock, session: Session) -> None:
    ids = enter(cast, now, *(["Xôi"] * 26 + ["Ong"] * 26))
    with transaction() as writing:
        make.make_business(writing, far_hamlet(writing), "Xôi xa", now())
    pages = [queries.register(session, cast.commune, RegisterFilter(page=page)) for page in (1, 2)]

    assert [page.total for page in pages] == [56, 56]
    assert [len(page.businesses) for page in pages] == [50, 6]
    in_order = [one.id for page in pages for one in page.businesses]
    assert [one for one in in_order if one in ids] == ids[26:] + ids[:26]


@pytest.mark.parametrize(("total", "pages"), [(0, 1), (1, 1), (50, 1), (51, 2), (100, 2), (101, 3)])
def test_there_are_as_many_pages_as_the_businesses_fill(total: int, pages: int) -> None:
    assert RegisterPage(businesses=(), total=total, page=1).pages == pages


def test_history_stands_by_the_day_it_holds_from_and_as_it_was_written(
    cast: Cast, now: Clock, session: Session
) -> None:
    with transaction() as writing:
        for source, day in (("c", TODAY), ("a", TODAY - 9 * DAY), ("d", TODAY), ("b", TODAY - 9 * DAY)):
            line = BusinessHistory(
                business_id=cast.theu,
                kind=BusinessKind.INDIVIDUAL,
                status=BusinessStatus.ACTIVE,
                hamlet_id=cast.mo_doan,
                valid_from=day,
                recorded_at=now(),
                source=source,
            )
            writing.add(line)
            writing.flush()

    assert [line.source for line in queries.history_of(session, cast.theu)] == ["d", "c", "b", "a", "sổ của xã"]
    assert [line.source for line in queries.history_of(session, cast.theu, first=1, most=2)] == ["c", "b"]
    assert queries.history_since(session, cast.theu) == TODAY
    assert queries.history_since(session, cast.lan.business) == date(2025, 7, 1)
    with transaction() as writing:
        make.make_business(writing, far_hamlet(writing), "Hộ xa", now())
        bare = {"hamlet_id": cast.mo_doan, "kind": BusinessKind.INDIVIDUAL, "name": "Hộ cũ", "folded": "ho cu"}
        old = Business(commune_id=cast.commune, created_at=now(), updated_at=now(), **bare)
        writing.add(old)
        writing.flush()
        unwritten = old.id
    known = {one.id: one.since for one in queries.known_businesses(session, cast.commune)}
    assert (known[cast.theu], known[cast.lan.business]) == (TODAY, date(2025, 7, 1))
    own = [cast.lan.business, cast.htx.business, cast.tu.business, cast.theu]
    assert list(known) == [*sorted(own), unwritten]
    assert known[unwritten] is None


def test_papers_are_in_force_from_their_first_day_through_their_last(cast: Cast, now: Clock, session: Session) -> None:
    with transaction() as writing:
        for kind, first, last, checked in (
            ("last day", TODAY - DAY, TODAY, now()),
            ("past", TODAY - DAY, TODAY - DAY, now()),
            ("first day", TODAY, None, now()),
            ("to come", TODAY + DAY, None, now()),
            ("unchecked", TODAY, None, None),
        ):
            paper = {"kind": kind, "number": "1", "issuer": "Cục", "scope": "Rau"}
            for business in (cast.lan.business, cast.tu.business) if kind == "past" else (cast.lan.business,):
                row = Certificate(business_id=business, valid_from=first, valid_to=last, checked_at=checked, **paper)
                writing.add(row)
                writing.flush()

    in_force = queries.certificates_in_force(session, cast.lan.business, TODAY)
    assert [one.kind for one in in_force] == ["last day", "first day"]
    every = [one.kind for one in queries.certificates_of(session, cast.lan.business, TODAY)]
    assert every == ["unchecked", "to come", "first day", "last day", "past"]
    assert [one.kind for one in queries.certificates_in_force(session, cast.tu.business, TODAY - DAY)] == ["past"]


# --- posts and mandates ---------------------------------------------------------------------------------------------


def give(
    cast: Cast, now: Clock, business: int, first: date, last: date, *, helper: int | None = None, revoked: bool = False
) -> int:
    with transaction() as writing:
        people = writing.get_one(Person, helper or cast.vy), writing.get_one(Person, cast.hung)
        mandate = make.make_mandate(writing, writing.get_one(Business, business), *people, now())
        mandate.starts_on, mandate.ends_on = first, last
        mandate.revoked_at = now() if revoked else None
        return mandate.id


@pytest.mark.parametrize(
    ("first", "last", "revoked", "lives"),
    [
        (0, 0, False, True),
        (0, 0, True, False),
        (1, 1, False, False),
        (-1, -1, False, False),
    ],
)
def test_a_mandate_lives_from_its_first_day_through_its_last_unless_it_was_ended(
    cast: Cast, now: Clock, session: Session, first: int, last: int, revoked: bool, lives: bool
) -> None:
    given = give(cast, now, cast.tu.business, TODAY + first * DAY, TODAY + last * DAY, revoked=revoked)
    reach = Reach(commune_id=cast.commune, hamlet_ids=(), helper_id=cast.vy, today=TODAY)

    right = queries.right_to(session, cast.tu.business, cast.vy, TODAY)
    assert (right and right.mandate_id) == (given if lives else None)
    assert [one.id for one in queries.live_mandates(session, cast.commune, TODAY)] == ([given] if lives else [])
    assert [one.mandate_id for one in queries.helped_businesses(session, reach)] == ([given] if lives else [])
    assert queries.right_to(session, cast.tu.business, cast.mai, TODAY) is None
    assert queries.right_to(session, cast.lan.business, cast.vy, TODAY) is None


def test_who_may_act_is_asked_after_what_a_transaction_has_changed(cast: Cast) -> None:
    """Though it is not in the database yet: decisions about people follow changes of their posts and memberships."""
    with transaction() as writing:
        writing.add(Post(commune_id=cast.commune, person_id=cast.mai, role=PostRole.OFFICER, starts_on=TODAY))
        assert queries.is_officer(writing, cast.commune, cast.mai, TODAY)
        (member,) = writing.scalars(select(BusinessMember).where(BusinessMember.business_id == cast.tu.business))
        assert queries.right_to(writing, cast.tu.business, member.person_id, TODAY)
        member.state = ClaimState.REFUSED
        assert queries.right_to(writing, cast.tu.business, member.person_id, TODAY) is None
        writing.rollback()


def test_mandates_stand_by_their_last_day_and_a_business_s_own_the_newest_first(
    cast: Cast, now: Clock, session: Session
) -> None:
    late = give(cast, now, cast.tu.business, TODAY, TODAY + 9 * DAY)
    soon = give(cast, now, cast.lan.business, TODAY, TODAY)
    also = give(cast, now, cast.tu.business, TODAY, TODAY)
    with transaction() as writing:
        theirs = make.make_business(writing, far_hamlet(writing), "Hộ xa", now()).id
    give(cast, now, theirs, TODAY, TODAY)

    assert [one.id for one in queries.live_mandates(session, cast.commune, TODAY)] == [soon, also, late]
    over = give(cast, now, cast.tu.business, TODAY - 9 * DAY, TODAY - DAY)
    assert [one.id for one in queries.mandates_of_business(session, cast.tu.business, TODAY)] == [also, late, over]
    assert [one.id for one in queries.mandates_of_business(session, cast.tu.business, TODAY, first=1, most=1)] == [late]
    right = queries.right_to(session, cast.tu.business, cast.vy, TODAY)
    assert right
    assert right.mandate_id == also, "of two the one given last"


def test_a_helper_sees_the_hamlet_s_businesses_by_name_each_with_the_mandate_given_last(
    cast: Cast, now: Clock, session: Session
) -> None:
    give(cast, now, cast.lan.business, TODAY, TODAY + 9 * DAY)
    newest = give(cast, now, cast.lan.business, TODAY, TODAY + DAY)
    give(cast, now, cast.theu, TODAY, TODAY, helper=cast.mai)
    ended, other = enter(cast, now, "An", "An")
    with transaction() as writing:
        writing.get_one(Business, ended).status = BusinessStatus.TERMINATED
        writing.get_one(Business, other).hamlet_id = cast.nghia_dung
        for state, over in ((ClaimState.PENDING, None), (ClaimState.CONFIRMED, now())):
            person = make.make_person(writing, writing.get_one(Commune, cast.commune), "Ai", "0900 000 078", now())
            claim = BusinessMember(business_id=cast.theu, person_id=person.id, claimed_at=now(), ended_at=over)
            claim.state = state
            writing.add(claim)
    give(cast, now, ended, TODAY, TODAY)
    reach = Reach(commune_id=cast.commune, hamlet_ids=[cast.nghia_dung], helper_id=cast.vy, today=TODAY)

    seen = queries.helped_businesses(session, reach)
    assert [one.id for one in seen] == [ended, other, cast.lan.business, cast.theu]
    lan, theu = seen[2:]
    assert (lan.mandate_id, lan.ends_on, lan.has_account, lan.stall_slug) == (newest, TODAY + DAY, True, cast.lan.slug)
    assert (theu.mandate_id, theu.has_account, theu.stall_slug) == (None, False, None)
    assert queries.helped_business(session, reach, cast.theu) == theu
    with pytest.raises(NotFound):
        queries.helped_business(session, reach, cast.tu.business)


def test_a_post_is_held_from_its_first_day_through_its_last(cast: Cast, now: Clock, session: Session) -> None:
    with transaction() as writing:
        here, mai = writing.get_one(Commune, cast.commune), writing.get_one(Person, cast.mai)
        for role, hamlet, first, last in (
            (PostRole.HELPER, cast.mo_doan, TODAY, None),
            (PostRole.HELPER, cast.nghia_dung, TODAY - DAY, TODAY),
            (PostRole.HELPER, cast.nghia_dung, TODAY + DAY, None),
            (PostRole.OFFICER, None, TODAY - DAY, TODAY - DAY),
            (PostRole.OFFICER, None, TODAY, TODAY),
        ):
            post = Post(commune_id=here.id, person_id=mai.id, role=role, hamlet_id=hamlet)
            post.starts_on, post.ends_on = first, last
            writing.add(post)
            writing.flush()

    held = queries.posts_of(session, cast.commune, cast.mai, TODAY)
    assert [(one.role, one.hamlet_id) for one in held] == [
        (PostRole.HELPER, cast.mo_doan),
        (PostRole.HELPER, cast.nghia_dung),
        (PostRole.OFFICER, None),
    ]
    assert [one.id for one in held] == sorted(one.id for one in held)
    assert queries.posts_of(session, cast.commune + 1, cast.mai, TODAY) == []
    assert queries.posts_of(session, cast.commune, cast.stranger, TODAY) == []
    helpers = queries.post_holders(session, cast.commune, PostRole.HELPER, TODAY)
    assert [(one.post.hamlet_id, one.person.id) for one in helpers] == [
        (cast.nghia_dung, cast.vy),
        (cast.nghia_dung, cast.mai),
        (cast.mo_doan, cast.mai),
    ]
    in_one = queries.post_holders(session, cast.commune, PostRole.HELPER, TODAY, hamlet_id=cast.mo_doan)
    assert [one.person.id for one in in_one] == [cast.mai]


def test_of_a_family_s_phone_the_one_who_bears_the_name_is_appointed(cast: Cast, now: Clock, session: Session) -> None:
    phone = Phone("0900 000 021")

    def appointed(name: str | None) -> int:
        return queries.person_of_phone(session, phone, name).id

    assert appointed(None) == appointed("vu thi mai") == cast.mai
    with transaction() as writing:
        here = writing.get_one(Commune, cast.commune)
        son = make.make_person(writing, here, "Vũ Văn Con", "0900 000 021", now()).id
    assert (appointed("Vũ Thị Mai"), appointed("Vũ Văn Con")) == (cast.mai, son)
    for name in (None, "Vũ"):
        with pytest.raises(Refused, match="Tên chưa khớp"):
            appointed(name)


# --- claims, proposals, members -------------------------------------------------------------------------------------


def test_claims_are_the_person_s_own_and_the_office_s_oldest_first(cast: Cast, now: Clock, session: Session) -> None:
    with transaction() as writing:
        rows = {}
        for name, business, person, state, minutes, over in (
            ("newest", cast.theu, cast.mai, ClaimState.PENDING, 9, False),
            ("oldest", cast.tu.business, cast.mai, ClaimState.PENDING, 1, False),
            ("equal", cast.htx.business, cast.vy, ClaimState.PENDING, 9, False),
            ("refused", cast.htx.business, cast.mai, ClaimState.REFUSED, 1, False),
            ("confirmed", cast.lan.business, cast.mai, ClaimState.CONFIRMED, 1, False),
            ("ended", cast.lan.business, cast.vy, ClaimState.PENDING, 1, True),
            ("left", cast.htx.business, cast.stranger, ClaimState.CONFIRMED, 1, True),
            ("second", cast.theu, cast.stranger, ClaimState.CONFIRMED, 1, False),
            ("third", cast.theu, cast.vy, ClaimState.CONFIRMED, 1, False),
        ):
            at = now() + timedelta(minutes=minutes)
            row = BusinessMember(business_id=business, person_id=person, state=state, claimed_at=at)
            row.ended_at = now() if over else None
            writing.add(row)
            writing.flush()
            rows[name] = row.id
        theirs = make.make_business(writing, far_hamlet(writing), "Hộ xa", now()).id
        row = BusinessMember(business_id=theirs, person_id=cast.mai, claimed_at=now())
        writing.add(row)
        writing.flush()
        rows["elsewhere"] = row.id
        far = writing.get_one(Business, theirs).commune_id

    def ids(*names: str) -> list[int]:
        return [rows[name] for name in names]

    waiting = queries.claims_waiting(session, cast.commune)
    assert [one.id for one in waiting] == ids("oldest", "newest", "equal")
    own = queries.claims_of_person(session, cast.commune, cast.mai)
    assert [one.id for one in own] == ids("newest", "oldest", "refused")
    assert [one.id for one in queries.claims_of_person(session, far, cast.mai)] == ids("elsewhere")
    assert [one.person_id for one in queries.members_of(session, cast.theu)] == [cast.stranger, cast.vy]
    assert [one.person_id for one in queries.members_of(session, cast.htx.business)] == [cast.htx.person]
    assert queries.claim_of(session, far, rows["elsewhere"]).id == rows["elsewhere"]
    for missing in (rows["elsewhere"], 0):
        with pytest.raises(NotFound):
            queries.claim_of(session, cast.commune, missing)
    stalls = [one.id for one in queries.stalls_of_person(session, cast.commune, cast.mai)]
    assert stalls == [cast.lan.stall]
    assert queries.stalls_of_person(session, far, cast.mai) == []
    assert queries.stalls_of_person(session, cast.commune, cast.stranger) == []
    for business, person, is_one in (
        (cast.theu, cast.mai, False),
        (cast.lan.business, cast.mai, True),
        (cast.htx.business, cast.stranger, False),
    ):
        assert (queries.right_to(session, business, person, TODAY) is not None) is is_one


def test_stalls_of_a_person_stand_as_they_were_opened(cast: Cast, now: Clock, session: Session) -> None:
    with transaction() as writing:
        for business in (cast.tu.business, cast.lan.business, cast.htx.business):
            row = BusinessMember(business_id=business, person_id=cast.mai, claimed_at=now())
            row.state = ClaimState.CONFIRMED
            writing.add(row)
            writing.flush()
    stalls = [one.id for one in queries.stalls_of_person(session, cast.commune, cast.mai)]
    assert stalls == sorted([cast.lan.stall, cast.htx.stall, cast.tu.stall])
    assert queries.stall_of_business(session, cast.theu) is None
    of_tu = queries.stall_of_business(session, cast.tu.business)
    assert of_tu
    assert of_tu.id == cast.tu.stall


def test_proposals_are_the_person_s_own_and_the_office_s_oldest_first(cast: Cast, now: Clock, session: Session) -> None:
    with transaction() as writing:
        far, rows = far_hamlet(writing), {}
        for name, person, state, minutes, commune in (
            ("newest", cast.mai, ClaimState.PENDING, 9, cast.commune),
            ("oldest", cast.mai, ClaimState.PENDING, 1, cast.commune),
            ("equal", cast.vy, ClaimState.PENDING, 9, cast.commune),
            ("refused", cast.mai, ClaimState.REFUSED, 1, cast.commune),
            ("entered", cast.mai, ClaimState.CONFIRMED, 1, cast.commune),
            ("elsewhere", cast.stranger, ClaimState.PENDING, 1, far.commune_id),
        ):
            proposal = BusinessProposal(
                commune_id=commune, person_id=person, hamlet_id=cast.mo_doan, kind=BusinessKind.INDIVIDUAL, name=name
            )
            proposal.state, proposal.proposed_at = state, now() + timedelta(minutes=minutes)
            writing.add(proposal)
            writing.flush()
            rows[name] = proposal.id
        there = far.commune_id

    waiting = queries.proposals_waiting(session, cast.commune)
    assert [one.name for one in waiting] == ["oldest", "newest", "equal"]
    assert [one.name for one in queries.proposals_of_person(session, cast.commune, cast.mai)] == [
        "newest",
        "oldest",
        "refused",
    ]
    assert queries.proposal_of(session, there, rows["elsewhere"]).name == "elsewhere"
    for missing in (rows["elsewhere"], 0):
        with pytest.raises(NotFound):
            queries.proposal_of(session, cast.commune, missing)


def test_the_verification_in_force_is_the_one_that_neither_ended_nor_was_taken_back(
    cast: Cast, now: Clock, session: Session
) -> None:
    def verify(name: str, state: VerificationState = VerificationState.VERIFIED, *, over: bool = False) -> None:
        with transaction() as writing:
            row = Verification(business_id=cast.lan.business, state=state, full_name=name, paper="CCCD")
            row.verified_by, row.verified_at, row.ended_at = cast.hung, now(), now() if over else None
            writing.add(row)

    def in_force(business: int) -> str | None:
        verified = queries.verification_of(session, business)
        return verified and verified.full_name

    assert in_force(cast.lan.business) == "Phạm Thị Lan"
    with pytest.raises(Conflict):
        verify("Lan mới")
    verify("Lan thôi", over=True)
    verify("Lan thu hồi", VerificationState.REVOKED)
    verify("Người nhà Lan", VerificationState.MEMBER)
    assert in_force(cast.lan.business) == "Phạm Thị Lan"
    assert in_force(cast.tu.business) == "Lê Văn Tư"
    assert in_force(cast.theu) is None


# --- where it is paid -----------------------------------------------------------------------------------------------


def test_the_account_and_the_feed_that_live_are_those_that_were_not_ended(
    cast: Cast, now: Clock, session: Session
) -> None:
    with transaction() as writing:
        lan, htx = writing.get_one(Business, cast.lan.business), writing.get_one(Business, cast.htx.business)
        known = queries.live_bank_account(writing, lan.id)
        assert known
        newer = make.make_connection(writing, known, "newer", "a-secret", now()).id
        make.make_connection(writing, known, "ended", "a-secret", now()).ended_at = now()
        known.closed_at = now()
        writing.flush()
        own = make.make_bank_account(writing, lan, "PHAM THI LAN", "0071000999999", now())
        make.make_bank_account(writing, htx, "DO VAN SON", "0071000777777", now())
        old, live = known.id, own.id

    found = queries.live_bank_account(session, cast.lan.business)
    assert found
    assert found.id == live
    feed = queries.connection_of(session, old)
    assert feed
    assert feed.id == newer
    assert queries.connection_of(session, live) is None
    for provider, key, is_there in (("sepay", "newer", True), ("sepay", "ended", False), ("casso", "newer", False)):
        assert (queries.connection_by_key(session, provider, key) is not None) is is_there


def test_a_stall_and_a_business_are_of_their_commune(cast: Cast, now: Clock, session: Session) -> None:
    with transaction() as writing:
        far = far_hamlet(writing)
        business = make.make_business(writing, far, "Rau bà Lan", now())
        stall = Stall(commune_id=far.commune_id, business_id=business.id, slug=cast.lan.slug, name="Rau xa")
        stall.opened_at = now()
        writing.add(stall)
        writing.flush()
        there, theirs, number = far.commune_id, business.id, stall.id

    for commune, expected in ((cast.commune, cast.lan.stall), (there, number)):
        named = queries.stall_by_slug(session, commune, cast.lan.slug)
        assert named
        assert named.id == expected
    assert queries.business_of(session, there, theirs).id == theirs
    for missing in (theirs, 0):
        with pytest.raises(NotFound):
            queries.business_of(session, cast.commune, missing)


@pytest.mark.parametrize("text", ["Phạm Thị Lan", "pham thi lan", "thị la"])
def test_a_business_is_found_by_its_owner_s_name(cast: Cast, session: Session, text: str) -> None:
    """office 15: the register's search, with and without marks; a change of the owner is followed."""
    wanted = RegisterFilter(text=text)
    assert queries.register(session, cast.commune, wanted).total == 0
    with transaction() as writing:
        writing.get_one(Business, cast.theu).owner_name = "Phạm Thị Lan"
    assert [one.id for one in queries.register(session, cast.commune, wanted).businesses] == [cast.theu]
    with transaction() as writing:
        writing.get_one(Business, cast.theu).owner_name = None
    assert queries.register(session, cast.commune, wanted).total == 0
