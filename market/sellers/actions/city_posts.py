"""What happens to posts above the communes: the operator's command gives and ends them."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from market.accounts.models import Person
from market.base.audit import Actor, Change, record
from market.base.db import locked
from market.base.errors import Refused
from market.sellers.models import CityPost
from market.sellers.queries.city_posts import city_posts_of
from market.values.period import local_day


@dataclass(frozen=True, slots=True, kw_only=True)
class NewCityPost:
    """Whose eyes the communes of a province (its code) are under, by which paper."""

    person_id: int
    province_code: str
    paper: str


def add_city_post(session: Session, actor: Actor, new: NewCityPost, *, now: datetime) -> int:
    """Let a person see the communes of a province side by side from today on; returns the post's id. The same twice is
    one. NotFound for a person who is not there."""
    locked(session, Person, Person.id == new.person_id)
    today = local_day(now)
    held = city_posts_of(session, new.person_id, today)
    if same := next((post.id for post in held if post.province_code == new.province_code), None):
        return same
    post = CityPost(
        person_id=new.person_id,
        province_code=new.province_code,
        paper=new.paper,
        starts_on=today,
        recorded_at=now,
    )
    session.add(post)
    session.flush()
    record(session, actor, Change(verb="add_city_post", subject="city_post", subject_id=post.id), now=now)
    return post.id


def end_city_posts(session: Session, actor: Actor, person_id: int, *, now: datetime) -> int:
    """End what a person holds above the communes at once; returns how many. Refused for who holds none,
    NotFound for a person who is not there."""
    locked(session, Person, Person.id == person_id)
    today = local_day(now)
    held = city_posts_of(session, person_id, today)
    if not held:
        raise Refused("no_city_officer", "Người này không phải cán bộ thành phố.")
    for post in held:
        post.ends_on = today - timedelta(days=1)
        record(session, actor, Change(verb="end_city_post", subject="city_post", subject_id=post.id), now=now)
    session.flush()
    return len(held)
