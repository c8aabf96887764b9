"""Which part of the market an error page stands in: the part that was asked for, where the person has work in it."""

from dataclasses import dataclass

from flask import request, url_for
from sqlalchemy.exc import SQLAlchemyError

from market.base import clock
from market.base.db import reading
from market.base.errors import NotFound
from market.sellers import queries
from market.sellers.models import PostRole
from market.values.period import local_day
from market.web.base.access import StallContext, desk_of_slug
from market.web.base.commune import current_commune
from market.web.base.web import signed_in_id


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """The error page of a part: its template, and the way back to the part's first page."""

    template: str
    word: str
    address: str
    desk: StallContext | None = None


SHOP = Frame(template="errors/page.html", word="Về chợ", address="/")


def frame_of_page() -> Frame:
    """The frame of the part in which the person signed in is; the shop's for everybody else, and where the database
    itself is what failed."""
    try:
        return _own_frame() or SHOP
    except (NotFound, SQLAlchemyError):
        return SHOP


def _own_frame() -> Frame | None:
    part, _, rest = request.path.strip("/").partition("/")
    person_id = signed_in_id()
    if person_id is None or part not in ("ban-hang", "van-phong", "to-cong-nghe", "diem-nhan"):
        return None
    if part == "ban-hang":
        return _stall_frame(rest.partition("/")[0], person_id)
    roles = {post.role for post in queries.posts_of(reading(), current_commune().id, person_id, local_day(clock.now()))}
    if part == "van-phong" and roles & {PostRole.OFFICER, PostRole.ADMIN}:
        return Frame(template="office/_error.html", word="Về chỉ tiêu", address=url_for("office.kpi"))
    if part == "to-cong-nghe" and PostRole.HELPER in roles:
        return Frame(template="stall/helper/_error.html", word="Về thôn tôi", address=url_for("stall.helper_home"))
    if part == "diem-nhan" and PostRole.KEEPER in roles:
        return Frame(template="stall/pickups/_error.html", word="Về điểm nhận", address=url_for("stall.pickups"))
    return None


def _stall_frame(slug: str, person_id: int) -> Frame:
    desk = desk_of_slug(slug, person_id)
    address = url_for("stall.today", gian=desk.slug)
    return Frame(template="stall/_error.html", word="Về Hôm nay", address=address, desk=desk)
