"""The operator adds communes and corrects them; an office says what its own is. Each with its event."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session

from market.base.audit import Actor, Change, record
from market.base.db import Base, Locked, lock_name, locked
from market.base.errors import Refused
from market.base.seen import check_seen
from market.places.actions.modes import NewMode, begin_mode, first_mode
from market.places.models import Commune, ModeSource
from market.places.queries import commune_facts
from market.places.queries.modes import MODE, newest_mode
from market.places.rules import check_code, check_email, check_host, check_letters
from market.places.rules.modes import CommuneMode
from market.values.phone import Phone

UNIQUE = {"code": "mã", "letters": "hai chữ", "host": "tên máy"}
WORDS = ("office_address", "office_email", "welcome", "complaints", "own_rules")
"""What a commune may say of itself; blank is unsaid."""


TWO_OFFICERS = (
    "Cho chợ làm nhiều hơn thì cần số đăng ký của đơn vị vận hành và hai cán bộ xã cùng đồng ý, ở trang Cài đặt của "
    "xã, mục Chế độ của chợ. Lệnh này chỉ đặt được chế độ hẹp hơn."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewCommune:
    """A commune as it is entered; `host` None: it answers at the installation's own address."""

    code: str
    name: str
    province_code: str
    province_name: str
    letters: str
    office_name: str
    office_phone: Phone | None = None
    office_address: str | None = None
    office_email: str | None = None
    welcome: str | None = None
    complaints: str | None = None
    own_rules: str | None = None
    host: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CommuneEdit:
    """What a commune is to be from now on, by the names of its columns. `seen`: `seen_of()` of what the page showed of
    it (`commune_facts`); None from a command, which shows nothing."""

    commune_id: int
    changes: Mapping[str, object]
    seen: str | None = None


def add_commune(session: Session, actor: Actor, new: NewCommune, *, own_host: str, now: datetime) -> int:
    """Enter a commune, which shows goods and contacts alone at first; returns its id. Refused where code, letters or
    host are none, or another's, and where two communes would answer at the installation's `own_host`."""
    lock_name(session, "communes")
    commune = Commune(**_tidy(asdict(new)))
    check_commune(session, commune, own_host=own_host)
    session.add(commune)
    session.flush()
    _record(session, actor, "add_commune", commune, [], now=now)
    begin = NewMode(mode=CommuneMode.SHOWCASE, source=ModeSource.OPERATOR)
    first_mode(session, actor, commune, begin, now=now)
    return commune.id


def check_commune(session: Session, commune: Commune, *, own_host: str) -> None:
    """Refused where what a new commune is called, or where it would answer, is none, or another's. Under the lock of
    the name "communes"."""
    _check(session, commune)
    _check_own_host(session, commune, own_host)


def edit_commune(session: Session, actor: Actor, edit: CommuneEdit, *, own_host: str, now: datetime) -> list[str]:
    """Correct a commune; returns the names of what changed. Nothing else of it moves: rows know it by its id.

    Idempotent. Refused as `add_commune`, where letters change that stand on orders already: they are read by them; and
    where its market is to do more, which two of its officers say (`sellers.actions.modes`). ChangedSince where it is no
    longer what was seen.
    """
    lock_name(session, "communes")
    lock_name(session, MODE, edit.commune_id)
    held = locked(session, Commune, Commune.id == edit.commune_id)
    commune, changes = held.row, _tidy(edit.changes)
    changed = [name for name, value in changes.items() if getattr(commune, name) != value]
    if changed and edit.seen is not None:
        check_seen(edit.seen, commune_facts(commune))
    with session.no_autoflush:
        if "letters" in changed and _has_orders(session, commune.id):
            raise Refused("letters_in_use", f"Đã có đơn mang chữ {commune.letters}, nên xã giữ hai chữ này.")
        for name in changed:
            if name != "mode":
                setattr(commune, name, changes[name])
        _check(session, commune)
        if "host" in changed:
            _check_own_host(session, commune, own_host)
    session.flush()
    if "mode" in changed:
        _narrow(session, actor, held, CommuneMode(str(changes["mode"])), now=now)
    if changed:
        _record(session, actor, "edit_commune", commune, changed, now=now)
    return changed


def _narrow(session: Session, actor: Actor, commune: Locked[Commune], mode: CommuneMode, *, now: datetime) -> None:
    """The operator may have a market do less at once; Refused for more."""
    if not mode.is_narrower_than(commune.row.mode):
        raise Refused("two_officers", TWO_OFFICERS)
    newest = newest_mode(session, commune.row.id)
    begin = NewMode(mode=mode, source=ModeSource.OPERATOR, registration=newest.registration if newest else None)
    begin_mode(session, actor, commune, begin, now=now)


def _tidy(values: Mapping[str, object]) -> dict[str, object]:
    """The values with what a commune may leave unsaid as None where it is blank."""
    return {name: (str(value or "").strip() or None) if name in WORDS else value for name, value in values.items()}


def _check(session: Session, commune: Commune) -> None:
    check_code(commune.code)
    check_letters(commune.letters)
    if commune.host is not None:
        commune.host = check_host(commune.host)
    if commune.office_email is not None:
        check_email(commune.office_email)
    if blank := [name for name in ("name", "province_name", "office_name") if not getattr(commune, name).strip()]:
        raise Refused("blank", f"Mời ghi {', '.join(blank)}.")
    others = Commune.id != (commune.id or 0)
    for name, word in UNIQUE.items():
        value = getattr(commune, name)
        if value is not None and session.scalar(select(exists().where(others, getattr(Commune, name) == value))):
            raise Refused("taken", f"Đã có xã khác mang {word} {value}.")


def _check_own_host(session: Session, commune: Commune, own_host: str) -> None:
    """With several communes one at most answers at the installation's own address, named as its host or not."""
    if commune.host not in (None, own_host):
        return
    there = or_(Commune.host.is_(None), Commune.host == own_host)
    other = session.scalar(select(Commune).where(Commune.id != (commune.id or 0), there))
    if other is not None:
        raise Refused(
            "host_missing",
            f"Từ hai xã trở lên, mỗi xã có tên máy riêng; {other.name} ({other.code}) đang ở {own_host}. Ghi --host "
            f"cho xã này, hoặc trước đó cho xã kia: flask --app wsgi commune edit {other.code} --host TÊN-MÁY.",
        )


def _has_orders(session: Session, commune_id: int) -> bool:
    order = Base.metadata.tables["order"]
    return bool(session.scalar(select(exists().where(order.c.commune_id == commune_id))))


def _record(session: Session, actor: Actor, verb: str, commune: Commune, fields: list[str], *, now: datetime) -> None:
    change = Change(verb=verb, subject="commune", subject_id=commune.id, commune_id=commune.id, fields=fields)
    record(session, actor, change, now=now)
