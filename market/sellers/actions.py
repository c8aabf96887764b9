"""What happens to businesses and stalls: claims, verification, settings, bank accounts, mandates, posts."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from market.accounts.models import Consent, ConsentPurpose
from market.base.audit import Actor, Change, record
from market.base.errors import Conflict, NotFound, Refused
from market.base.secrets import random_key, vault
from market.sellers import queries
from market.sellers.models import (
    BankAccount,
    BankConnection,
    Business,
    BusinessHistory,
    BusinessKind,
    BusinessMember,
    BusinessStatus,
    ClaimState,
    HolderRelation,
    Mandate,
    MandateMethod,
    OldStallSlug,
    Post,
    PostRole,
    Stall,
    StallState,
    Verification,
    VerificationState,
)
from market.values.money import Dong
from market.values.period import local_day
from market.values.phone import Phone
from market.values.taxid import CitizenId, TaxId
from market.values.text import fold, slug

LONGEST_MANDATE_DAYS = 366
FAMILY_TEXT_VERSION = "2026-11"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewBusiness:
    """A business for the register; `valid_from` is the day from which what is said of it holds."""

    commune_id: int
    hamlet_id: int
    kind: BusinessKind
    name: str
    valid_from: date
    source: str
    status: BusinessStatus = BusinessStatus.DANG_HOAT_DONG
    owner_name: str | None = None
    phone: Phone | None = None
    tax_id: TaxId | None = None
    trade: str | None = None
    address: str | None = None


def _log(session: Session, actor: Actor, verb: str, business: Business, *fields: str, now: datetime) -> None:
    change = Change(
        verb=verb,
        subject="business",
        subject_id=business.id,
        commune_id=business.commune_id,
        business_id=business.id,
        fields=fields,
    )
    record(session, actor, change, now=now)


def add_business(session: Session, actor: Actor, new: NewBusiness, *, now: datetime) -> int:
    """Enter a business and the first line of its history; gives the id. Conflict where the tax code is known."""
    if new.tax_id and session.scalar(
        select(Business.id).where(Business.commune_id == new.commune_id, Business.tax_id == new.tax_id)
    ):
        raise Conflict(f"Mã số thuế {new.tax_id} đã có trong sổ hộ.")
    business = Business(
        commune_id=new.commune_id,
        hamlet_id=new.hamlet_id,
        kind=new.kind,
        status=new.status,
        name=new.name,
        folded=fold(new.name),
        owner_name=new.owner_name,
        phone=new.phone,
        tax_id=new.tax_id,
        trade=new.trade,
        address=new.address,
        created_at=now,
        updated_at=now,
    )
    session.add(business)
    session.flush()
    _write_history(session, business, new.valid_from, new.source, now=now)
    _log(session, actor, "add_business", business, now=now)
    return business.id


def _write_history(session: Session, business: Business, valid_from: date, source: str, *, now: datetime) -> None:
    session.add(
        BusinessHistory(
            business_id=business.id,
            kind=business.kind,
            status=business.status,
            hamlet_id=business.hamlet_id,
            valid_from=valid_from,
            recorded_at=now,
            source=source,
        )
    )


HISTORIC = ("kind", "status", "hamlet_id")
EDITABLE = (*HISTORIC, "name", "owner_name", "phone", "tax_id", "trade", "address")


def edit_business(session: Session, actor: Actor, business_id: int, new: NewBusiness, *, now: datetime) -> list[str]:
    """Bring a business to what is now said of it; gives the changed fields. Kind, status and hamlet leave history."""
    business = queries.business_of(session, new.commune_id, business_id)
    changed = [field for field in EDITABLE if getattr(business, field) != getattr(new, field)]
    for field in changed:
        setattr(business, field, getattr(new, field))
    if not changed:
        return []
    business.folded = fold(new.name)
    business.updated_at = now
    if set(changed) & set(HISTORIC):
        _write_history(session, business, new.valid_from, new.source, now=now)
    _log(session, actor, "edit_business", business, *changed, now=now)
    return changed


# --- claims and verification ----------------------------------------------------------------------------------------


def claim_business(session: Session, actor: Actor, commune_id: int, business_id: int, *, now: datetime) -> int:
    """Say that a business is the actor's own; an officer decides. Claiming twice is one claim."""
    business = queries.business_of(session, commune_id, business_id)
    if actor.person_id is None:
        raise NotFound
    known = session.scalar(
        select(BusinessMember).where(
            BusinessMember.business_id == business_id, BusinessMember.person_id == actor.person_id
        )
    )
    if known is None:
        known = BusinessMember(business_id=business_id, person_id=actor.person_id, claimed_at=now)
        session.add(known)
    elif known.state is ClaimState.DA_XAC_NHAN and known.ended_at is None:
        raise Refused("Cơ sở này đã là của bạn rồi.")
    else:
        known.state, known.claimed_at, known.ended_at = ClaimState.CHO, now, None
    session.flush()
    _log(session, actor, "claim_business", business, now=now)
    return known.id


@dataclass(frozen=True, slots=True, kw_only=True)
class Verify:
    """What an officer saw when verifying a claim: whose paper, which, and the stall's name to open."""

    commune_id: int
    member_id: int
    full_name: str
    paper: str
    citizen_id: CitizenId | None
    note: str | None = None


def verify_claim(session: Session, actor: Actor, seen: Verify, *, now: datetime) -> int:
    """Confirm a claim and open the business's stall if it has none; gives the stall's id.

    The ID number itself is not kept: only a keyed hash, to find the same person again, and its last four digits.
    """
    member = queries.claim_of(session, seen.commune_id, seen.member_id)
    if member.state is not ClaimState.CHO:
        raise Conflict("Đề nghị này đã có người xử lý.")
    if actor.person_id is None or actor.person_id == member.person_id:
        raise Refused("Người xác nhận phải là cán bộ khác với người đề nghị.")
    member.state, member.decided_at, member.decided_by, member.refusal = (
        ClaimState.DA_XAC_NHAN,
        now,
        actor.person_id,
        None,
    )
    session.add(
        Verification(
            business_id=member.business_id,
            state=VerificationState.DA_XAC_THUC,
            full_name=seen.full_name,
            paper=seen.paper,
            id_digest=vault().digest("citizen-id", seen.citizen_id) if seen.citizen_id else None,
            id_last4=seen.citizen_id.last4 if seen.citizen_id else None,
            verified_by=actor.person_id,
            verified_at=now,
            note=seen.note,
        )
    )
    _log(session, actor, "verify_business", member.business, "verification", now=now)
    return open_stall(session, actor, member.business, now=now)


def refuse_claim(
    session: Session, actor: Actor, commune_id: int, member_id: int, reason: str, *, now: datetime
) -> None:
    """Say no to a claim, with the reason the person will read."""
    member = queries.claim_of(session, commune_id, member_id)
    if member.state is not ClaimState.CHO:
        raise Conflict("Đề nghị này đã có người xử lý.")
    member.state, member.decided_at, member.decided_by = ClaimState.TU_CHOI, now, actor.person_id
    member.refusal = reason
    _log(session, actor, "refuse_claim", member.business, now=now)


def open_stall(session: Session, actor: Actor, business: Business, *, now: datetime) -> int:
    """The id of the business's stall, opened now if it had none."""
    known = session.scalar(select(Stall.id).where(Stall.business_id == business.id))
    if known:
        return known
    stall = Stall(
        commune_id=business.commune_id,
        business_id=business.id,
        slug=_free_slug(session, business.commune_id, business.name),
        name=business.name,
        opened_at=now,
    )
    session.add(stall)
    session.flush()
    _log(session, actor, "open_stall", business, now=now)
    return stall.id


def _free_slug(session: Session, commune_id: int, name: str) -> str:
    """An address nobody in the commune has, or ever had."""
    wanted = slug(name, 40)
    taken = set(session.scalars(select(Stall.slug).where(Stall.commune_id == commune_id)))
    taken |= set(session.scalars(select(OldStallSlug.slug).where(OldStallSlug.commune_id == commune_id)))
    number = 1
    candidate = wanted
    while candidate in taken:
        number += 1
        candidate = f"{wanted}-{number}"
    return candidate


@dataclass(frozen=True, slots=True, kw_only=True)
class StallSettings:
    """How a stall sells. Fees in đồng."""

    name: str
    intro: str
    is_paused: bool
    accepts_by_itself: bool
    delivers_in_commune: bool
    delivery_fee: Dong
    ships_outside: bool
    shipping_fee: Dong


def change_stall(session: Session, actor: Actor, stall_id: int, new: StallSettings, *, now: datetime) -> str:
    """Change a stall's settings; gives its slug, new where the name changed. The old address keeps leading here."""
    stall = session.get_one(Stall, stall_id)
    if stall.name != new.name:
        session.add(OldStallSlug(commune_id=stall.commune_id, stall_id=stall.id, slug=stall.slug))
        stall.slug = _free_slug(session, stall.commune_id, new.name)
    for field in (
        "name",
        "intro",
        "accepts_by_itself",
        "delivers_in_commune",
        "delivery_fee",
        "ships_outside",
        "shipping_fee",
    ):
        setattr(stall, field, getattr(new, field))
    if stall.state is not StallState.DONG:
        stall.state = StallState.NGHI if new.is_paused else StallState.MO
    _log(session, actor, "change_stall", stall.business, now=now)
    return stall.slug


# --- bank accounts --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class NewBankAccount:
    """Where a business is paid. `family_consent` names the family member whose account it is and who agreed."""

    business_id: int
    bin: str
    number: str
    holder: str
    is_family: bool
    family_consent: str | None


def set_bank_account(session: Session, actor: Actor, new: NewBankAccount, *, now: datetime) -> int:
    """Replace the live account of a verified business. Open payment requests keep the account they were told.

    The holder must be the verified person, or a family member whose consent is recorded.
    """
    verification = queries.verification_of(session, new.business_id)
    if verification is None:
        raise Refused("Cơ sở chưa được xã xác nhận nên chưa đặt được tài khoản nhận tiền.")
    is_own = fold(new.holder) in (fold(verification.full_name), fold(_business(session, new.business_id).name))
    if not is_own and not (new.is_family and new.family_consent):
        raise Refused(
            f"Tên chủ tài khoản khác với người đã xác nhận ({verification.full_name}). "
            "Nếu là tài khoản người nhà, chọn mục đó và ghi ai đã đồng ý."
        )
    consent = None if is_own else _family_consent(session, actor, new, now=now)
    current = queries.live_bank_account(session, new.business_id)
    if current:
        current.closed_at = now
        session.flush()
    account = BankAccount(
        business_id=new.business_id,
        bin=new.bin,
        number_cipher=vault().encrypt(new.number),
        number_digest=vault().digest("bank-account", f"{new.bin}{new.number}"),
        number_last4=new.number[-4:],
        holder=new.holder,
        relation=HolderRelation.CHINH_CHU if is_own else HolderRelation.NGUOI_NHA,
        consent_id=consent,
        created_at=now,
    )
    session.add(account)
    session.flush()
    _log(session, actor, "set_bank_account", _business(session, new.business_id), "bank_account", now=now)
    return account.id


def _business(session: Session, business_id: int) -> Business:
    return session.get_one(Business, business_id)


def _family_consent(session: Session, actor: Actor, new: NewBankAccount, *, now: datetime) -> int:
    consent = Consent(
        business_id=new.business_id,
        purpose=ConsentPurpose.FAMILY_ACCOUNT,
        text_version=FAMILY_TEXT_VERSION,
        note=new.family_consent,
        witness_id=actor.person_id,
        given_at=now,
    )
    session.add(consent)
    session.flush()
    return consent.id


def connect_bank(session: Session, actor: Actor, business_id: int, provider: str, secret: str, *, now: datetime) -> str:
    """Take notices of the live account from a provider, with the secret the seller set there; gives the address's key.

    A new secret for the same account keeps the address, so that nothing has to be changed at the provider.
    """
    account = queries.live_bank_account(session, business_id)
    if account is None:
        raise Refused("Chưa có tài khoản nhận tiền. Đặt tài khoản trước rồi nối báo có.")
    known = queries.connection_of(session, account.id)
    if known is None:
        known = BankConnection(
            bank_account_id=account.id, provider=provider, key=random_key(), secret_cipher="", created_at=now
        )
        session.add(known)
    known.secret_cipher = vault().encrypt(secret)
    session.flush()
    _log(session, actor, "connect_bank", account.business, "bank_connection", now=now)
    return known.key


# --- mandates and posts ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class NewMandate:
    """Consent of a business to one helper. `granted_by` is the owner's name; a paper one says where the paper is."""

    business_id: int
    helper_id: int
    granted_by: str
    method: MandateMethod
    paper: str | None
    starts_on: date
    ends_on: date


def grant_mandate(session: Session, actor: Actor, new: NewMandate, *, now: datetime) -> int:
    """Write a mandate down; refused without an end within a year, or to somebody who is no helper here."""
    business = _business(session, new.business_id)
    today = local_day(now)
    if not today <= new.ends_on or (new.ends_on - new.starts_on).days > LONGEST_MANDATE_DAYS:
        raise Refused("Ủy quyền cần ngày kết thúc, từ hôm nay và không quá một năm.")
    posts = queries.posts_of(session, business.commune_id, new.helper_id, today)
    if not any(post.role is PostRole.HELPER for post in posts):
        raise Refused("Người này chưa là thành viên Tổ công nghệ số của xã.")
    mandate = Mandate(
        business_id=new.business_id,
        helper_id=new.helper_id,
        granted_by=new.granted_by,
        method=new.method,
        paper=new.paper,
        starts_on=new.starts_on,
        ends_on=new.ends_on,
        recorded_by=actor.person_id,
        recorded_at=now,
    )
    session.add(mandate)
    session.flush()
    _log(session, actor, "grant_mandate", business, "mandate", now=now)
    return mandate.id


def revoke_mandate(session: Session, actor: Actor, business_id: int, mandate_id: int, *, now: datetime) -> None:
    """End a mandate at once."""
    mandate = queries.mandate_of(session, business_id, mandate_id)
    mandate.revoked_at = mandate.revoked_at or now
    _log(session, actor, "revoke_mandate", mandate.business, "mandate", now=now)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPost:
    commune_id: int
    person_id: int
    role: PostRole
    hamlet_id: int | None
    starts_on: date


def add_post(session: Session, actor: Actor, new: NewPost, *, now: datetime) -> int:
    """Give a person a post; a helper's is of one hamlet. The same post twice is one."""
    held = queries.posts_of(session, new.commune_id, new.person_id, new.starts_on)
    same = next((post.id for post in held if post.role is new.role and post.hamlet_id == new.hamlet_id), None)
    if same:
        return same
    post = Post(
        commune_id=new.commune_id,
        person_id=new.person_id,
        role=new.role,
        hamlet_id=new.hamlet_id,
        starts_on=new.starts_on,
    )
    session.add(post)
    session.flush()
    change = Change(verb="add_post", subject="post", subject_id=post.id, commune_id=new.commune_id)
    record(session, actor, change, now=now)
    return post.id


def end_post(session: Session, actor: Actor, commune_id: int, post_id: int, last_day: date, *, now: datetime) -> None:
    """Let a post end after a day."""
    post = session.get(Post, post_id)
    if post is None or post.commune_id != commune_id:
        raise NotFound
    post.ends_on = last_day
    record(session, actor, Change(verb="end_post", subject="post", subject_id=post.id, commune_id=commune_id), now=now)
