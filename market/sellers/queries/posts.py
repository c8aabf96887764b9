"""Questions about posts and mandates: who serves where, who may act for whom until when."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import BigInteger, ColumnElement, Date, Select, bindparam, case, exists, func, or_, select
from sqlalchemy.orm import Session, contains_eager, joinedload

from market.accounts.actions import LONGEST_STAY
from market.accounts.models import Person
from market.accounts.queries import people_with_phone
from market.base.errors import NotFound, Refused
from market.sellers.models import Appointment, Business, BusinessMember, Mandate, MandateMethod, Post, PostRole
from market.sellers.queries.city_posts import city_posts_of
from market.values.phone import Phone
from market.values.text import fold

LONGEST_STAYS = {
    PostRole.OFFICER: timedelta(hours=12),
    PostRole.ADMIN: timedelta(hours=12),
    PostRole.HELPER: timedelta(days=30),
    PostRole.KEEPER: timedelta(days=30),
}
"""How long who holds a post stays signed in at most (OWASP ASVS 5.0, 7.3.2). Who decides about others signs in each
working day: NIST SP 800-63B-4, 2.2.3 has 24 hours at most at AAL2. Who acts for others, or writes down
what they see: 30 days, as at AAL1 (2.1.3)."""


def is_live(
    helper_id: int | ColumnElement[int] | None, today: date | ColumnElement[date]
) -> tuple[ColumnElement[bool], ...]:
    """Which mandates a helper may act under today: nobody under none."""
    return (
        Mandate.helper_id == helper_id,
        Mandate.revoked_at.is_(None),
        Mandate.starts_on <= today,
        Mandate.ends_on >= today,
    )


def _held(today: date | ColumnElement[date]) -> tuple[ColumnElement[bool], ...]:
    return Post.starts_on <= today, or_(Post.ends_on.is_(None), Post.ends_on >= today)


_MINE_TODAY = (
    Post.commune_id == bindparam("commune", type_=BigInteger()),
    Post.person_id == bindparam("person", type_=BigInteger()),
    *_held(bindparam("today", type_=Date())),
)
_POSTS_OF = select(Post).where(*_MINE_TODAY).order_by(Post.id)
_DECIDES = select(Post.id).where(*_MINE_TODAY, Post.role.in_((PostRole.OFFICER, PostRole.ADMIN))).limit(1)


def posts_of(session: Session, commune_id: int, person_id: int, today: date) -> Sequence[Post]:
    """The posts a person holds in a commune today."""
    return session.scalars(_POSTS_OF, {"commune": commune_id, "person": person_id, "today": today}).all()


def is_officer(session: Session, commune_id: int, person_id: int, today: date) -> bool:
    """Whether a person decides for a commune's office today."""
    asked = {"commune": commune_id, "person": person_id, "today": today}
    return session.scalar(_DECIDES, asked) is not None


def hamlets_served(posts: Iterable[Post], role: PostRole) -> frozenset[int]:
    """The hamlets in which the holder of these posts has this role."""
    return frozenset(post.hamlet_id for post in posts if post.role is role and post.hamlet_id)


def is_keeper(post: Post, hamlet_id: int, today: date) -> bool:
    """Whether the holder of a post keeps a hamlet's pickup points today."""
    is_held = post.starts_on <= today and (post.ends_on is None or today <= post.ends_on)
    return is_held and hamlet_id in hamlets_served([post], PostRole.KEEPER)


def officers_of(session: Session, commune_id: int, today: date) -> set[int]:
    """The people who decide for a commune's office today."""
    roles = Post.role.in_((PostRole.OFFICER, PostRole.ADMIN))
    return set(session.scalars(select(Post.person_id).where(Post.commune_id == commune_id, roles, *_held(today))))


def longest_stay(session: Session, commune_id: int, person_id: int, today: date) -> timedelta:
    """How long this person stays signed in, however much they use it: the shortest of the posts they hold today."""
    stays = [LONGEST_STAYS[post.role] for post in posts_of(session, commune_id, person_id, today)]
    if city_posts_of(session, person_id, today):
        stays.append(LONGEST_STAYS[PostRole.OFFICER])
    return min(stays, default=LONGEST_STAY)


def has_part(person_id: ColumnElement[int]) -> ColumnElement[bool]:
    """Whether an officer gave a person a place in the commune: a business of theirs, a post now or before."""
    member = exists().where(BusinessMember.person_id == person_id, BusinessMember.is_confirmed)
    return member | exists().where(Post.person_id == person_id)


def person_of_phone(session: Session, phone: Phone, name: str | None) -> Person:
    """The one person with an account on this phone who bears the name; without a name the only one. Refused else."""
    people = people_with_phone(session, phone)
    if not people:
        raise Refused(
            "no_account",
            "Số này chưa có tài khoản trên chợ. Mời hỏi lại người đó số điện thoại đã ghi khi lập tài khoản.",
        )
    named = [one for one in people if name is None or fold(one.name) == fold(name)]
    if len(named) != 1:
        raise Refused(
            "name_differs", "Tên chưa khớp với tài khoản của số này. Mời hỏi lại người đó tên đã ghi khi lập tài khoản."
        )
    return named[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class PostHolder:
    """A post with the name and phone of its holder."""

    post: Post
    person: Person


MOST_HOLDERS = 200
"""No commune has so many: what is offered to choose from ends there."""


def held_posts(commune_id: int, role: PostRole, today: date) -> Select[Post, Person]:
    """The posts of a role that are held today with their holders, hamlet by hamlet."""
    query = select(Post, Person).join(Person, Person.id == Post.person_id)
    return query.where(Post.commune_id == commune_id, Post.role == role, *_held(today)).order_by(
        Post.hamlet_id, Post.id
    )


def post_holders(
    session: Session, commune_id: int, role: PostRole, today: date, *, hamlet_id: int | None = None
) -> list[PostHolder]:
    """Who holds a post today, in one hamlet or in all: two hundred at most."""
    query = held_posts(commune_id, role, today)
    if hamlet_id is not None:
        query = query.where(Post.hamlet_id == hamlet_id)
    return holders_in(session, query, 0, MOST_HOLDERS)


def holders_in(session: Session, query: Select[Post, Person], first: int, most: int) -> list[PostHolder]:
    """Of these posts so many, from the `first` on."""
    found = session.execute(query.offset(first).limit(most))
    return [PostHolder(post=post, person=person) for post, person in found]


def live_mandates(
    session: Session, commune_id: int, today: date, *, first: int = 0, most: int | None = None
) -> Sequence[Mandate]:
    """The mandates that live in a commune today, the first to end first: from the `first` on, at most so many."""
    query = _live_in(commune_id, today).order_by(Mandate.ends_on, Mandate.id)
    return session.scalars(query.offset(first).limit(most)).all()


def mandates_of_helper(session: Session, commune_id: int, helper_id: int, today: date) -> Sequence[Mandate]:
    """The mandates that a helper has in a commune today, the first to end first, at most fifty."""
    query = _live_in(commune_id, today).where(Mandate.helper_id == helper_id)
    return session.scalars(query.order_by(Mandate.ends_on, Mandate.id).limit(50)).all()


def _live_in(commune_id: int, today: date) -> Select[Mandate]:
    """Their helpers hold, or held, a post there: so an index leads to them."""
    helpers = select(Post.person_id).where(Post.commune_id == commune_id, Post.role == PostRole.HELPER)
    return (
        select(Mandate)
        .join(Mandate.business)
        .where(
            Business.commune_id == commune_id,
            Mandate.helper_id.in_(helpers),
            Mandate.revoked_at.is_(None),
            Mandate.starts_on <= today,
            Mandate.ends_on >= today,
        )
        .options(contains_eager(Mandate.business), joinedload(Mandate.helper))
    )


LOOKED_BACK = timedelta(days=3)


def lapsed_mandates(session: Session, today: date) -> Sequence[int]:
    """The mandates whose last day is over, of late, by their ids."""
    query = select(Mandate.id).where(Mandate.ends_on < today, Mandate.ends_on >= today - LOOKED_BACK)
    return session.scalars(query.where(Mandate.revoked_at.is_(None)).order_by(Mandate.id)).all()


def open_appointments(session: Session, commune_id: int, now: datetime) -> Sequence[Appointment]:
    """The appointments that wait for a second officer or for their code to be typed: the latest fifty, newest first."""
    query = select(Appointment).where(
        Appointment.commune_id == commune_id,
        Appointment.taken_at.is_(None),
        Appointment.withdrawn_at.is_(None),
        Appointment.expires_at > now,
    )
    return session.scalars(query.order_by(Appointment.id.desc()).limit(50)).all()


def name_on_appointment(session: Session, appointment_id: int) -> str:
    return session.scalars(select(Appointment.name).where(Appointment.id == appointment_id)).one()


def post_to_end(session: Session, commune_id: int, post_id: int, today: date) -> Post:
    """A post that is held today, with its holder; NotFound for none, or the operator's."""
    query = select(Post).where(
        Post.id == post_id, Post.commune_id == commune_id, Post.role != PostRole.ADMIN, *_held(today)
    )
    post = session.scalar(query.options(joinedload(Post.person)))
    if post is None:
        raise NotFound
    return post


PAPERS_SHOWN = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperMandates:
    """The first of the mandates on signed paper, as they are shown, and how many there are in all."""

    shown: Sequence[Mandate]
    total: int

    @property
    def others(self) -> int:
        """How many are not shown."""
        return self.total - len(self.shown)


def paper_mandates(session: Session, business_id: int, today: date) -> PaperMandates:
    """Those under which somebody may act for a business today, the first to end first."""
    live = Mandate.revoked_at.is_(None), Mandate.starts_on <= today, Mandate.ends_on >= today
    query = select(Mandate).where(Mandate.business_id == business_id, Mandate.method == MandateMethod.PAPER, *live)
    first = query.options(joinedload(Mandate.helper)).order_by(Mandate.ends_on, Mandate.id).limit(PAPERS_SHOWN)
    total = session.scalars(query.with_only_columns(func.count(Mandate.id))).one()
    return PaperMandates(shown=session.scalars(first).all(), total=total)


def mandate_with_id(session: Session, business_id: int, mandate_id: int) -> Mandate:
    """A mandate of a business, with its helper; NotFound for another's."""
    mandate = session.get(Mandate, mandate_id, options=[joinedload(Mandate.helper)])
    if mandate is None or mandate.business_id != business_id:
        raise NotFound
    return mandate


def mandates_of_business(
    session: Session, business_id: int, today: date, *, first: int = 0, most: int = 50
) -> Sequence[Mandate]:
    """The mandates a business gave, those that have not ended first, then the newest: from the `first` on, at most so
    many."""
    query = select(Mandate).where(Mandate.business_id == business_id).options(joinedload(Mandate.helper))
    lasts = Mandate.revoked_at.is_(None) & (Mandate.ends_on >= today)
    in_order = query.order_by(case((lasts, 0), else_=1), Mandate.id.desc())
    return session.scalars(in_order.offset(first).limit(most)).all()
