"""Pictures between the phone and a listing: counted against the stall's quota, taken by a listing, forgotten."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from market.base.clock import Clock
from market.base.db import insert_once, locked, locked_all
from market.base.errors import Refused, TooManyTries
from market.base.jobs import enqueue
from market.base.secrets import random_key
from market.catalog.models import StoredPicture
from market.catalog.queries import pictures as queries
from market.catalog.queries.changes import is_picture_taken
from market.catalog.rules import KeptPhoto
from market.sellers.models import Stall
from market.values.period import VIETNAM

FORGET_PHOTO = "forget_photo"
UNUSED_FOR = timedelta(days=7)
DAY = timedelta(days=1)
APART = timedelta(hours=1)
"""A job comes by the database's clock, which may be so far ahead of this machine's."""
KEPT = "Những gì đã điền và ảnh đã có vẫn còn."


@dataclass(frozen=True, slots=True, kw_only=True)
class UploadQuota:
    """How many pictures a stall may keep in storage, those taken off its listings included, and send in 24 hours."""

    kept: int
    a_day: int


def reserve_upload(session: Session, stall_id: int, quota: UploadQuota, *, clock: Clock) -> str:
    """Count a picture against the stall's quota before it is decoded; returns the key to store it under. Its files are
    forgotten in a week, unless a listing has taken it by then.

    TooManyTries where the day's are used up, Refused where the stall's are, NotFound for no such stall.
    """
    stall = locked(session, Stall, Stall.id == stall_id).row
    now = clock()
    _refuse_beyond(session, stall.id, quota, now)
    key = random_key()
    session.add(StoredPicture(stall_id=stall.id, key=key, stored_at=now, keep_until=now + UNUSED_FOR))
    enqueue(session, FORGET_PHOTO, {"key": key}, after=UNUSED_FOR)
    return key


def _refuse_beyond(session: Session, stall_id: int, quota: UploadQuota, now: datetime) -> None:
    oldest_that_counts = queries.nth_newest_upload(session, stall_id, quota.a_day, since=now - DAY)
    if oldest_that_counts:
        again = oldest_that_counts + DAY
        raise TooManyTries(
            f"Gian hàng đã gửi {quota.a_day} ảnh trong 24 giờ qua, hết lượt gửi ảnh. {KEPT} "
            f"Mời gửi tiếp sau {again.astimezone(VIETNAM):%H:%M ngày %d/%m}.",
            wait=again - now,
            code="uploads_of_the_day",
        )
    if queries.count_stored(session, stall_id) >= quota.kept:
        raise Refused(
            "picture_quota",
            f"Gian hàng đang giữ {quota.kept} ảnh trên chợ, kể cả ảnh đã bỏ mà chợ phải giữ một năm, nên hết chỗ. "
            f"{KEPT} Mời báo cán bộ xã để được thêm chỗ.",
        )


def take_picture(session: Session, stall_id: int, photo: KeptPhoto, *, now: datetime) -> None:
    """Let a listing of the stall have a stored picture. Refused where another listing or another stall has this very
    picture, or where its files are gone."""
    row = {"stall_id": stall_id, "key": photo.key, "stored_at": now}
    session.execute(insert_once(session, StoredPicture).values(row))
    [stored] = (one.row for one in locked_all(session, StoredPicture, StoredPicture.key == photo.key))
    if stored.stall_id != stall_id or is_picture_taken(session, photo.key):
        raise Refused(
            "picture_in_use", "Ảnh này đã dùng cho một món khác. Mời chọn hoặc chụp lại ảnh. Những gì đã điền vẫn còn."
        )
    if stored.forgotten_at:
        raise Refused(
            "picture_gone", "Ảnh gửi trước đã quá hạn giữ. Mời chọn hoặc chụp lại ảnh. Những gì đã điền vẫn còn."
        )


def forget_later(session: Session, key: str, product_id: int, *, after: timedelta, now: datetime) -> None:
    """Have the files of a picture that its listing does not show, or will not, forgotten after a while, not before."""
    for stored in locked_all(session, StoredPicture, StoredPicture.key == key):
        stored.row.keep_until = now + after
    enqueue(session, FORGET_PHOTO, {"key": key, "product_id": product_id}, after=after)


def forget_files(session: Session, key: str) -> None:
    """Have the files of a picture dropped that no row names any more."""
    enqueue(session, FORGET_PHOTO, {"key": key})


def forget_unless_taken(session: Session, key: str, *, clock: Clock) -> bool:
    """Give a picture up that no listing has, once its time is over; returns whether its files must go. Idempotent: once
    given up, no listing takes it any more, so that files that are still there may be dropped later."""
    rows = locked_all(session, StoredPicture, StoredPicture.key == key)
    now = clock()
    if is_picture_taken(session, key) or any(row.row.keep_until and row.row.keep_until > now + APART for row in rows):
        return False
    for stored in rows:
        stored.row.forgotten_at = stored.row.forgotten_at or now
    return True
