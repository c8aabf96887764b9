"""Where the person signed in works: links for the account page, and the desk to which signing in leads."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import url_for

from market.accounts.queries import chosen_desk_of
from market.base import clock
from market.base.db import reading
from market.sellers import queries
from market.sellers.models import PostRole
from market.sellers.queries.city_posts import city_posts_of
from market.values.period import local_day
from market.web.base.blueprint import blueprint
from market.web.base.commune import current_commune
from market.web.base.web import signed_in_id


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskLink:
    """A place of work. `key` names it where it was chosen to begin with; empty where nobody's day begins there."""

    word: str
    address: str
    icon: str
    key: str = ""
    says: str = ""


def my_desks() -> list[DeskLink]:
    """The places where the person signed in has work, posts first; selling is open to everybody. An
    officer's second factor comes last."""
    person_id = signed_in_id()
    if person_id is None:
        return []
    links = _posts(person_id)
    own = []
    if any(one.key in ("xa", CITY) for one in links):
        own.append(DeskLink(word="Mã xác thực của cán bộ", address=url_for("account.second_factor"), icon="smartphone"))
    return [*links, DeskLink(word="Bán hàng", address=url_for("stall.mine"), icon="store"), *own]


def _posts(person_id: int) -> list[DeskLink]:
    here = current_commune()
    roles = {post.role for post in queries.posts_of(reading(), here.id, person_id, local_day(clock.now()))}
    links = []
    if roles & {PostRole.OFFICER, PostRole.ADMIN}:
        office = url_for("office.home")
        links.append(
            DeskLink(key="xa", word=here.office_name, address=office, icon="landmark", says="Việc của cán bộ xã")
        )
    if PostRole.HELPER in roles:
        helped = url_for("stall.helper_home")
        links.append(
            DeskLink(
                key="thon", word="Tổ công nghệ số", address=helped, icon="hand-helping", says="Các hộ cần giúp ở thôn"
            )
        )
    if PostRole.KEEPER in roles:
        kept = url_for("stall.pickups")
        links.append(
            DeskLink(
                key="diem", word="Điểm nhận hàng", address=kept, icon="package-check", says="Đơn khách tới lấy ở điểm"
            )
        )
    return [*links, *_city(person_id)]


CITY = "thanh-pho"


def _city(person_id: int) -> list[DeskLink]:
    """The page of the city's officers, at whichever commune they sign in."""
    held = city_posts_of(reading(), person_id, local_day(clock.now()))
    city = DeskLink(
        key=CITY, word="Các xã của thành phố", address=url_for("office.city"), icon="landmark", says="Số của mọi xã"
    )
    return [city] * bool(held)


def own_desks(person_id: int) -> list[DeskLink]:
    """Where the work of a person of this commune is: their posts, then each stall of theirs, or, as long as they have
    none, what the office is to answer before they have one."""
    here = current_commune().id
    stalls = [
        DeskLink(
            key=f"gian:{stall.id}",
            word=stall.name,
            address=url_for("stall.today", gian=stall.slug),
            icon="store",
            says="Gian hàng của bạn",
        )
        for stall in queries.stalls_of_person(reading(), here, person_id)
    ]
    return [*_posts(person_id), *(stalls or _to_be_opened(here, person_id))]


def _to_be_opened(commune_id: int, person_id: int) -> list[DeskLink]:
    asked = queries.claims_of_person(reading(), commune_id, person_id) or queries.proposals_of_person(
        reading(), commune_id, person_id
    )
    mine = url_for("stall.mine")
    return [DeskLink(key="ban-hang", word="Bán hàng", address=mine, icon="store", says="Gian đang chờ xã")] * bool(
        asked
    )


def chosen_desk(person_id: int, mine: Sequence[DeskLink]) -> str | None:
    """The key of the desk that a person chose to begin with, where it still is one of theirs."""
    chosen = chosen_desk_of(reading(), person_id)
    return next((one.key for one in mine if one.key == chosen), None)


def landing(person_id: int) -> str:
    """Where signing in leads who was on the way to no page: their one desk, of several the one they chose, else the
    page on which they choose; their account where they have none."""
    mine = own_desks(person_id)
    if not mine:
        return url_for("account.me")
    chosen = chosen_desk(person_id, mine) if len(mine) > 1 else mine[0].key
    return next((one.address for one in mine if one.key == chosen), url_for("account.desks"))


@blueprint.app_context_processor
def _page_context() -> dict[str, object]:
    return {"my_desks": my_desks}
