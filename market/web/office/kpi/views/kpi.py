"""The KPI: its figures, who counts and on which order, who is missing, and how it is counted."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from flask import Response, render_template, request

from market.adoption import queries
from market.adoption.queries import KpiBoard, Named
from market.adoption.rules import (
    DEFINITIONS,
    EVIDENCE_WORDS,
    RISK_FLAG_WORDS,
    STATE_WORDS,
    Bar,
    BusinessStanding,
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
from market.web.office.kpi.forms import KINDS, KpiFilterForm, Shown

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
WORDS: Mapping[str, object] = {
    "states": STATE_WORDS,
    "evidences": EVIDENCE_WORDS,
    "risk_flags": RISK_FLAG_WORDS,
    "kinds": KINDS,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Listed:
    """A business of the list with its name and hamlet."""

    standing: BusinessStanding
    named: Named
    hamlet: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Bar:
    """A hamlet's or a kind's share with its bar; `key` filters the list down to it."""

    key: int | str
    word: str
    share: Share
    bar: Bar


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """The board of the day asked for, and its list as filtered by the address."""

    form: KpiFilterForm
    board: KpiBoard
    hamlets: dict[int, str]
    names: dict[int, Named]
    listed: list[_Listed]


def _asked(desk: OfficeDesk) -> _Asked:
    now = clock.now()
    hamlets, names = queries.hamlet_names(reading(), desk.commune_id), queries.names_of(reading(), desk.commune_id)
    form = KpiFilterForm(request.args)
    form.offer(hamlets.items())
    board = queries.board_of(reading(), desk.commune_id, form.as_of(local_day(now)), known_at=now)
    shown = form.as_shown()
    listed = [
        _Listed(standing=one, named=names[one.business_id], hamlet=hamlets[one.hamlet_id])
        for one in board.figure.standings
        if _is_shown(one, shown)
    ]
    order = list(State)
    listed.sort(key=lambda one: (order.index(one.standing.state), one.named.sort_key))
    return _Asked(form=form, board=board, hamlets=hamlets, names=names, listed=listed)


def _is_shown(standing: BusinessStanding, shown: Shown) -> bool:
    return (
        shown.hamlet_id in (None, standing.hamlet_id)
        and shown.kind in (None, standing.kind)
        and shown.state in (None, standing.state)
    )


@blueprint.get("/van-phong/chi-tieu")
@office_page
@heavy
def kpi(desk: OfficeDesk) -> Page:
    asked = _asked(desk)
    figure, targets = asked.board.figure, asked.board.targets
    by_hamlet, by_kind = figure.by_hamlet(), figure.by_kind()
    return render_template(
        "office/kpi/kpi.html",
        asked=asked,
        board=asked.board,
        figure=figure,
        targets=targets,
        counts={state.value: len(figure.in_state(state)) for state in State},
        address={name: value for name, value in request.args.items() if value},
        hamlet_bars=_bars(((key, name, by_hamlet.get(key)) for key, name in asked.hamlets.items()), targets.plan),
        kind_bars=_bars(((key, word, by_kind.get(key)) for key, word in KINDS.items()), targets.plan),
        drawn=line([one.plan for one in asked.board.line], targets.plan),
        platforms=queries.platform_words(),
        definitions=DEFINITIONS,
        **WORDS,
    )


@blueprint.get("/van-phong/chi-tieu.csv")
@office_page
@heavy
def kpi_csv(desk: OfficeDesk) -> Page:
    asked = _asked(desk)
    platforms = queries.platform_words()
    text = csv_text([CSV_HEAD, *(_csv_row(one, platforms) for one in asked.listed)])
    name = f"chi-tieu-{asked.board.figure.as_of.isoformat()}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(text, content_type="text/csv; charset=utf-8", headers=headers)


def _csv_row(one: _Listed, platforms: Mapping[str, str]) -> tuple[str, ...]:
    proof = one.standing.proof
    return (
        one.named.name,
        one.hamlet,
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
