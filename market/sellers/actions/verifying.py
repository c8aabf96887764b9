"""What an officer does about whose a business is: verifies it by a paper."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from market.accounts.models import Person
from market.base.audit import Actor
from market.base.clock import Clock
from market.base.db import Locked, locked
from market.base.errors import Conflict, Refused
from market.base.secrets import vault
from market.base.seen import Facts, check_seen, seen_of
from market.notices.rules import News
from market.sellers import queries
from market.sellers.actions.answers import decide, refuse_decided, refuse_one_of_them, tell_answer
from market.sellers.actions.changes import WAITS, NewChange, ask_change, begins_at
from market.sellers.actions.claims import locked_claim
from market.sellers.actions.register import lock_register, log_business
from market.sellers.actions.stalls import open_stall
from market.sellers.models import (
    Business,
    BusinessMember,
    ChangeKind,
    ClaimState,
    MemberRole,
    Verification,
    VerificationState,
)
from market.sellers.queries import Identity
from market.values.period import local_day


@dataclass(frozen=True, slots=True, kw_only=True)
class Verify:
    """What an officer saw when verifying a claim: whose paper, which. `seen`: `seen_of()` of the claim's facts.

    `warned`: `seen_of()` of the warnings that the officer was shown (`queries.identity_warnings`), and `reason` why the
    paper verifies the business all the same.
    """

    commune_id: int
    member_id: int
    seen: str
    identity: Identity
    paper: str
    note: str | None = None
    warned: str = ""
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifyOnPaper:
    """The same of a business whose people have no account, and whose stall a helper runs under a signed mandate.
    `seen`: `seen_of()` of what its page showed (`queries.paper_facts`)."""

    commune_id: int
    business_id: int
    seen: str
    identity: Identity
    paper: str
    note: str | None = None
    warned: str = ""
    reason: str | None = None


class IdentityWarning(Refused):
    """Something speaks against a paper that an officer has not yet been shown, or has not given a reason for."""

    def __init__(self, warnings: Facts) -> None:
        self.warnings = warnings
        super().__init__(
            "identity_warning",
            "Chưa xác nhận: có điều cần xem lại, ghi ngay trên nút xác nhận. Nếu vẫn đúng người thì gõ lại số căn cước "
            "và ghi lý do.",
        )


def verify_claim(session: Session, actor: Actor, verify: Verify, *, now: datetime) -> int:
    """Confirm a claim, or a member anew whose business is no longer verified, and open the business's stall if it has
    none; returns the stall's id. A paper of somebody who joins a verified business is kept beside the one in force.

    The ID number itself is not kept: only a keyed hash, to find the same person again, and its last four digits.
    Idempotent. Refused to whom `refuse_one_of_them` says, IdentityWarning where something speaks against the paper,
    Conflict where the claim is decided otherwise already, ChangedSince where it is not what was seen, NotFound for one
    of another commune.
    """
    lock_register(session, verify.commune_id)
    business, claim = locked_claim(session, verify.commune_id, verify.member_id)
    member = claim.row
    if _is_verified_so(session, claim, verify):
        return open_stall(session, actor, verify.commune_id, member.business_id, now=now)
    is_verified = queries.verification_of(session, member.business_id) is not None
    if is_verified or not member.is_confirmed:
        refuse_decided(claim)
    refuse_one_of_them(session, actor, member.person, member.business, now=now)
    check_seen(verify.seen, queries.claim_facts(session, member))
    warnings = _accepted_warnings(session, claim, verify)
    session.add(_verification(claim, actor, verify, warnings, is_first=not is_verified, now=now))
    if member.is_waiting:
        _confirm(session, actor, business, claim, verify.paper, now=now)
    log_business(session, actor, "verify_business", member.business, "verification", now=now)
    tell_answer(session, member, News.CLAIM_CONFIRMED, _yes(member), now=now)
    return open_stall(session, actor, verify.commune_id, member.business_id, now=now)


def _is_verified_so(session: Session, claim: Locked[BusinessMember], verify: Verify) -> bool:
    """Whether the member was verified already on this very paper, and still is."""
    if not claim.row.was_confirmed:
        return False
    written = select(Verification).where(Verification.member_id == claim.row.id, Verification.ended_at.is_(None))
    return any(_says_the_same(one, verify) for one in session.scalars(written))


def _says_the_same(known: Verification, verify: Verify | VerifyOnPaper) -> bool:
    born = vault().decrypt(known.birth_date_cipher) if known.birth_date_cipher else None
    identity = verify.identity
    said = known.full_name, known.paper, born, known.note
    told = identity.full_name, verify.paper, identity.birth_date.isoformat(), verify.note
    return said == told and known.id_digest in identity.digests


def _accepted_warnings(session: Session, claim: Locked[BusinessMember], verify: Verify) -> Facts:
    """What speaks against the paper, all of it shown and answered with a reason; IdentityWarning else."""
    warnings = queries.identity_warnings(session, claim.row, verify.identity)
    if warnings and not (verify.reason and verify.warned == seen_of(warnings)):
        raise IdentityWarning(warnings)
    return warnings


def _verification(
    claim: Locked[BusinessMember], actor: Actor, verify: Verify, warnings: Facts, *, is_first: bool, now: datetime
) -> Verification:
    row = new_verification(claim.row.business_id, actor, verify, warnings, now=now)
    row.member_id = claim.row.id
    row.state = VerificationState.VERIFIED if is_first else VerificationState.MEMBER
    return row


def new_verification(
    business_id: int, actor: Actor, verify: Verify | VerifyOnPaper, warnings: Facts, *, now: datetime
) -> Verification:
    """What is kept of a paper that an officer saw: of its number a keyed hash and the last four digits alone."""
    identity = verify.identity
    return Verification(
        business_id=business_id,
        state=VerificationState.VERIFIED,
        full_name=identity.full_name,
        paper=verify.paper,
        id_digest=identity.digest,
        id_last4=identity.citizen_id.last4,
        birth_date_cipher=vault().encrypt(identity.birth_date.isoformat()),
        verified_by=actor.person_id,
        verified_at=now,
        note=verify.note,
        warnings="; ".join(warnings) or None,
        warnings_reason=verify.reason if warnings else None,
    )


def _confirm(
    session: Session,
    actor: Actor,
    business: Locked[Business],
    claim: Locked[BusinessMember],
    paper: str,
    *,
    now: datetime,
) -> None:
    """Say yes to a claim. Who comes to others is one of them a day later, in which any of them may stop it."""
    has_members = bool(queries.members_of(session, business.row.id))
    decide(claim, actor, ClaimState.CONFIRMED, now=now)
    if has_members:
        _let_wait(session, actor, business, claim, paper, now=now)


def _let_wait(
    session: Session,
    actor: Actor,
    business: Locked[Business],
    claim: Locked[BusinessMember],
    paper: str,
    *,
    now: datetime,
) -> None:
    member = claim.row
    member.role, member.begins_at = MemberRole.STAFF, begins_at(session, business.row.commune_id, WAITS, now)
    shown = f"thêm {member.person.name} cùng quản lý gian hàng"
    new = NewChange(kind=ChangeKind.MEMBER, subject_id=member.id, content={"shown": shown}, paper=paper)
    ask_change(session, actor, business, new, now=now)


def _yes(member: BusinessMember) -> str:
    if member.begins_at is None:
        return f"Xã đã xác nhận {member.business.name} là của bạn. Gian hàng đã mở."
    begins = queries.moment_words(member.begins_at)
    return f"Xã đã xác nhận bạn cùng quản lý {member.business.name}, từ {begins} nếu người của gian hàng không dừng."


# --- on paper ---------------------------------------------------------------------------------------------------------


def verify_on_paper(session: Session, actor: Actor, verify: VerifyOnPaper, *, clock: Clock) -> int:
    """Verify a business whose owner brought papers and has no account, and open its stall, for the helper whom they
    named on a signed mandate; returns the stall's id. Who claims it later is its first member, at once.

    Idempotent on the same paper. Refused without such a mandate, where the business has members or a claim (they are
    answered as such), and to who acts for it; IdentityWarning, ChangedSince, Conflict and NotFound as for a claim.
    """
    lock_register(session, verify.commune_id)
    scope = Business.id == verify.business_id, Business.commune_id == verify.commune_id
    business = locked(session, Business, *scope)
    now = clock()
    in_force = queries.verification_of(session, business.row.id)
    if in_force is not None:
        if not _says_the_same(in_force, verify):
            raise Conflict("verified_already", "Cơ sở đã được xác nhận rồi. Mời tải lại trang của cơ sở.")
        return open_stall(session, actor, verify.commune_id, business.row.id, now=now)
    _refuse_unasked(session, actor, business, now)
    check_seen(verify.seen, queries.paper_facts(session, business.row, local_day(now)))
    warnings = queries.paper_warnings(session, business.row, verify.identity)
    if warnings and not (verify.reason and verify.warned == seen_of(warnings)):
        raise IdentityWarning(warnings)
    session.add(new_verification(business.row.id, actor, verify, warnings, now=now))
    log_business(session, actor, "verify_business", business.row, "verification", now=now)
    session.flush()
    return open_stall(session, actor, verify.commune_id, business.row.id, now=now)


def _refuse_unasked(session: Session, actor: Actor, business: Locked[Business], now: datetime) -> None:
    today = local_day(now)
    if actor.person_id is None or queries.right_to(session, business.row.id, actor.person_id, today):
        raise Refused("own_claim", "Bạn đang bán hoặc bán giúp cho cơ sở này. Mời cán bộ khác xác nhận.")
    if session.get_one(Person, actor.person_id).phone in {business.row.phone} - {None}:
        raise Refused("shared_phone", "Số điện thoại của cơ sở trong sổ là số của bạn. Mời cán bộ khác xác nhận.")
    if queries.has_claimants(session, business.row.id):
        raise Refused("has_claimants", "Đã có người nhận cơ sở này bằng tài khoản. Mời trả lời họ ở mục Duyệt.")
    if not queries.paper_mandates(session, business.row.id, today).total:
        raise Refused(
            "no_paper_mandate",
            "Cơ sở chưa có tài khoản thì cần giấy ủy quyền còn hạn cho người làm thay. Mời ghi ủy quyền trước.",
        )
