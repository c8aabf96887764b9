"""What speaks against confirming a person by the paper an officer holds: other uses of the same ID, other names."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from market.base.secrets import vault
from market.base.seen import Facts
from market.sellers.models import Business, BusinessMember, Verification
from market.values.period import format_date, local_day
from market.values.taxid import CitizenId
from market.values.text import fold


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """A person as the paper in an officer's hand says it."""

    full_name: str
    citizen_id: CitizenId = field(repr=False)
    birth_date: date = field(repr=False)

    @property
    def digest(self) -> str:
        """The keyed hash under which the same person is found again."""
        return vault().digest("citizen-id", self.citizen_id)

    @property
    def digests(self) -> list[str]:
        """Every hash under which the same person may be kept."""
        return [self.digest]


def identity_warnings(session: Session, member: BusinessMember, identity: Identity) -> Facts:
    """All that an officer must look at twice before this identity verifies a member's business, each with its sentence;
    empty: nothing. Earlier verifications count whether or not they are still in force."""
    found = paper_warnings(session, member.business, identity)
    other = _other_account(member, identity)
    return found | ({"tên khác tài khoản": other} if other else {})


def paper_warnings(session: Session, business: Business, identity: Identity) -> dict[str, str]:
    """The same of a business whose people have no account."""
    earlier = session.scalars(
        select(Verification)
        .where(Verification.id_digest.in_(identity.digests))
        .options(joinedload(Verification.business).joinedload(Business.hamlet))
        .order_by(Verification.id.desc())
    ).all()
    found = {
        "cùng số căn cước": _other_businesses(business, earlier),
        "tên khác lần trước": _other_names(identity, earlier),
        "tên khác trong sổ": _other_owner(business, identity),
        "ngày sinh khác lần trước": _other_birth_date(identity, earlier),
        "ngày sinh khác số căn cước": _other_year(identity),
    }
    return {label: sentence for label, sentence in found.items() if sentence}


def _other_businesses(business: Business, earlier: Sequence[Verification]) -> str:
    """Those of the commune by name; that there is one in another commune is said without its name."""
    here = {
        one.business.id: f"{one.business.name} ({one.business.hamlet.name}, {format_date(local_day(one.verified_at))})"
        for one in earlier
        if one.business_id != business.id and one.business.commune_id == business.commune_id
    }
    names = list(here.values())
    if any(one.business.commune_id != business.commune_id for one in earlier):
        names.append("một cơ sở ở xã khác")
    return f"Số căn cước này đã dùng để xác nhận {', '.join(names)}." if names else ""


def _other_names(identity: Identity, earlier: Sequence[Verification]) -> str:
    names = {one.full_name for one in earlier if not _is_same(one.full_name, identity.full_name)}
    return f"Lần trước số căn cước này ghi tên {', '.join(sorted(names))}." if names else ""


def _other_owner(business: Business, identity: Identity) -> str:
    owner = business.owner_name
    if not owner or _is_same(owner, identity.full_name):
        return ""
    return f"Sổ hộ ghi chủ là {owner}, giấy tờ ghi {identity.full_name}."


def _other_account(member: BusinessMember, identity: Identity) -> str:
    account = member.person.name
    if _is_same(account, identity.full_name):
        return ""
    return f"Người đề nghị lập tài khoản tên {account}, giấy tờ ghi {identity.full_name}."


def _other_birth_date(identity: Identity, earlier: Sequence[Verification]) -> str:
    """Not said which: the officer reads the paper again, not the screen."""
    known = {vault().decrypt(one.birth_date_cipher) for one in earlier if one.birth_date_cipher}
    differs = known - {identity.birth_date.isoformat()}
    return "Lần trước số căn cước này đi với ngày sinh khác." if differs else ""


def _other_year(identity: Identity) -> str:
    if identity.citizen_id.birth_year == identity.birth_date.year:
        return ""
    return f"Số căn cước là của người sinh năm {identity.citizen_id.birth_year}."


def _is_same(one: str, other: str) -> bool:
    return fold(one) == fold(other)
