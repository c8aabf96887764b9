"""The KPI: its figures, who counts and on which order, who is missing, and how it is counted."""

from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Response, flash, redirect, render_template, request, url_for

from market.adoption import queries
from market.adoption.exporting import KPI_LIST, LONG_LIST, asks_for_list, list_file
from market.adoption.queries import KpiBoard, ListFilter, RegisterChange
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
from market.base.db import reading, transaction
from market.base.jobs.long_tasks import NewTask, ask_for
from market.base.secrets import random_key
from market.places.models import MarketMode
from market.places.queries.modes import MODE_WORDS, modes_between
from market.places.rules.modes import CommuneMode
from market.values.period import Period, day_end, day_start, local_day
from market.web.base.access import OfficeDesk, office_page
from market.web.base.heavy import heavy
from market.web.base.listing import number_asked
from market.web.base.web import Page
from market.web.office.blueprint import blueprint
from market.web.office.kpi.forms import KINDS, KpiFilterForm, KpiListForm

FILTERS = ("ngay", "thon", "loai", "tinh_trang")
PROVES = {
    CommuneMode.SHOWCASE: (
        "Không có đơn mới trên chợ này: chỉ tính được giao dịch ở sàn khác có số liệu của sàn hoặc chứng từ. Đơn đặt "
        "từ trước vẫn tính theo mã nhận hàng của người mua."
    ),
    CommuneMode.ORDERING: (
        "Có đơn, không có chứng cứ ngân hàng: đơn được tính khi người mua đọc mã nhận hàng; tiền người bán tự ghi là "
        "tự khai, hiện ra mà không tính."
    ),
    CommuneMode.ORDERING_MATCHED: (
        "Có đủ chứng cứ trên chợ: mã của người mua, báo có mà nơi báo có đã trả lời khi chợ hỏi, và lời tự khai (không "
        "tính)."
    ),
}
"""What the figure can prove, and what not, in each mode of the market."""
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


def _modes(desk: OfficeDesk, window: Period, now: datetime) -> list[tuple[MarketMode, str, str]]:
    """The modes of the market within the window: what each is called, and what orders of its time can prove."""
    until = min(day_end(window.end), now)
    held = modes_between(reading(), desk.commune_id, day_start(window.start), until)
    return [(row, MODE_WORDS[row.mode], PROVES[row.mode]) for row in held]


def _address() -> dict[str, Any]:
    """What of the list the address asks for, and nothing else that it says."""
    return {name: request.args[name] for name in FILTERS if request.args.get(name)}


@blueprint.get("/van-phong/chi-tieu")
@office_page
@heavy
def kpi(desk: OfficeDesk) -> Page:
    asked, now = _asked(desk), clock.now()
    board, figure, targets = asked.board, asked.board.figure, asked.board.targets
    by_hamlet, by_kind = figure.by_hamlet(), figure.by_kind()
    return render_template(
        "office/kpi/kpi.html",
        form=asked.form,
        hamlets=asked.hamlets,
        board=board,
        figure=figure,
        targets=targets,
        found=queries.list_page(reading(), board, asked.shown, number_asked("page")),
        counts={state.value: len(figure.in_state(state)) for state in State},
        address=_address(),
        long_list=LONG_LIST,
        list_key=random_key(),
        changes=[(word, ids, _changes(board, ids)) for word, ids in (("Thêm", figure.added), ("Bớt", figure.removed))],
        hamlet_bars=_bars(((key, name, by_hamlet.get(key)) for key, name in asked.hamlets.items()), targets.plan),
        kind_bars=_bars(((key, word, by_kind.get(key)) for key, word in KINDS.items()), targets.plan),
        drawn=line([one.plan for one in board.line], targets.plan),
        platforms=queries.platform_words(),
        definitions=DEFINITIONS,
        modes=_modes(desk, figure.window, now),
        **WORDS,
    )


def _changes(board: KpiBoard, ids: Set[int]) -> list[RegisterChange]:
    return queries.register_changes(reading(), board, ids, most=CHANGES) if ids else []


@blueprint.get("/van-phong/chi-tieu.csv")
@office_page
@heavy
def kpi_csv(desk: OfficeDesk) -> Page:
    asked = _asked(desk)
    if queries.list_length(asked.board, asked.shown) > LONG_LIST:
        flash(f"Danh sách này có hơn {LONG_LIST} hộ, HTX. Bấm Làm danh sách (CSV), chợ làm rồi báo khi xong.")
        return redirect(url_for("office.kpi", _anchor="danh-sach", **_address()))
    file = list_file(asked.board, queries.whole_list(reading(), asked.board, asked.shown))
    headers = {"Content-Disposition": f'attachment; filename="{file.name}"'}
    return Response(file.content, content_type=file.media_type, headers=headers)


@blueprint.post("/van-phong/chi-tieu/danh-sach")
@office_page
def kpi_list_make(desk: OfficeDesk) -> Page:
    form = KpiListForm.of_request()
    form.offer(queries.hamlet_names(reading(), desk.commune_id).items())
    new = NewTask(
        commune_id=desk.commune_id,
        kind=KPI_LIST,
        asks=asks_for_list(form.as_of(local_day(clock.now())), form.as_filter()),
        client_key=form.client_key.data,
    )
    with transaction() as writing:
        task_id = ask_for(writing, desk.actor, new, clock=clock.now)
    return redirect(url_for("office.task", office_task_id=task_id), 303)


def _bars(rows: Iterable[tuple[int | str, str, Share | None]], target: int | None) -> list[_Bar]:
    """A bar for each hamlet or kind that has businesses in the base, the longest first."""
    bars = [_Bar(key=key, word=word, share=share, bar=bar(share, target)) for key, word, share in rows if share]
    return sorted(bars, key=lambda one: -one.bar.length)
