"""Where the person signed in works, and what that asks of their account: links for the account page."""

from dataclasses import dataclass

from flask import url_for

from market.base import clock
from market.base.db import reading
from market.sellers import queries
from market.sellers.models import PostRole
from market.values.period import local_day
from market.web.base.blueprint import blueprint
from market.web.base.commune import current_commune
from market.web.base.web import signed_in_id


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskLink:
    word: str
    address: str
    icon: str


def my_desks() -> list[DeskLink]:
    """The places where the person signed in has work, posts first; selling is open to everybody. An
    officer's second factor comes last."""
    person_id = signed_in_id()
    if person_id is None:
        return []
    roles = {post.role for post in queries.posts_of(reading(), current_commune().id, person_id, local_day(clock.now()))}
    links, own = [], []
    if roles & {PostRole.OFFICER, PostRole.ADMIN}:
        links.append(DeskLink(word=current_commune().office_name, address=url_for("office.home"), icon="landmark"))
        own.append(DeskLink(word="Mã xác thực của cán bộ", address=url_for("account.second_factor"), icon="smartphone"))
    if PostRole.HELPER in roles:
        links.append(DeskLink(word="Tổ công nghệ số", address=url_for("stall.helper_home"), icon="hand-helping"))
    if PostRole.KEEPER in roles:
        links.append(DeskLink(word="Điểm nhận hàng", address=url_for("stall.pickups"), icon="package-check"))
    return [*links, DeskLink(word="Bán hàng", address=url_for("stall.mine"), icon="store"), *own]


@blueprint.app_context_processor
def _page_context() -> dict[str, object]:
    return {"my_desks": my_desks}
