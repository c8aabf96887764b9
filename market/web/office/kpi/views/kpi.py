"""The KPI: its figures, who counts and on which order, who is missing, and how it is counted."""

from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass

from flask import Response, render_template, request

from market.adoption import queries
from market.adoption.queries import KpiBoard, Listed, ListFilter, RegisterChange
from market.adoption.rules import (
    DEFINITIONS,
    EVIDENCE_WORDS,
    RISK_FLAG_WORDS,
    STATE_WORDS,
    Bar,
    Share,
    State,
    bar,
    line,
)
from market.base import clock
from market.base.db import reading
from market.base.spreadsheets.csv_file import csv_text
from market.values.period import format_date, local_day
from market.web.base.access import OfficeDesk, office_page
from market.web.base.heavy import heavy
from market.web.base.web import Page
from market.web.office.blueprint import blueprint
from market.web.office.kpi.forms import KINDS, KpiFilterForm

CSV_HEAD = (
    "Cơ sở",
    "Thôn",
    "Loại hình",
    "Tình trạng",
    "Tài khoản trên",
    "Đơn chứng minh",
    "Ngày giao",
    "Bằng chứng",
    "Cần kiểm tra vì",
    "Điện thoại",
)
CHANGES = 50
"""So many of those that came into the register or left it are named."""
WORDS: Mapping[str, object] = {
    "states": STATE_WORDS,
    "evidences": EVIDENCE_WORDS,
    "risk_flags": RISK_FLAG_WORDS,
    "kinds": KINDS,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Bar:
    """A hamlet's or a kind's share with its bar; `key` filters the list down to it."""

    key: int | str
    word: str
    share: Share
    bar: Bar


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """The board of the day asked for, and what of its list the address asks for."""

    form: KpiFilterForm
    board: KpiBoard
    hamlets: dict[int, str]
    shown: ListFilter


def _asked(desk: OfficeDesk) -> _Asked:
    now = clock.now()
    hamlets = queries.hamlet_names(reading(), desk.commune_id)
    form = KpiFilterForm(request.args)
    form.offer(hamlets.items())
    board = queries.board_of(reading(), desk.commune_id, form.as_of(local_day(now)), known_at=now)
    return _Asked(form=form, board=board, hamlets=hamlets, shown=form.as_filter())


@blueprint.get("/van-phong/chi-tieu")
@office_page
@heavy
def kpi(desk: OfficeDesk) -> Page:
    asked = _asked(desk)
    board, figure, targets = asked.board, asked.board.figure, asked.board.targets
    by_hamlet, by_kind = figure.by_hamlet(), figure.by_kind()
    return render_template(
        "office/kpi/kpi.html",
        form=asked.form,
        hamlets=asked.hamlets,
        board=board,
        figure=figure,
        targets=targets,
        found=queries.list_page(reading(), board, asked.shown, request.args.get("page", 1, type=int)),
        counts={state.value: len(figure.in_state(state)) for state in State},
        address={name: value for name, value in request.args.items() if value and name != "page"},
        changes=[(word, ids, _changes(board, ids)) for word, ids in (("Thêm", figure.added), ("Bớt", figure.removed))],
        hamlet_bars=_bars(((key, name, by_hamlet.get(key)) for key, name in asked.hamlets.items()), targets.plan),
        kind_bars=_bars(((key, word, by_kind.get(key)) for key, word in KINDS.items()), targets.plan),
        drawn=line([one.plan for one in board.line], targets.plan),
        platforms=queries.platform_words(),
        definitions=DEFINITIONS,
        **WORDS,
    )


def _changes(board: KpiBoard, ids: Set[int]) -> list[RegisterChange]:
    return queries.register_changes(reading(), board, ids, most=CHANGES) if ids else []


@blueprint.get("/van-phong/chi-tieu.csv")
@office_page
@heavy
def kpi_csv(desk: OfficeDesk) -> Page:
    asked = _asked(desk)
    text = csv_text(csv_rows(queries.whole_list(reading(), asked.board, asked.shown), asked.hamlets))
    name = f"chi-tieu-{asked.board.figure.as_of.isoformat()}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(text, content_type="text/csv; charset=utf-8", headers=headers)


def csv_rows(listed: Iterable[Listed], hamlets: Mapping[int, str]) -> Iterator[tuple[str, ...]]:
    """The list as a table, with its head."""
    platforms = queries.platform_words()
    yield CSV_HEAD
    for one in listed:
        yield _csv_row(one, hamlets[one.standing.hamlet_id], platforms)


def _csv_row(one: Listed, hamlet: str, platforms: Mapping[str, str]) -> tuple[str, ...]:
    proof = one.standing.proof
    return (
        one.named.name,
        hamlet,
        KINDS[one.standing.kind],
        STATE_WORDS[one.standing.state],
        ", ".join(platforms.get(platform, platform) for platform in one.standing.platforms),
        proof.code if proof else "",
        format_date(proof.completed_on) if proof else "",
        EVIDENCE_WORDS[proof.evidence] if proof else "",
        "; ".join(RISK_FLAG_WORDS[flag] for flag in one.standing.risk_flags),
        one.named.phone.national if one.named.phone else "",
    )


def _bars(rows: Iterable[tuple[int | str, str, Share | None]], target: int | None) -> list[_Bar]:
    """A bar for each hamlet or kind that has businesses in the base, the longest first."""
    bars = [_Bar(key=key, word=word, share=share, bar=bar(share, target)) for key, word, share in rows if share]
    return sorted(bars, key=lambda one: -one.bar.length)
