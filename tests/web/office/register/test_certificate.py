"""A certificate stands on record once an officer has seen it, until its day or until it is let go."""

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from market.sellers import queries
from market.sellers.models import Certificate
from market.values.period import local_day
from tests.access import keeps_out
from tests.cast import Cast
from tests.conftest import Clock

PAPER = {
    "kind": "OCOP 4 sao",
    "number": "QĐ 123/QĐ-UBND",
    "issuer": "UBND thành phố",
    "scope": "Gạo nếp",
    "valid_from": "2026-06-01",
    "valid_to": "2026-12-01",
}


def path(cast: Cast) -> str:
    return f"/van-phong/so-ho/{cast.htx.business}/giay"


def shown(session: Session, cast: Cast, now: Clock) -> list[str]:
    return [paper.kind for paper in queries.certificates_in_force(session, cast.htx.business, local_day(now()))]


def test_a_paper_is_kept_with_who_checked_it_and_gone_after_its_day(
    hung: FlaskClient, cast: Cast, session: Session, now: Clock
) -> None:
    assert hung.post(path(cast), data=PAPER).location == f"/van-phong/so-ho/{cast.htx.business}"

    kept = session.scalars(select(Certificate)).one()
    assert (kept.checked_by, kept.checked_at) == (cast.hung, now())
    assert shown(session, cast, now) == ["OCOP 4 sao"]
    now.move(days=8)
    assert shown(session, cast, now) == []


def test_no_end_is_reckoned_where_the_paper_has_none(hung: FlaskClient, cast: Cast, session: Session) -> None:
    hung.post(path(cast), data=PAPER | {"valid_to": ""})

    assert session.scalars(select(Certificate)).one().valid_to is None


def test_a_paper_let_go_is_shown_no_more_today(hung: FlaskClient, cast: Cast, session: Session, now: Clock) -> None:
    hung.post(path(cast), data=PAPER)
    kept = session.scalars(select(Certificate)).one()

    assert hung.post(f"{path(cast)}/{kept.id}/het").status_code == 303

    session.expire_all()
    assert shown(session, cast, now) == []
    assert hung.post(f"/van-phong/so-ho/{cast.theu}/giay/{kept.id}/het").status_code == 404


def test_what_is_wrong_is_said_and_what_was_typed_is_kept(hung: FlaskClient, cast: Cast) -> None:
    answer = hung.post(path(cast), data=PAPER | {"number": "", "kind": "OCOP 9 sao", "valid_from": "x"})
    assert answer.status_code == 422
    for part in ("Mời ghi số giấy", "Mời chọn một mục", "Ngày viết như", 'value="UBND thành phố"'):
        assert part in answer.text

    backwards = hung.post(path(cast), data=PAPER | {"valid_to": "2026-05-01"})
    assert backwards.status_code == 422
    assert "Ngày hết hạn đứng trước ngày cấp" in backwards.text


def test_sellers_and_helpers_cannot_record_papers(app: Flask, cast: Cast) -> None:
    assert keeps_out(app, path(cast), [cast.htx.person, cast.vy, cast.stranger], method="POST")
    assert keeps_out(app, f"{path(cast)}/1/het", [cast.htx.person, cast.vy], method="POST")
