"""An officer looks at a paper and confirms whose business it is: then, and only then, its stall opens."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from market.accounts.models import Person
from market.base import clock
from market.base.audit import Actor
from market.base.db import transaction
from market.base.secrets import vault
from market.sellers.actions import claim_business
from market.sellers.models import (
    Business,
    BusinessMember,
    ClaimState,
    MemberRole,
    Stall,
    Verification,
    VerificationState,
)
from market.values.phone import Phone
from tests.access import keeps_out
from tests.cast import Cast
from tests.conftest import Clock
from tests.events import events_of
from tests.factories import make_business, make_commune, make_hamlet, sign_in
from tests.nights import of_many
from tests.pages import hidden, send

NUMBER = "030163000004"
SEEN = {"full_name": "Vũ Thị Mai", "paper": "Căn cước công dân", "citizen_id": NUMBER, "birth_date": "1963-05-01"}


def path(member: int) -> str:
    return f"/van-phong/duyet/co-so/{member}"


def refuse(client: FlaskClient, member: int, reason: str) -> TestResponse:
    return send(client, path(member), {"reason": reason}, f"{path(member)}/tu-choi")


@pytest.fixture
def claimed(cast: Cast, now: Clock) -> int:
    with transaction() as writing:
        return claim_business(writing, Actor(person_id=cast.mai), cast.commune, cast.theu, now=now())


def test_a_seen_paper_opens_the_stall_and_leaves_who_saw_which_when(
    app: Flask, hung: FlaskClient, cast: Cast, claimed: int, session: Session, now: Clock
) -> None:
    assert send(hung, path(claimed), SEEN).location == "/van-phong/duyet/co-so"

    kept = session.scalars(select(Verification).where(Verification.business_id == cast.theu)).one()
    assert (kept.paper, kept.verified_by, kept.verified_at) == ("Căn cước công dân", cast.hung, now())
    mai = app.test_client()
    sign_in(mai, cast.mai, now())
    assert mai.get("/ban-hang").location == "/ban-hang/tranh-theu-xuan-neo-co-theu"
    assert mai.get("/ban-hang/tranh-theu-xuan-neo-co-theu/cai-dat").status_code == 200


def test_of_the_id_number_only_a_keyed_hash_and_four_digits_are_kept(
    hung: FlaskClient, cast: Cast, claimed: int, session: Session, caplog: pytest.LogCaptureFixture
) -> None:
    send(hung, path(claimed), SEEN)

    kept = session.scalars(select(Verification).where(Verification.business_id == cast.theu)).one()
    row = " ".join(str(getattr(kept, column.key)) for column in Verification.__table__.columns)
    assert kept.id_last4 == "0004"
    assert kept.id_digest == vault().digest("citizen-id", NUMBER)
    assert NUMBER not in row
    assert "1963" not in row
    assert vault().decrypt(kept.birth_date_cipher or "") == "1963-05-01"
    assert NUMBER not in caplog.text
    assert all(NUMBER not in f"{event.fields} {event.verb}" for event in events_of(session, "business", cast.theu))


def test_a_verification_needs_an_id_number_never_shown_again_and_a_birth_date(
    hung: FlaskClient, cast: Cast, claimed: int
) -> None:
    missing = send(hung, path(claimed), SEEN | {"citizen_id": ""})
    assert missing.status_code == 422
    assert "Mời ghi số căn cước của người đứng tên" in missing.text
    assert send(hung, path(claimed), SEEN | {"birth_date": ""}).status_code == 422

    wrong = send(hung, path(claimed), SEEN | {"citizen_id": NUMBER, "full_name": ""})
    assert wrong.status_code == 422
    assert NUMBER not in wrong.text
    assert "Số căn cước có 12 chữ số" in send(hung, path(claimed), SEEN | {"citizen_id": "12"}).text


def test_an_organisation_is_confirmed_by_its_registration_and_who_stands_for_it(
    hung: FlaskClient, claimed: int, session: Session
) -> None:
    registration = SEEN | {"paper": "Giấy đăng ký hợp tác xã"}
    bare = {"full_name": "Vũ Thị Mai", "paper": "Giấy đăng ký hợp tác xã"}

    assert send(hung, path(claimed), bare).status_code == 422
    assert send(hung, path(claimed), registration).status_code == 303


def earlier(cast: Cast, business: int, **said: object) -> None:
    """The same ID number, seen before for another business."""
    with transaction() as writing:
        fields = {
            "full_name": "Vũ Thị Mai",
            "birth_date_cipher": vault().encrypt("1963-05-01"),
            "state": VerificationState.VERIFIED,
        } | said
        writing.execute(delete(Verification).where(Verification.business_id == business))
        writing.add(
            Verification(
                business_id=business,
                paper="CCCD",
                id_digest=vault().digest("citizen-id", NUMBER),
                verified_by=cast.hung,
                verified_at=clock.now(),
                **fields,
            )
        )


def same_id(cast: Cast) -> None:
    earlier(cast, cast.lan.business)


def same_id_ended(cast: Cast) -> None:
    earlier(cast, cast.tu.business, state=VerificationState.REVOKED, ended_at=clock.now())


def other_name_before(cast: Cast) -> None:
    earlier(cast, cast.theu, full_name="Vũ Thị Mận", state=VerificationState.REVOKED, ended_at=clock.now())


def other_birth_date_before(cast: Cast) -> None:
    born = vault().encrypt("1963-01-05")
    earlier(cast, cast.theu, birth_date_cipher=born, state=VerificationState.REVOKED, ended_at=clock.now())


def other_owner(cast: Cast) -> None:
    with transaction() as writing:
        writing.get_one(Business, cast.theu).owner_name = "Nguyễn Thị Thêu"


def nothing(cast: Cast) -> None:
    """The paper itself is odd."""


@of_many(4)
@pytest.mark.parametrize(
    ("before", "said", "warning"),
    [
        (same_id, {}, "đã dùng để xác nhận Rau bà Lan (thôn Nghĩa Dũng, 24/11/2026)"),
        (same_id_ended, {}, "đã dùng để xác nhận Rươi anh Tư"),
        (other_name_before, {}, "Lần trước số căn cước này ghi tên Vũ Thị Mận"),
        (other_birth_date_before, {}, "Lần trước số căn cước này đi với ngày sinh khác"),
        (other_owner, {}, "Sổ hộ ghi chủ là Nguyễn Thị Thêu, giấy tờ ghi Vũ Thị Mai"),
        (nothing, {"full_name": "Nguyễn Thị Thêu"}, "tài khoản tên Vũ Thị Mai, giấy tờ ghi Nguyễn Thị Thêu"),
        (nothing, {"birth_date": "1964-05-01"}, "Số căn cước là của người sinh năm 1963"),
    ],
)
def test_what_speaks_against_a_paper_is_shown_and_verified_only_with_a_reason(
    hung: FlaskClient,
    cast: Cast,
    claimed: int,
    session: Session,
    before: Callable[[Cast], None],
    said: dict[str, str],
    warning: str,
) -> None:
    before(cast)
    warned = send(hung, path(claimed), SEEN | said)
    assert warned.status_code == 422
    assert warning in warned.text
    assert NUMBER not in warned.text
    assert "Vì sao vẫn xác nhận" in warned.text
    of_it = select(Verification).where(Verification.member_id == claimed)
    assert session.scalars(of_it).all() == []

    again = hidden(warned.text, path(claimed)) | SEEN | said
    assert hung.post(path(claimed), data=again).status_code == 422
    unshown = {"why": "Đúng người", "warned": ""}
    assert hung.post(path(claimed), data=again | unshown).status_code == 422
    assert hung.post(path(claimed), data=again | {"why": "Đúng người"}).status_code == 303
    kept = session.scalars(of_it).one()
    assert kept.warnings_reason == "Đúng người"
    assert kept.warnings


def test_a_business_of_another_commune_is_not_named(
    hung: FlaskClient, cast: Cast, claimed: int, session: Session
) -> None:
    with transaction() as writing:
        other = make_commune(writing, code="07627", name="xã khác", letters="BN", host="khac.test")
        business = make_business(writing, make_hamlet(writing, other, "thôn Xa"), "Nem nhà khác", clock.now()).id
    earlier(cast, business)

    warned = send(hung, path(claimed), SEEN).text
    assert "một cơ sở ở xã khác" in warned
    assert "Nem nhà khác" not in warned


def test_the_same_confirmation_twice_is_one(hung: FlaskClient, cast: Cast, claimed: int, session: Session) -> None:
    loaded = hidden(hung.get(path(claimed)).text, path(claimed))

    assert [hung.post(path(claimed), data=loaded | SEEN).status_code for _ in range(2)] == [303, 303]
    assert len(session.scalars(select(Stall).where(Stall.name.contains("Thêu"))).all()) == 1
    assert len(session.scalars(select(Verification).where(Verification.business_id == cast.theu)).all()) == 1


@pytest.mark.parametrize(
    "other",
    [
        {"full_name": "Nguyễn Thị Thơm", "why": "Tên mới"},
        {"paper": "Xác nhận của trưởng thôn"},
        {"citizen_id": "030163000005"},
        {"birth_date": "1964-05-01"},
        {"note": "Xem lại"},
    ],
)
def test_confirming_otherwise_what_is_confirmed_is_told(
    hung: FlaskClient, cast: Cast, claimed: int, session: Session, other: dict[str, str]
) -> None:
    loaded = hidden(hung.get(path(claimed)).text, path(claimed))
    hung.post(path(claimed), data=loaded | SEEN)

    again = hung.post(path(claimed), data=loaded | SEEN | other)
    assert again.status_code == 422
    assert "đã có người xử lý" in again.text
    assert len(session.scalars(select(Verification).where(Verification.business_id == cast.theu)).all()) == 1


def rename_business(cast: Cast) -> None:
    with transaction() as writing:
        writing.get_one(Business, cast.theu).name = "Tranh thêu chị Thơm"


def change_phone(cast: Cast) -> None:
    with transaction() as writing:
        writing.get_one(Person, cast.mai).phone = Phone("0900 000 099")


def confirm_another(cast: Cast) -> None:
    with transaction() as writing:
        writing.add(
            BusinessMember(
                business_id=cast.theu, person_id=cast.stranger, state=ClaimState.CONFIRMED, claimed_at=clock.now()
            )
        )


CHANGES = [
    (rename_business, "tên cơ sở (nay là Tranh thêu chị Thơm)"),
    (change_phone, "điện thoại người đề nghị (nay là 0900 000 099)"),
    (confirm_another, "người đã được xác nhận (nay là Người Lạ)"),
]


@pytest.mark.parametrize(("change", "named"), CHANGES)
def test_what_changed_after_the_page_was_loaded_is_shown_before_it_is_confirmed(
    hung: FlaskClient, cast: Cast, claimed: int, session: Session, change: Callable[[Cast], None], named: str
) -> None:
    loaded = hidden(hung.get(path(claimed)).text, path(claimed))
    change(cast)

    answer = hung.post(path(claimed), data=loaded | SEEN)
    assert answer.status_code == 409
    assert named in answer.text.replace("\u00a0", " ")
    assert 'value="1963-05-01"' in answer.text
    assert NUMBER not in answer.text
    assert session.scalars(select(Verification).where(Verification.business_id == cast.theu)).all() == []
    assert hung.post(path(claimed), data=hidden(answer.text, path(claimed)) | SEEN).status_code == 303


@pytest.mark.parametrize(("change", "named"), CHANGES)
def test_what_changed_after_the_page_was_loaded_is_shown_before_it_is_refused(
    hung: FlaskClient, cast: Cast, claimed: int, session: Session, change: Callable[[Cast], None], named: str
) -> None:
    address, reason = f"{path(claimed)}/tu-choi", {"reason": "Mang căn cước tới phòng."}
    loaded = hidden(hung.get(path(claimed)).text, address)
    change(cast)

    answer = hung.post(address, data=loaded | reason)
    assert answer.status_code == 409
    assert named in answer.text.replace("\u00a0", " ")
    assert "Mang căn cước tới phòng.</textarea>" in answer.text
    assert session.get_one(BusinessMember, claimed).state is ClaimState.PENDING
    again = hidden(answer.text, address) | reason
    assert [hung.post(address, data=again).status_code for _ in range(2)] == [303, 303]
    assert hung.post(address, data=again | {"reason": "Thiếu giấy"}).status_code == 409


def test_an_answer_that_does_not_say_what_was_seen_is_none(hung: FlaskClient, claimed: int, session: Session) -> None:
    for answer in (
        hung.post(path(claimed), data=SEEN),
        hung.post(f"{path(claimed)}/tu-choi", data={"reason": "Thiếu giấy"}),
    ):
        assert answer.status_code == 422
        assert "bạn đã xem gì" in answer.text
    assert session.get_one(BusinessMember, claimed).state is ClaimState.PENDING


def test_an_officer_never_confirms_their_own_claim(hung: FlaskClient, cast: Cast, now: Clock) -> None:
    with transaction() as writing:
        own = claim_business(writing, Actor(person_id=cast.hung), cast.commune, cast.theu, now=now())

    answer = send(hung, path(own), SEEN)
    assert answer.status_code == 422
    assert "cán bộ khác" in answer.text


def share_a_phone(app: Flask, cast: Cast, now: Clock) -> None:
    with transaction() as writing:
        writing.get_one(Person, cast.mai).phone = writing.get_one(Person, cast.hung).phone


def share_the_phone_in_the_register(app: Flask, cast: Cast, now: Clock) -> None:
    with transaction() as writing:
        writing.get_one(Business, cast.theu).phone = writing.get_one(Person, cast.hung).phone


def once_used_one_device(app: Flask, cast: Cast, now: Clock) -> None:
    """The officer signed out there long ago."""
    for person in (cast.hung, cast.mai):
        one = app.test_client()
        sign_in(one, person, now(), visitor="a-kitchen-phone")
        one.post("/dang-xuat")


def officer_sells_there(app: Flask, cast: Cast, now: Clock) -> None:
    with transaction() as writing:
        member = BusinessMember(
            business_id=cast.theu, person_id=cast.hung, state=ClaimState.CONFIRMED, claimed_at=now()
        )
        writing.add(member)


@pytest.mark.parametrize(
    "tie", [share_a_phone, share_the_phone_in_the_register, once_used_one_device, officer_sells_there]
)
def test_an_officer_tied_to_the_claimant_leaves_it_to_another_officer(
    app: Flask,
    hung: FlaskClient,
    cast: Cast,
    claimed: int,
    session: Session,
    now: Clock,
    tie: Callable[[Flask, Cast, Clock], None],
) -> None:
    tie(app, cast, now)

    answer = send(hung, path(claimed), SEEN)
    assert answer.status_code == 422
    assert "Mời cán bộ khác xác nhận" in answer.text
    assert session.get_one(BusinessMember, claimed).state is ClaimState.PENDING


def test_the_second_person_of_a_business_is_its_staff(
    hung: FlaskClient, cast: Cast, session: Session, now: Clock
) -> None:
    with transaction() as writing:
        second = claim_business(writing, Actor(person_id=cast.mai), cast.commune, cast.lan.business, now=now())

    assert "Phạm Thị Lan" in hung.get(path(second)).text
    send(hung, path(second), SEEN)

    assert session.get_one(BusinessMember, second).role is MemberRole.STAFF
    of_it = select(Verification).where(Verification.business_id == cast.lan.business).order_by(Verification.id)
    first, added = session.scalars(of_it).all()
    assert (first.is_in_force, first.full_name) == (True, "Phạm Thị Lan")
    assert (added.is_in_force, added.member_id, added.full_name) == (False, second, "Vũ Thị Mai")


def test_a_refusal_needs_its_reason_and_the_person_reads_it(
    app: Flask, hung: FlaskClient, cast: Cast, claimed: int, session: Session, now: Clock
) -> None:
    bare = refuse(hung, claimed, " ")
    assert bare.status_code == 422
    assert "Mời ghi lý do" in bare.text

    refuse(hung, claimed, "Mang căn cước tới phòng.")

    assert session.get_one(BusinessMember, claimed).state is ClaimState.REFUSED
    mai = app.test_client()
    sign_in(mai, cast.mai, now())
    assert "Mang căn cước tới phòng." in mai.get("/ban-hang").text


def test_others_find_nothing(app: Flask, cast: Cast, claimed: int) -> None:
    people = [cast.lan.person, cast.vy, cast.mai]

    assert keeps_out(app, path(claimed), people)
    assert keeps_out(app, path(claimed), people, method="POST")
    assert keeps_out(app, f"{path(claimed)}/tu-choi", people, method="POST")
