"""A locked period as `flask kpi --period` prints it, with whether it comes out of the evidence again."""

from sqlalchemy.orm import Session

from market.adoption.queries.locked import LockedFigure, Recount, locked_figure, recount
from market.adoption.queries.periods import period_named
from market.adoption.rules import EVIDENCE_WORDS, Evidence, Share
from market.adoption.rules.periods import PERIOD_STATE_WORDS, NamedPeriod
from market.base.errors import NotFound
from market.values.period import format_date, local_day
from market.values.quantity import format_percent


def locked_period(session: Session, commune_id: int, key: str) -> tuple[LockedFigure, Recount]:
    """The newest lock of the period that a key names, and the same counted anew. ValueError for a key that names none,
    NotFound where it was not opened or is a draft."""
    wanted = NamedPeriod.of_key(key)
    period = period_named(session, commune_id, wanted)
    found = locked_figure(session, commune_id, period.id) if period else None
    if found is None:
        raise NotFound(f"{wanted.words} chưa chốt số.")
    return found, recount(session, commune_id, found)


def as_answer(figure: LockedFigure, again: Recount) -> dict[str, object]:
    return {
        "period": figure.period.key,
        "days": {"from": figure.days.start.isoformat(), "to": figure.days.end.isoformat()},
        "state": figure.state.value,
        "version": figure.version,
        "replaces": figure.replaces,
        "reason": figure.reason,
        "locked_at": figure.locked_at.isoformat(),
        "sent_at": figure.sent_at.isoformat() if figure.sent_at else None,
        "definitions_version": figure.definitions_version,
        "ledger_head": figure.ledger_head,
        "digest": figure.stored_digest,
        "plan": _share(figure.plan),
        "annex": _share(figure.annex),
        "farms": _share(figure.farms),
        "in_period": _share(figure.in_period),
        "states": {one.key: one.share.part for one in figure.states},
        "by_hamlet": [{"hamlet": one.words} | _share(one.share) for one in figure.by_hamlet],
        "by_kind": {one.key: _share(one.share) for one in figure.by_kind},
        "targets": {one.key: one.value for one in figure.targets},
        "businesses": [
            {
                "id": one.business_id,
                "order_id": one.order_id,
                "evidence": EVIDENCE_WORDS[Evidence(one.evidence)],
                "platforms": list(one.platforms),
            }
            for one in figure.counted
        ],
        "recomputes": again.is_same and figure.is_as_stored,
        "changed": list(again.changed),
    }


def _share(share: Share) -> dict[str, object]:
    return {"part": share.part, "whole": share.whole, "text": format_percent(share.part, share.whole)}


def as_text(figure: LockedFigure, again: Recount) -> str:
    named = [
        ("Kế hoạch III.2.2", figure.plan),
        ("Phụ lục 14", figure.annex),
        ("Hộ nông dân", figure.farms),
        ("Có đơn được tính trong kỳ", figure.in_period),
    ]
    state = PERIOD_STATE_WORDS[figure.state].lower()
    lines = [
        f"{figure.period.words} ({figure.days.label}): {state}, bản {figure.version}",
        f"Chốt ngày {format_date(local_day(figure.locked_at))}, {figure.locked_by_name}, "
        f"cách tính bản {figure.definitions_version}",
        *(f"{word}: {one.part}/{one.whole} = {format_percent(one.part, one.whole)}" for word, one in named),
        f"Dấu của bản chốt: {figure.stored_digest}",
        f"Dấu của sổ bằng chứng: {figure.ledger_head or 'chưa có sổ'}",
        recount_words(figure, again),
    ]
    return "\n".join(lines)


def recount_words(figure: LockedFigure, again: Recount) -> str:
    """Whether a lock comes out again, in one sentence."""
    if again.is_same and figure.is_as_stored:
        return "Tính lại từ bằng chứng ra đúng số đã chốt."
    told = f"Tính lại KHÔNG ra đúng số đã chốt, khác ở: {', '.join(again.changed) or 'dấu của bản chốt'}."
    if figure.definitions_version != again.definitions_in_use:
        told += f" Kỳ này chốt theo cách tính bản {figure.definitions_version}, nay tính theo bản "
        told += f"{again.definitions_in_use}."
    return told
