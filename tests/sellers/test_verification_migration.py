"""Of several verifications of before the newest stays in force, and whose paper it was is found."""

from datetime import timedelta

import pytest
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import select, text

from market.base.db import reading, transaction
from market.sellers.models import BusinessMember, Verification, VerificationState
from tests.cast import Cast
from tests.conftest import Clock

pytestmark = pytest.mark.nightly
"""Of a migration that is released and fingerprinted: it cannot change."""


def test_the_newest_of_several_stays_in_force(app: Flask, cast: Cast, now: Clock) -> None:
    member = reading().scalars(select(BusinessMember.id).where(BusinessMember.business_id == cast.lan.business)).one()
    reading().close()
    downgrade(revision="20261129_0530")
    with transaction() as session:
        for hours in (1, 2, 3):
            again = {"business": cast.lan.business, "by": cast.hung, "at": now() + timedelta(hours=hours)}
            if session.get_bind().dialect.name == "sqlite":
                again["at"] = again["at"].replace(tzinfo=None).isoformat(" ")
            session.execute(
                text(
                    "INSERT INTO verification (business_id, state, full_name, paper, verified_by, verified_at) "
                    "VALUES (:business, 'da_xac_thuc', 'Lan', 'CCCD', :by, :at)"
                ),
                again,
            )
    upgrade()
    of_lan = select(Verification).where(Verification.business_id == cast.lan.business).order_by(Verification.id)
    *older, newest = reading().scalars(of_lan)
    assert newest.is_in_force
    assert [one.state for one in older] == [VerificationState.EXPIRED] * 3
    assert [one.ended_at for one in older] == [one.verified_at for one in (*older[1:], newest)]
    assert {one.ended_reason for one in older} == {"Có nhiều xác nhận cùng lúc, chợ giữ bản mới nhất."}
    assert [one.member_id for one in (*older, newest)] == [member, None, None, None]
    tu = reading().scalars(select(Verification).where(Verification.business_id == cast.tu.business)).one()
    assert tu.is_in_force
