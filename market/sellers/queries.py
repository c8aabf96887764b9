"""Questions about businesses: who may act for which stall, the register, bank accounts, mandates, posts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session, joinedload

from market.accounts.models import LoginSession, Person
from market.base.errors import NotFound
from market.base.secrets import vault
from market.sellers.models import (
    BankAccount,
    BankConnection,
    Business,
    BusinessHistory,
    BusinessKind,
    BusinessMember,
    BusinessStatus,
    Certificate,
    ClaimState,
    Mandate,
    OldStallSlug,
    Post,
    PostRole,
    Stall,
    StallState,
    Verification,
    VerificationState,
)
from market.values.text import fold

PAGE = 50


def stall_by_slug(session: Session, commune_id: int, slug: str) -> Stall | None:
    query = select(Stall).where(Stall.commune_id == commune_id, Stall.slug == slug)
    return session.scalar(query.options(joinedload(Stall.business).joinedload(Business.hamlet)))


def slug_now(session: Session, commune_id: int, old_slug: str) -> str | None:
    """The present slug of a stall that once had this one."""
    query = (
        select(Stall.slug)
        .join(OldStallSlug, OldStallSlug.stall_id == Stall.id)
        .where(OldStallSlug.commune_id == commune_id, OldStallSlug.slug == old_slug)
    )
    return session.scalar(query)


def stalls_open(session: Session, commune_id: int) -> Sequence[Stall]:
    """The stalls that sell today, oldest first."""
    query = select(Stall).where(Stall.commune_id == commune_id, Stall.state == StallState.MO)
    return session.scalars(
        query.options(joinedload(Stall.business).joinedload(Business.hamlet)).order_by(Stall.id)
    ).all()


@dataclass(frozen=True, slots=True, kw_only=True)
class Right:
    """On what grounds a person acts for a business: as its member, or under a helper's mandate."""

    mandate_id: int | None


def right_to(session: Session, business_id: int, person_id: int, today: date) -> Right | None:
    """The person's right to act for the business today; None where there is none."""
    if session.scalar(
        select(BusinessMember.id).where(*_confirmed(person_id), BusinessMember.business_id == business_id)
    ):
        return Right(mandate_id=None)
    mandate = session.scalar(
        select(Mandate.id)
        .where(*_live(person_id, today), Mandate.business_id == business_id)
        .order_by(Mandate.id.desc())
    )
    return Right(mandate_id=mandate) if mandate else None


def _confirmed(person_id: int) -> tuple[ColumnElement[bool], ...]:
    return (
        BusinessMember.person_id == person_id,
        BusinessMember.state == ClaimState.DA_XAC_NHAN,
        BusinessMember.ended_at.is_(None),
    )


def _live(helper_id: int, today: date) -> tuple[ColumnElement[bool], ...]:
    return (
        Mandate.helper_id == helper_id,
        Mandate.revoked_at.is_(None),
        Mandate.starts_on <= today,
        Mandate.ends_on >= today,
    )


def stalls_of_person(session: Session, commune_id: int, person_id: int) -> Sequence[Stall]:
    """The stalls whose business a person is a confirmed member of."""
    query = (
        select(Stall)
        .join(BusinessMember, BusinessMember.business_id == Stall.business_id)
        .where(Stall.commune_id == commune_id, *_confirmed(person_id))
        .order_by(Stall.id)
    )
    return session.scalars(query).all()


def claims_of_person(session: Session, person_id: int) -> Sequence[BusinessMember]:
    """What a person said is theirs and is not yet, or no longer, confirmed."""
    query = select(BusinessMember).where(
        BusinessMember.person_id == person_id,
        BusinessMember.ended_at.is_(None),
        BusinessMember.state != ClaimState.DA_XAC_NHAN,
    )
    return session.scalars(query.options(joinedload(BusinessMember.business)).order_by(BusinessMember.id)).all()


def claims_waiting(session: Session, commune_id: int) -> Sequence[BusinessMember]:
    """The claims an officer must look at, oldest first."""
    query = (
        select(BusinessMember)
        .join(BusinessMember.business)
        .where(
            Business.commune_id == commune_id, BusinessMember.state == ClaimState.CHO, BusinessMember.ended_at.is_(None)
        )
        .options(joinedload(BusinessMember.business).joinedload(Business.hamlet), joinedload(BusinessMember.person))
        .order_by(BusinessMember.claimed_at, BusinessMember.id)
    )
    return session.scalars(query).all()


def claim_of(session: Session, commune_id: int, member_id: int) -> BusinessMember:
    member = session.get(BusinessMember, member_id)
    if member is None or member.business.commune_id != commune_id:
        raise NotFound
    return member


def business_of(session: Session, commune_id: int, business_id: int) -> Business:
    business = session.get(Business, business_id, options=[joinedload(Business.hamlet)])
    if business is None or business.commune_id != commune_id:
        raise NotFound
    return business


def members_of(session: Session, business_id: int) -> Sequence[BusinessMember]:
    query = select(BusinessMember).where(
        BusinessMember.business_id == business_id,
        BusinessMember.state == ClaimState.DA_XAC_NHAN,
        BusinessMember.ended_at.is_(None),
    )
    return session.scalars(query.options(joinedload(BusinessMember.person)).order_by(BusinessMember.id)).all()


def history_of(session: Session, business_id: int) -> Sequence[BusinessHistory]:
    query = select(BusinessHistory).where(BusinessHistory.business_id == business_id)
    return session.scalars(query.order_by(BusinessHistory.valid_from, BusinessHistory.id)).all()


def verification_of(session: Session, business_id: int) -> Verification | None:
    """The verification in force."""
    query = select(Verification).where(
        Verification.business_id == business_id,
        Verification.state == VerificationState.DA_XAC_THUC,
        Verification.ended_at.is_(None),
    )
    return session.scalar(query.order_by(Verification.id.desc()).limit(1))


# --- the register ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterFilter:
    """What the register page asks for; empty means all."""

    text: str = ""
    hamlet_id: int | None = None
    kind: BusinessKind | None = None
    status: BusinessStatus | None = None
    page: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterPage:
    businesses: Sequence[Business]
    total: int
    page: int

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // PAGE))


def register(session: Session, commune_id: int, wanted: RegisterFilter) -> RegisterPage:
    """One page of the register, 50 rows, by name."""
    query = select(Business).where(Business.commune_id == commune_id, *_conditions(wanted))
    total = session.scalar(select(func.count()).select_from(query.subquery())) or 0
    rows = session.scalars(
        query.options(joinedload(Business.hamlet))
        .order_by(Business.folded, Business.id)
        .limit(PAGE)
        .offset((wanted.page - 1) * PAGE)
    ).all()
    return RegisterPage(businesses=rows, total=total, page=wanted.page)


def _conditions(wanted: RegisterFilter) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if wanted.hamlet_id:
        conditions.append(Business.hamlet_id == wanted.hamlet_id)
    if wanted.kind:
        conditions.append(Business.kind == wanted.kind)
    if wanted.status:
        conditions.append(Business.status == wanted.status)
    if wanted.text:
        conditions.append(_matches(wanted.text))
    return conditions


def _matches(text: str) -> ColumnElement[bool]:
    digits = "".join(character for character in text if character.isdigit())
    words = fold(text)
    matches = [Business.folded.contains(words, autoescape=True)] if words else []
    if len(digits) >= 4:
        matches += [Business.phone.like(f"%{digits.lstrip('0')}"), Business.tax_id.like(f"{digits}%")]
    return or_(*matches) if matches else Business.id < 0


def find_in_register(session: Session, commune_id: int, text: str) -> Sequence[Business]:
    """The few businesses a seller may mean: by name, or by the whole phone or tax code. At most ten."""
    if len(fold(text)) < 2:
        return []
    query = select(Business).where(Business.commune_id == commune_id, _matches(text))
    return session.scalars(query.options(joinedload(Business.hamlet)).order_by(Business.folded).limit(10)).all()


# --- bank accounts --------------------------------------------------------------------------------------------------


def live_bank_account(session: Session, business_id: int) -> BankAccount | None:
    return session.scalar(
        select(BankAccount).where(BankAccount.business_id == business_id, BankAccount.closed_at.is_(None))
    )


def account_number(account: BankAccount) -> str:
    return vault().decrypt(account.number_cipher)


def connection_by_key(session: Session, provider: str, key: str) -> BankConnection | None:
    query = select(BankConnection).where(
        BankConnection.provider == provider, BankConnection.key == key, BankConnection.ended_at.is_(None)
    )
    return session.scalar(query.options(joinedload(BankConnection.bank_account)))


def connection_of(session: Session, bank_account_id: int) -> BankConnection | None:
    """The live feed of notices of an account."""
    query = select(BankConnection).where(
        BankConnection.bank_account_id == bank_account_id, BankConnection.ended_at.is_(None)
    )
    return session.scalar(query.order_by(BankConnection.id.desc()).limit(1))


def certificates_in_force(session: Session, business_id: int, today: date) -> Sequence[Certificate]:
    """The papers an officer has checked and that have not ended."""
    query = select(Certificate).where(
        Certificate.business_id == business_id,
        Certificate.checked_at.is_not(None),
        Certificate.valid_from <= today,
        or_(Certificate.valid_to.is_(None), Certificate.valid_to >= today),
    )
    return session.scalars(query.order_by(Certificate.id)).all()


# --- posts and mandates ---------------------------------------------------------------------------------------------


def posts_of(session: Session, commune_id: int, person_id: int, today: date) -> Sequence[Post]:
    """The posts a person holds in a commune today."""
    query = select(Post).where(Post.commune_id == commune_id, Post.person_id == person_id, *_held(today))
    return session.scalars(query.order_by(Post.id)).all()


def _held(today: date) -> tuple[ColumnElement[bool], ...]:
    return Post.starts_on <= today, or_(Post.ends_on.is_(None), Post.ends_on >= today)


@dataclass(frozen=True, slots=True, kw_only=True)
class PostHolder:
    """A post with the name and phone of its holder."""

    post: Post
    person: Person


def post_holders(
    session: Session, commune_id: int, role: PostRole, today: date, *, hamlet_id: int | None = None
) -> list[PostHolder]:
    """Who holds a post today, in one hamlet or in all."""
    query = (
        select(Post, Person)
        .join(Person, Person.id == Post.person_id)
        .where(Post.commune_id == commune_id, Post.role == role, *_held(today))
        .order_by(Post.hamlet_id, Post.id)
    )
    if hamlet_id is not None:
        query = query.where(Post.hamlet_id == hamlet_id)
    return [PostHolder(post=post, person=person) for post, person in session.execute(query)]


def mandates_of_helper(session: Session, helper_id: int, today: date) -> Sequence[Mandate]:
    """A helper's live mandates."""
    query = select(Mandate).where(*_live(helper_id, today)).options(joinedload(Mandate.business))
    return session.scalars(query.order_by(Mandate.id)).all()


def mandates_of_business(session: Session, business_id: int) -> Sequence[Mandate]:
    """Every mandate a business gave, newest first."""
    query = select(Mandate).where(Mandate.business_id == business_id).options(joinedload(Mandate.helper))
    return session.scalars(query.order_by(Mandate.id.desc())).all()


def mandate_of(session: Session, business_id: int, mandate_id: int) -> Mandate:
    mandate = session.get(Mandate, mandate_id)
    if mandate is None or mandate.business_id != business_id:
        raise NotFound
    return mandate


def visitors_of_business(session: Session, business_id: int) -> set[str]:
    """The browsers on which a business's members have signed in."""
    query = (
        select(LoginSession.visitor)
        .join(BusinessMember, BusinessMember.person_id == LoginSession.person_id)
        .where(BusinessMember.business_id == business_id, LoginSession.visitor.is_not(None))
    )
    return {visitor for visitor in session.scalars(query) if visitor}
