"""How many pictures a stall may send and keep; whose a picture is that was sent."""

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from market.base.audit import Actor
from market.base.db import transaction
from market.base.errors import NotFound, Refused
from market.base.jobs import work_once
from market.catalog import pictures
from market.catalog.actions.listing import VariantRef
from market.catalog.actions.photos import add_photo, remove_photo
from market.catalog.actions.uploads import UNUSED_FOR, UploadQuota, reserve_upload, take_picture
from market.catalog.jobs import HANDLERS
from market.catalog.models import Photo, StoredPicture
from market.catalog.rules import KeptPhoto
from tests.cast import Cast
from tests.catalog import pictures as files
from tests.catalog import shelf
from tests.conftest import Clock
from tests.elsewhere import not_htx
from tests.nights import in_turns
from tests.services.crowd import crowd

pytestmark = in_turns  # alike on both kinds of database: one kind by day, the other with the next test

ROOMY = UploadQuota(kept=100, a_day=3)
SMALL = UploadQuota(kept=3, a_day=100)


def send(stall_id: int, quota: UploadQuota, now: Clock) -> str:
    with transaction() as session:
        return reserve_upload(session, stall_id, quota, clock=now)


def photo(key: str) -> KeptPhoto:
    return KeptPhoto(key=key, width=400, height=300)


def work_all() -> None:
    while work_once(HANDLERS):
        pass


# --- a day ----------------------------------------------------------------------------------------------------------


def test_a_stall_sends_so_many_pictures_in_any_24_hours(cast: Cast, now: Clock) -> None:
    send(cast.lan.stall, ROOMY, now)
    now.move(hours=1)
    for _ in range(2):
        send(cast.lan.stall, ROOMY, now)
    with pytest.raises(Refused, match=r"đã gửi 3 ảnh trong 24 giờ.*vẫn còn.*gửi tiếp sau 09:00 ngày 25/11") as refused:
        send(cast.lan.stall, ROOMY, now)
    assert refused.value.code == "uploads_of_the_day"
    now.move(hours=23)
    send(cast.lan.stall, ROOMY, now)
    with pytest.raises(Refused, match="gửi tiếp sau 10:00 ngày 25/11"):
        send(cast.lan.stall, ROOMY, now)


def test_other_stalls_send_theirs(cast: Cast, now: Clock) -> None:
    for stall_id in (cast.htx.stall, *not_htx(cast, now())):
        for _ in range(3):
            send(stall_id, ROOMY, now)


def test_a_stall_that_is_none_sends_nothing(cast: Cast, now: Clock) -> None:
    with pytest.raises(NotFound):
        send(0, ROOMY, now)


# --- in all ---------------------------------------------------------------------------------------------------------


def test_a_stall_keeps_so_many_pictures_those_taken_off_included(cast: Cast, now: Clock) -> None:
    actor, here = (
        Actor(person_id=cast.lan.person),
        VariantRef(stall_id=cast.lan.stall, product_id=shelf.product_id(cast.dau_xanh)),
    )
    key = send(cast.lan.stall, SMALL, now)
    with transaction() as session:
        add_photo(session, actor, here, photo(key), clock=now)
    shelf.approve_changes(cast)
    with transaction() as session:
        added = session.scalars(select(Photo.id).where(Photo.key == key)).one()
        remove_photo(session, actor, here, added, now=now())
    for _ in range(2):
        send(cast.lan.stall, SMALL, now)
    with pytest.raises(Refused, match="đang giữ 3 ảnh.*hết chỗ.*Mời báo cán bộ xã") as refused:
        send(cast.lan.stall, SMALL, now)
    assert refused.value.code == "picture_quota"
    now.move(days=UNUSED_FOR.days + 1)
    work_all()
    for _ in range(2):
        send(cast.lan.stall, SMALL, now)
    with pytest.raises(Refused, match="hết chỗ"):
        send(cast.lan.stall, SMALL, now)


def test_of_many_sent_at_once_no_more_are_taken_than_one_after_the_other(
    app: Flask, cast: Cast, now: Clock, session: Session
) -> None:
    def go(_: int) -> bool:
        try:
            send(cast.lan.stall, ROOMY, now)
        except Refused:
            return False
        return True

    assert sum(crowd(app, range(8), go)) == 3
    assert session.scalar(select(func.count(StoredPicture.id))) == 3


# --- whose ----------------------------------------------------------------------------------------------------------


def test_a_picture_that_another_stall_sent_is_not_taken(cast: Cast, now: Clock) -> None:
    key = send(cast.lan.stall, ROOMY, now)
    for stall_id in (cast.tu.stall, *not_htx(cast, now())[1:]):
        with pytest.raises(Refused, match="đã dùng cho một món khác"), transaction() as session:
            take_picture(session, stall_id, photo(key), now=now())
    with transaction() as session:
        take_picture(session, cast.lan.stall, photo(key), now=now())


def test_a_picture_whose_files_are_gone_is_not_taken(cast: Cast, now: Clock) -> None:
    key = send(cast.lan.stall, ROOMY, now)
    pictures.keep(files.jpeg(400, 300), key=key)
    now.move(days=UNUSED_FOR.days + 1)
    work_all()
    assert not pictures.is_kept(key)
    here = VariantRef(stall_id=cast.lan.stall, product_id=shelf.product_id(cast.dau_xanh))
    with pytest.raises(Refused, match="quá hạn giữ.*vẫn còn"), transaction() as session:
        add_photo(session, Actor(person_id=cast.lan.person), here, photo(key), clock=now)


def test_a_picture_that_a_listing_took_in_time_stays(cast: Cast, now: Clock) -> None:
    key = send(cast.lan.stall, ROOMY, now)
    pictures.keep(files.jpeg(400, 300), key=key)
    here = VariantRef(stall_id=cast.lan.stall, product_id=shelf.product_id(cast.dau_xanh))
    with transaction() as session:
        add_photo(session, Actor(person_id=cast.lan.person), here, photo(key), clock=now)
    now.move(days=400)
    work_all()
    assert pictures.is_kept(key)
