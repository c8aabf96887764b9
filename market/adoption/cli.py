"""`flask kpi`: the figure of a day."""

from collections.abc import Iterable
from datetime import date, datetime

import click
from sqlalchemy.orm import Session

from market.adoption import queries
from market.adoption.period_printing import as_answer, as_text, locked_period
from market.adoption.queries import KpiBoard, Listed, ListFilter, Point
from market.adoption.rules import EVIDENCE_WORDS, STATE_WORDS, Share, State
from market.base import clock
from market.base.commands import REFUSED, as_json, command, of_commune, say
from market.base.config import current_settings
from market.base.db import reading
from market.places.queries import commune_named
from market.values.period import FIRST_DAY, LAST_DAY, format_date, local_day
from market.values.quantity import format_percent

MOST_TOLD = 20
"""So many businesses in which a recount differs are named."""


class _Day(click.ParamType[date]):
    """`YYYY-MM-DD`"""

    name = "day"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> date:
        try:
            day = datetime.strptime(str(value), "%Y-%m-%d").date()  # noqa: DTZ007 - a day has no time zone
        except ValueError:
            self.fail(f"“{value}” không phải một ngày viết như 2026-11-24.", param, ctx)
        if not FIRST_DAY <= day <= LAST_DAY:
            self.fail(f"Chợ chỉ tính các ngày từ {FIRST_DAY} đến {LAST_DAY}.", param, ctx)
        return day


@command("kpi")
@click.option("--as-of", "as_of", type=_Day(), help="The day, YYYY-MM-DD; today if left out.")
@click.option("--recount", is_flag=True, help="Count all sales anew from the orders, and compare: 1 where they differ.")
@click.option("--verify", is_flag=True, help="Look through the ledger of evidence: 1 where an entry was tampered with.")
@click.option("--head", metavar="SEAL", help="With --verify: the seal of a report, which the ledger must have met.")
@click.option(
    "--period", help="Print a locked period instead: 2026-thang-12, 2026-quy-4, 2026-nam-lich. Counts it anew."
)
@of_commune
@as_json
def kpi(
    *,
    as_of: date | None,
    recount: bool,
    verify: bool,
    head: str | None,
    period: str | None,
    commune: str | None,
    as_json: bool,
) -> None:
    """Print the share of businesses with an account and sales, as of a day, with who counts and on which proof.

    Of a locked period: exit code 1 where the evidence does not come to what was locked.
    """
    session, now = reading(), clock.now()
    commune_id = commune_named(session, current_settings(), commune).id
    if period is not None:
        _print_period(session, commune_id, period, as_json=as_json)
        return
    day = as_of or local_day(now)
    if verify or head is not None:
        _verify(session, commune_id, head, as_json=as_json)
        return
    if recount:
        _recount(session, commune_id, day, now, as_json=as_json)
        return
    board = queries.board_of(session, commune_id, day, known_at=now)
    hamlets, listed = queries.hamlet_names(session, commune_id), queries.whole_list(session, board, ListFilter())
    say(_answer(board, hamlets, listed if as_json else ()), _text(board), as_json=as_json)


def _verify(session: Session, commune_id: int, seal: str | None, *, as_json: bool) -> None:
    found = queries.verify(session, commune_id, seal)
    lines = [f"Sổ bằng chứng: {found.head.number} dòng, dấu cuối {found.head.seal or 'chưa có'}"]
    if found.broken:
        lines.append(f"Dòng {found.broken.number}: {found.broken.fault}.")
    if found.passed is False:
        lines.append("Dấu được hỏi không có trong sổ: sổ đã bị viết lại, hoặc dấu là của xã khác.")
    is_whole = found.broken is None and found.passed is not False
    if is_whole:
        lines.append("Không dòng nào bị sửa, bớt hay chen vào.")
    answer = {
        "entries": found.head.number,
        "head": found.head.seal,
        "broken_at": found.broken.number if found.broken else None,
        "has_head": found.passed,
        "whole": is_whole,
    }
    say(answer, "\n".join(lines), as_json=as_json)
    if not is_whole:
        raise SystemExit(REFUSED)


def _recount(session: Session, commune_id: int, day: date, now: datetime, *, as_json: bool) -> None:
    counted = queries.board_of(session, commune_id, day, known_at=now).figure
    again = queries.recounted(session, commune_id, day, known_at=now)
    standings = {one.business_id: one.state for one in counted.standings}
    other = {one.business_id: one.state for one in again.standings}
    differ = sorted(key for key in standings.keys() | other.keys() if standings.get(key) != other.get(key))
    is_same = not differ and counted.farms == again.farms
    lines = [
        f"Theo sổ bằng chứng: {counted.counted}/{counted.base}; đếm lại từng đơn: {again.counted}/{again.base}",
        "Khớp nhau."
        if is_same
        else f"Khác nhau ở {len(differ)} cơ sở, mã số: {', '.join(map(str, differ[:MOST_TOLD]))}",
    ]
    answer = {
        "as_of": day.isoformat(),
        "ledger": {"counted": counted.counted, "base": counted.base},
        "recount": {"counted": again.counted, "base": again.base},
        "differ": differ,
        "same": is_same,
    }
    say(answer, "\n".join(lines), as_json=as_json)
    if not is_same:
        raise SystemExit(REFUSED)


def _print_period(session: Session, commune_id: int, key: str, *, as_json: bool) -> None:
    figure, again = locked_period(session, commune_id, key)
    say(as_answer(figure, again), as_text(figure, again), as_json=as_json)
    if not (again.is_same and figure.is_as_stored):
        raise SystemExit(REFUSED)


def _answer(board: KpiBoard, hamlets: dict[int, str], listed: Iterable[Listed]) -> dict[str, object]:
    figure, targets = board.figure, board.targets
    return {
        "as_of": figure.as_of.isoformat(),
        "window": {"from": figure.window.start.isoformat(), "to": figure.window.end.isoformat()},
        "base": figure.base,
        "counted": figure.counted,
        "plan": _share(figure.plan, targets.plan),
        "annex": _share(figure.annex, targets.annex),
        "farms": _share(figure.farms, targets.farms),
        "with_account": figure.with_account,
        "reached": figure.reaches(targets.plan),
        "missing_to_target": figure.missing_to(targets.plan),
        "opening": len(figure.opening),
        "added": len(figure.added),
        "removed": len(figure.removed),
        "states": {state.value: len(figure.in_state(state)) for state in State},
        "by_hamlet": [
            {"hamlet": hamlets[key]} | _share(share, None) for key, share in _ordered(figure.by_hamlet(), hamlets)
        ],
        "by_kind": {kind: _share(share, None) for kind, share in figure.by_kind().items()},
        "in_period": _period(board.in_period),
        "line": [{"as_of": one.as_of.isoformat()} | _share(one.plan, None) for one in board.line],
        "businesses": [_business(one, hamlets) for one in sorted(listed, key=lambda one: one.named.id)],
    }


def _ordered(shares: dict[int, Share], hamlets: dict[int, str]) -> list[tuple[int, Share]]:
    return [(key, shares[key]) for key in hamlets if key in shares]


def _share(share: Share, target: int | None) -> dict[str, object]:
    answer: dict[str, object] = {
        "part": share.part,
        "whole": share.whole,
        "text": format_percent(share.part, share.whole),
    }
    return answer | ({} if target is None else {"target_percent": target})


def _period(point: Point) -> dict[str, object]:
    window = {"from": point.window.start.isoformat(), "to": point.window.end.isoformat()}
    return {"window": window} | _share(point.plan, None)


def _business(one: Listed, hamlets: dict[int, str]) -> dict[str, object]:
    standing, proof = one.standing, one.standing.proof
    return {
        "id": standing.business_id,
        "name": one.named.name,
        "hamlet": hamlets[standing.hamlet_id],
        "kind": standing.kind,
        "state": standing.state.value,
        "platforms": list(standing.platforms),
        "order": proof.code if proof else None,
        "evidence": EVIDENCE_WORDS[proof.evidence] if proof else None,
        "completed_on": proof.completed_on.isoformat() if proof else None,
        "doubts": [flag.value for flag in standing.risk_flags],
    }


def _text(board: KpiBoard) -> str:
    figure, targets = board.figure, board.targets
    lines = [
        f"Tính đến {format_date(figure.as_of)}, đơn từ {figure.window.label}",
        _line("Kế hoạch III.2.2: hộ kinh doanh, HTX có tài khoản và giao dịch", figure.plan, targets.plan),
        _line("Phụ lục 14: hộ kinh doanh có tài khoản", figure.annex, targets.annex),
        _line("Hộ nông dân có tài khoản, có đơn hoặc có OCOP", figure.farms, targets.farms),
        f"Sổ: đầu kỳ {len(figure.opening)} + thêm {len(figure.added)} - bớt {len(figure.removed)} = {figure.base}",
    ]
    lines += [f"{STATE_WORDS[state]}: {len(figure.in_state(state))}" for state in State]
    return "\n".join(lines)


def _line(label: str, share: Share, target: int | None) -> str:
    wanted = "" if target is None else f" (mục tiêu {target} %)"
    return f"{label}: {share.part}/{share.whole} = {format_percent(share.part, share.whole)}{wanted}"


COMMANDS = (kpi,)
