"""Who may open which page: a stall's people, the office, the helpers. Another's id answers 404."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Concatenate, ParamSpec

from flask import g, redirect, request, url_for

from market.base import clock
from market.base.audit import Actor
from market.base.db import reading
from market.base.errors import NotFound, SecondFactorNeeded
from market.sellers import queries
from market.sellers.models import PostRole
from market.sellers.queries.city_posts import city_posts_of
from market.values.period import local_day
from market.web.base.commune import current_commune
from market.web.base.private_amounts import hide_amounts_from_helper
from market.web.base.stall_watch import stall_watch
from market.web.base.web import Page, require_person, require_second_factor, signed_in_id

P = ParamSpec("P")


@dataclass(frozen=True, slots=True, kw_only=True)
class StallContext:
    """A stall as the person who runs it has it open: whose it is, and who acts (perhaps on its behalf)."""

    stall_id: int
    business_id: int
    commune_id: int
    slug: str
    name: str
    actor: Actor

    @property
    def is_helper(self) -> bool:
        return self.actor.mandate_id is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficeDesk:
    commune_id: int
    person_id: int
    actor: Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class CityDesk:
    """Who sees the communes of these provinces (their codes) side by side."""

    person_id: int
    provinces: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class HamletDesk:
    """Who serves these hamlets, as a helper or as the keeper of their pickup points."""

    commune_id: int
    person_id: int
    hamlet_ids: frozenset[int]
    actor: Actor


def stall_page(view: Callable[Concatenate[StallContext, P], Page]) -> Callable[..., Page]:
    """A page under `/ban-hang/<gian>` for its members and for helpers whose mandate lives today.

    A stall's earlier address leads to its present one for good; a form that was opened there before does its work.
    """

    @wraps(view)
    def guarded(gian: str, *args: P.args, **kwargs: P.kwargs) -> Page:
        desk = _desk_at(gian, require_person())
        if desk.slug != gian and request.method == "GET" and request.endpoint:
            return redirect(url_for(request.endpoint, **{**(request.view_args or {}), "gian": desk.slug}), 301)
        if desk.is_helper:
            hide_amounts_from_helper(view.__module__.split(".")[3])
        if request.method == "GET":
            stall_watch(desk)  # before what the page shows: nothing that comes in between is missed
        return view(desk, *args, **kwargs)

    return guarded


def _desk_at(gian: str, person_id: int) -> StallContext:
    """The desk of the stall at this address, or that had it before; NotFound where they have no right to one."""
    try:
        return desk_of_slug(gian, person_id)
    except NotFound:
        moved = queries.slug_now(reading(), current_commune().id, gian)
        if moved is None:
            raise
    return desk_of_slug(moved, person_id)


def desk_of_slug(slug: str, person_id: int) -> StallContext:
    """The desk of the stall at this address; NotFound where there is none, or they have no right to it."""
    stall = queries.stall_run_by(reading(), person_id, current_commune().id, slug, local_day(clock.now()))
    if stall is None:
        raise NotFound
    return StallContext(
        stall_id=stall.stall_id,
        business_id=stall.business_id,
        commune_id=stall.commune_id,
        slug=stall.slug,
        name=stall.name,
        actor=Actor(
            person_id=person_id,
            on_behalf_of=stall.business_id if stall.mandate_id else None,
            mandate_id=stall.mandate_id,
            request_id=g.get("request_id"),
        ),
    )


def office_page(view: Callable[Concatenate[OfficeDesk, P], Page]) -> Callable[P, Page]:
    """A page for the officers of this commune, who have given their second factor where they need one."""

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> Page:
        return view(_office_desk(require_person()), *args, **kwargs)

    return guarded


def _office_desk(person_id: int) -> OfficeDesk:
    """NotFound for who is no officer here, SecondFactorNeeded for one who has not given theirs."""
    if not queries.is_officer(reading(), current_commune().id, person_id, local_day(clock.now())):
        raise NotFound
    require_second_factor()
    actor = Actor(person_id=person_id, request_id=g.get("request_id"))
    return OfficeDesk(commune_id=current_commune().id, person_id=person_id, actor=actor)


def city_page(view: Callable[Concatenate[CityDesk, P], Page]) -> Callable[P, Page]:
    """A page for the officers of the city, who have given their second factor where they need one: figures of communes
    alone. They have no right to a page of any commune by it, nor a commune's officers to this one."""

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> Page:
        person_id = require_person()
        held = city_posts_of(reading(), person_id, local_day(clock.now()))
        if not held:
            raise NotFound
        require_second_factor()
        provinces = frozenset(post.province_code for post in held)
        return view(CityDesk(person_id=person_id, provinces=provinces), *args, **kwargs)

    return guarded


def office_desk_to_look() -> OfficeDesk:
    """The desk of who has one of the office's pages open; NotFound for everybody for whom none opens."""
    try:
        return _office_desk(_person_to_look())
    except SecondFactorNeeded as error:
        raise NotFound from error


def keeper_desk_to_look() -> HamletDesk:
    """The same of the keepers' pages."""
    return _hamlet_desk(PostRole.KEEPER, _person_to_look())


def _person_to_look() -> int:
    """Who is signed in. NotFound where nobody is: what a page asks by itself is led to no sign-in page."""
    person_id = signed_in_id()
    if person_id is None:
        raise NotFound
    return person_id


def helper_page(view: Callable[Concatenate[HamletDesk, P], Page]) -> Callable[P, Page]:
    """A page for the helpers of this commune's hamlets."""
    return _hamlet_page(PostRole.HELPER, view)


def keeper_page(view: Callable[Concatenate[HamletDesk, P], Page]) -> Callable[P, Page]:
    """A page for the keepers of this commune's pickup points."""
    return _hamlet_page(PostRole.KEEPER, view)


def _hamlet_page(role: PostRole, view: Callable[Concatenate[HamletDesk, P], Page]) -> Callable[P, Page]:
    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> Page:
        return view(_hamlet_desk(role, require_person()), *args, **kwargs)

    return guarded


def _hamlet_desk(role: PostRole, person_id: int) -> HamletDesk:
    """NotFound for who does not serve any hamlet so."""
    posts = queries.posts_of(reading(), current_commune().id, person_id, local_day(clock.now()))
    hamlets = queries.hamlets_served(posts, role)
    if not hamlets:
        raise NotFound
    actor = Actor(person_id=person_id, request_id=g.get("request_id"))
    return HamletDesk(commune_id=current_commune().id, person_id=person_id, hamlet_ids=hamlets, actor=actor)
