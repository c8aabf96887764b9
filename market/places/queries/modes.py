"""Questions about a market's modes: which one holds, which one held, who asked for another."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import BigInteger, ColumnElement, Select, bindparam, select
from sqlalchemy.orm import Session

from market.base.db import hold_name_of, name_of
from market.base.errors import NotFound
from market.base.row_query import RowQuery
from market.base.seen import Facts
from market.places.models import Commune, MarketMode, ModeRequest
from market.places.rules.modes import CommuneMode, Feature, Registration, modes_with, refuse_unless
from market.values.period import format_date

MODE = "market mode"
"""The name under which a commune's mode is held, and locked while it changes."""
MODE_WORDS = {
    CommuneMode.SHOWCASE: "Chỉ giới thiệu",
    CommuneMode.ORDERING: "Nhận đơn, người bán tự xem tiền",
    CommuneMode.ORDERING_MATCHED: "Nhận đơn, báo có của ngân hàng tự khớp",
}


def mode_now(session: Session, commune_id: int) -> CommuneMode:
    """The mode of this moment; what decides on it holds it (`held_mode`), and is told what it holds."""
    held: CommuneMode | None = session.info.get((MODE, commune_id))
    return held or session.scalars(select(Commune.mode).where(Commune.id == commune_id)).one()


class WhoseMode:
    """The mode of the commune whose id a statement asks for, which never changes; made into SQL once."""

    def __init__(self, whose: Select[int]) -> None:
        self._name = name_of(MODE, whose)
        self._mode = RowQuery(select(Commune.id, Commune.mode).where(Commune.id == whose.scalar_subquery()))

    def held(self, session: Session, values: Mapping[str, object]) -> CommuneMode:
        """The mode, which stays so until the transaction ends: who changes it waits. Taken before any row is locked.
        `values`: what the statement leaves open. NotFound where it finds none."""
        hold_name_of(session, self._name, values)
        commune_id, mode = self._found(session, values)
        session.info[MODE, commune_id] = mode
        return mode

    def now(self, session: Session, values: Mapping[str, object]) -> CommuneMode:
        """The mode of this moment, for pages and jobs to pass over what they need not begin; NotFound for no such
        row."""
        return self._found(session, values)[1]

    def _found(self, session: Session, values: Mapping[str, object]) -> tuple[int, CommuneMode]:
        found = self._mode.rows(session.connection(), values)
        if not found:
            raise NotFound
        return found[0]


_OF_COMMUNE = WhoseMode(select(Commune.id).where(Commune.id == bindparam("commune", type_=BigInteger())))


def held_mode(session: Session, commune_id: int) -> CommuneMode:
    """The mode, which stays so until the transaction ends: who changes it waits. Taken before any row is locked."""
    return _OF_COMMUNE.held(session, {"commune": commune_id})


def require_feature(session: Session, commune_id: int, feature: Feature) -> None:
    """Refused where the commune's mode does not allow it; it is held as `held_mode` does."""
    refuse_unless(held_mode(session, commune_id), feature)


def has_feature(feature: Feature) -> ColumnElement[bool]:
    """Whether a commune's mode allows it, in a statement over `commune`."""
    return Commune.mode.in_(modes_with(feature))


def mode_of(session: Session, commune_id: int, at: datetime) -> CommuneMode:
    """The mode that held at a moment; before the first that is written down, the first."""
    begun = MarketMode.commune_id == commune_id, MarketMode.begins_at <= at
    newest_first = MarketMode.begins_at.desc(), MarketMode.id.desc()
    mode = session.scalar(select(MarketMode.mode).where(*begun).order_by(*newest_first).limit(1))
    first = select(MarketMode.mode).where(MarketMode.commune_id == commune_id).order_by(*_OLDEST_FIRST).limit(1)
    return mode or session.scalar(first) or mode_now(session, commune_id)


_OLDEST_FIRST = (MarketMode.begins_at, MarketMode.id)


def modes_between(session: Session, commune_id: int, since: datetime, until: datetime) -> Sequence[MarketMode]:
    """The modes that held at any time between two moments, the first first."""
    rows = session.scalars(
        select(MarketMode)
        .where(MarketMode.commune_id == commune_id, MarketMode.begins_at < until)
        .order_by(*_OLDEST_FIRST)
    ).all()
    before = [row for row in rows if row.begins_at <= since]
    return [*before[-1:], *(row for row in rows if row.begins_at > since)]


def newest_mode(session: Session, commune_id: int) -> MarketMode | None:
    """The one that holds, with who asked for it and the registration; None where nothing was ever written down."""
    mine = select(MarketMode).where(MarketMode.commune_id == commune_id)
    return session.scalars(mine.order_by(MarketMode.begins_at.desc(), MarketMode.id.desc()).limit(1)).first()


def registration_of(session: Session, commune_id: int) -> Registration | None:
    """Who runs the market by law, as far as it is written down."""
    newest = newest_mode(session, commune_id)
    return newest.registration if newest else None


def modes_of(session: Session, commune_id: int, *, first: int, most: int) -> Sequence[MarketMode]:
    """A commune's modes, the newest first: from the `first` on, at most so many."""
    mine = select(MarketMode).where(MarketMode.commune_id == commune_id)
    newest_first = mine.order_by(MarketMode.begins_at.desc(), MarketMode.id.desc())
    return session.scalars(newest_first.offset(first).limit(most)).all()


def open_request(session: Session, commune_id: int, now: datetime) -> ModeRequest | None:
    """The one that waits for a second officer: at most one does."""
    open_ones = (
        ModeRequest.commune_id == commune_id,
        ModeRequest.confirmed_at.is_(None),
        ModeRequest.withdrawn_at.is_(None),
        ModeRequest.expires_at > now,
    )
    return session.scalars(select(ModeRequest).where(*open_ones).order_by(ModeRequest.id.desc()).limit(1)).first()


def mode_request(session: Session, commune_id: int, request_id: int) -> ModeRequest:
    """One of a commune's own; NotFound for another's."""
    found = session.get(ModeRequest, request_id)
    if found is None or found.commune_id != commune_id:
        raise NotFound
    return found


def registration_words(registration: Registration | None) -> str:
    if registration is None:
        return "chưa ghi"
    kind = "số đăng ký minh họa" if registration.is_made_up else "số đăng ký"
    return f"{registration.operator}, {kind} {registration.number} ngày {format_date(registration.day)}"


def mode_facts(session: Session, commune_id: int) -> Facts:
    """What an officer decides on who asks for a mode."""
    newest = newest_mode(session, commune_id)
    return {
        "chế độ của chợ": MODE_WORDS[mode_now(session, commune_id)],
        "đơn vị vận hành": registration_words(newest.registration if newest else None),
    }


def request_facts(session: Session, request: ModeRequest) -> Facts:
    """What an officer decides on who agrees to a mode: what holds, and what is asked for."""
    return {
        **mode_facts(session, request.commune_id),
        "chế độ được đề nghị": MODE_WORDS[request.mode],
        "đơn vị vận hành được ghi": registration_words(request.registration),
    }
