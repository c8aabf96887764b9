"""Who may let whom in again, appoint and end, asked of the actions: of this commune, and still in office."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from market.accounts.actions import ResetPassword
from market.accounts.models import PasswordReset
from market.base.audit import Actor
from market.base.db import transaction
from market.base.errors import NotFound, Refused
from market.sellers import actions
from market.sellers.models import Appointment, Post, PostRole
from market.values.period import local_day
from tests import factories as make
from tests.cast import Cast
from tests.conftest import Clock
from tests.nights import by_day_on

pytestmark = by_day_on("postgresql")

Do = Callable[[Session], object]
NEW = ResetPassword(password="ba cau thuoc long", password_hash="h", commune="xã Đại Sơn")


def done(do: Do) -> object:
    with transaction() as writing:
        return do(writing)


def slip(cast: Cast, now: Clock, by: int | None, person: int | None = None, commune: int | None = None) -> Do:
    new = actions.NewSlip(commune_id=commune or cast.commune, person_id=person or cast.lan.person, paper="căn cước")
    return lambda writing: actions.make_slip(writing, Actor(person_id=by), new, clock=now)


def appointment(cast: Cast, now: Clock, by: int) -> Do:
    new = actions.NewAppointment(
        commune_id=cast.commune, role=PostRole.HELPER, hamlet_id=cast.mo_doan, name="Vũ Thị Mai", paper="QĐ 12"
    )
    return lambda writing: actions.make_appointment(writing, Actor(person_id=by), new, clock=now)


def test_only_who_is_in_office_today_makes_slips_and_appointments(cast: Cast, now: Clock, session: Session) -> None:
    code = str(done(appointment(cast, now, cast.hung)))
    number = session.scalars(select(Appointment.id)).one()
    with transaction() as writing:
        post = writing.scalars(select(Post).where(Post.person_id == cast.hung)).one()
        post.ends_on = local_day(now()) - timedelta(days=1)
    hung = Actor(person_id=cast.hung)
    for by in (cast.hung, cast.vy, cast.lan.person):
        for do in (slip(cast, now, by, cast.mai), appointment(cast, now, by)):
            with pytest.raises(NotFound):
                done(do)
    for act in (actions.confirm_appointment, actions.withdraw_appointment):
        with pytest.raises(NotFound):
            done(lambda writing, act=act: act(writing, hung, cast.commune, number, clock=now))
    with pytest.raises(NotFound):
        done(lambda writing: actions.dismiss(writing, hung, cast.commune, post.id, clock=now))
    typed = actions.CodeTyped(commune_id=cast.commune, code=code, visitor="v")
    with pytest.raises(NotFound):
        done(lambda writing: actions.take_appointment(writing, Actor(), typed, clock=now))


def test_another_commune_s_people_slips_and_appointments_are_not_there(
    cast: Cast, now: Clock, session: Session
) -> None:
    with transaction() as writing:
        far = make.make_commune(writing, code="10507", name="xã Khác", letters="KH", host="khac.test")
        officer = make.make_person(writing, far, "Cán Bộ Khác", "0900 000 051", now())
        make.make_post(writing, officer, PostRole.OFFICER, None, now())
        there, elsewhere = far.id, officer.id
    for do in (slip(cast, now, cast.hung, elsewhere), slip(cast, now, elsewhere, commune=there)):
        with pytest.raises(NotFound):
            done(do)
    code = str(done(slip(cast, now, cast.hung)))
    with pytest.raises(Refused, match="Mã chưa đúng"):
        done(lambda writing: actions.start_with_slip(writing, there, code, "v", clock=now))
    reset = session.scalars(select(PasswordReset.id)).one()
    with pytest.raises(NotFound):
        done(lambda writing: actions.stop_reset(writing, Actor(person_id=elsewhere), reset, clock=now))

    digits = str(done(lambda writing: actions.show_code(writing, there, "w", clock=now)))
    said = actions.VouchedReset(commune_id=cast.commune, digits=digits, person_id=cast.mai)
    with pytest.raises(Refused, match="Mã chưa đúng"):
        done(lambda writing: actions.vouch(writing, Actor(person_id=cast.vy), said, clock=now))
    with pytest.raises(NotFound):
        done(lambda writing: actions.vouch(writing, Actor(person_id=cast.hung), said, clock=now))

    post = str(done(appointment(cast, now, cast.hung)))
    number = session.scalars(select(Appointment.id)).one()
    typed = actions.CodeTyped(commune_id=there, code=post, visitor="v")
    with pytest.raises(Refused, match="Mã chưa đúng"):
        done(lambda writing: actions.take_appointment(writing, Actor(person_id=elsewhere), typed, clock=now))
    with pytest.raises(NotFound):
        done(
            lambda writing: actions.withdraw_appointment(writing, Actor(person_id=elsewhere), there, number, clock=now)
        )


def test_a_reset_is_of_its_browser_and_between_a_day_and_eight(cast: Cast, now: Clock, session: Session) -> None:
    code = str(done(slip(cast, now, cast.hung)))
    effective_at = done(lambda writing: actions.start_with_slip(writing, cast.commune, code, "v", clock=now))
    assert effective_at == now() + timedelta(hours=24)
    reset = session.scalars(select(PasswordReset.id)).one()

    def finish(visitor: str) -> object:
        return done(lambda writing: actions.finish_reset(writing, reset, visitor, NEW, clock=now))

    now.move(hours=24, seconds=-1)
    with pytest.raises(Refused, match="Chưa tới giờ"):
        finish("v")
    now.move(seconds=1)
    with pytest.raises(NotFound):
        finish("w")
    now.move(days=7)
    with pytest.raises(Refused, match="đã hết hạn"):
        finish("v")
    now.move(seconds=-1)
    assert finish("v")
    with pytest.raises(Refused, match="đã dùng"):
        finish("v")


def test_a_code_that_a_slip_or_a_screen_bears_already_is_drawn_again(
    cast: Cast, now: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """growth 3: out of so few codes each slip, screen and paper gets one of its own, and one that is over is free."""
    for drawing in ("resets", "appointing"):
        drawn = iter(["A", "A", "A", "B", "A"])
        monkeypatch.setattr(f"market.sellers.actions.{drawing}.new_slip_code", lambda drawn=drawn: next(drawn))
    people = cast.lan.person, cast.htx.person
    assert [done(slip(cast, now, cast.hung, person)) for person in people] == ["A", "B"]
    assert [done(appointment(cast, now, cast.hung)) for _ in people] == ["A", "B"]
    digits = iter(["1", "1", "1", "2", "1"])
    monkeypatch.setattr("market.sellers.actions.resets.random_digits", lambda _count: next(digits))
    screens = [lambda writing, on=on: actions.show_code(writing, cast.commune, on, clock=now) for on in ("v", "w")]
    assert [done(show) for show in screens] == ["1", "2"]
    now.move(days=30)
    assert [done(slip(cast, now, cast.hung)), done(screens[0])] == ["A", "1"]
