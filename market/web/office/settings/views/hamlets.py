"""The commune's hamlets: a further one, another name, old names that still lead somewhere, one merged into another."""

from flask import flash, redirect, request, url_for

from market.base import clock
from market.base.db import reading, transaction
from market.base.errors import NotFound
from market.places import actions, queries
from market.places.models import Hamlet
from market.places.queries.neighbours import neighbour_facts, neighbour_ids
from market.sellers.actions import merge_hamlet
from market.sellers.queries import hamlet_load, merge_facts
from market.values.period import local_day
from market.web.base.access import OfficeDesk, office_page
from market.web.base.addresses import row_number
from market.web.base.forms import BaseForm
from market.web.base.listing import A_PAGE, part_of
from market.web.base.seen import seen_given
from market.web.base.web import Page
from market.web.office.blueprint import blueprint
from market.web.office.settings.forms import HamletForm, MergeForm, NeighboursForm, OldNameForm


@blueprint.route("/van-phong/cai-dat/thon", methods=["GET", "POST"])
@office_page
def hamlets(desk: OfficeDesk) -> Page:
    form = HamletForm.of_request()
    if form.submitted():
        with form.keeping_what_was_typed():
            new = form.as_new_hamlet(desk.commune_id)
            with transaction() as writing:
                hamlet_id = actions.add_hamlet(writing, desk.actor, new, now=clock.now())
            flash(f"Đã có {new.name} trong danh sách thôn.")
            return redirect(url_for("office.hamlet_edit", hamlet_id=hamlet_id), 303)
    return form.page(
        "office/settings/hamlets.html",
        hamlets=part_of(queries.hamlets_of(reading(), desk.commune_id), "page", A_PAGE),
        merged=part_of(queries.merged_hamlets(reading(), desk.commune_id), "da_gop", A_PAGE),
        names=queries.hamlet_names(reading(), desk.commune_id),
    )


@blueprint.route("/van-phong/cai-dat/thon/<int:hamlet_id>", methods=["GET", "POST"])
@office_page
def hamlet_edit(desk: OfficeDesk, hamlet_id: int) -> Page:
    hamlet = _in_use(desk, hamlet_id)
    form = HamletForm.of_request(obj=hamlet)
    if form.submitted():
        with form.keeping_what_was_typed():
            edit = form.as_edit(desk.commune_id, hamlet_id, seen_given())
            with transaction() as writing:
                changed = actions.rename_hamlet(writing, desk.actor, edit, now=clock.now())
            flash(RENAMED if changed else "Không có gì thay đổi.")
            return redirect(url_for("office.hamlet_edit", hamlet_id=hamlet_id), 303)
    return _hamlet_page(desk, hamlet_id, form)


RENAMED = "Đã lưu. Tên trước đây vẫn dẫn tới thôn này khi nhập bảng tính."


def _in_use(desk: OfficeDesk, hamlet_id: int) -> Hamlet:
    hamlet = queries.hamlet_with_id(reading(), desk.commune_id, hamlet_id)
    if not hamlet.is_active:
        raise NotFound
    return hamlet


def _hamlet_page(desk: OfficeDesk, hamlet_id: int, form: BaseForm | None = None, **others: BaseForm) -> Page:
    """A hamlet's page, with each of its three forms as it was sent or as it is first filled."""
    hamlet = _in_use(desk, hamlet_id)
    sent = form or next(iter(others.values()))
    page, status = (form or HamletForm(obj=hamlet)).page(
        "office/settings/hamlet_edit.html",
        hamlet=hamlet,
        facts=queries.hamlet_facts(hamlet),
        old_names=queries.old_names_of(reading(), hamlet_id),
        old_name=others.get("old_name") or OldNameForm(),
        neighbours=others.get("neighbours") or _neighbours_form(desk, hamlet, is_filled=True),
        beside=neighbour_facts(reading(), hamlet),
    )
    return page, sent.wrong_status if sent.errors or sent.refusal else status


def _neighbours_form(desk: OfficeDesk, hamlet: Hamlet, *, is_filled: bool = False) -> NeighboursForm:
    filled = {"beside": sorted(neighbour_ids(reading(), hamlet.id))}
    form = NeighboursForm(data=filled) if is_filled else NeighboursForm.of_request(data=filled)
    form.offer(one for one in queries.hamlets_of(reading(), desk.commune_id) if one.id != hamlet.id)
    return form


@blueprint.post("/van-phong/cai-dat/thon/<int:hamlet_id>/ben-canh")
@office_page
def hamlet_neighbours(desk: OfficeDesk, hamlet_id: int) -> Page:
    hamlet = _in_use(desk, hamlet_id)
    form = _neighbours_form(desk, hamlet)
    if form.submitted():
        with form.keeping_what_was_typed():
            said = form.as_said(desk.commune_id, hamlet_id, seen_given())
            with transaction() as writing:
                changed = actions.set_neighbours(writing, desk.actor, said, now=clock.now())
            flash(BESIDE if changed else "Không có gì thay đổi.")
            return redirect(url_for("office.hamlet_edit", hamlet_id=hamlet_id), 303)
    return _hamlet_page(desk, hamlet_id, neighbours=form)


BESIDE = "Đã lưu. Người mua lọc hàng theo một trong các thôn ấy thì xem thêm được hàng của thôn kia."


@blueprint.post("/van-phong/cai-dat/thon/<int:hamlet_id>/ten-cu")
@office_page
def hamlet_old_name(desk: OfficeDesk, hamlet_id: int) -> Page:
    hamlet, form = _in_use(desk, hamlet_id), OldNameForm.of_request()
    if form.submitted():
        with form.keeping_what_was_typed():
            old_name = form.old_name.data or ""
            with transaction() as writing:
                actions.add_old_name(writing, desk.actor, desk.commune_id, hamlet_id, old_name, now=clock.now())
            flash(f"Từ giờ “{old_name}” trong bảng tính được hiểu là {hamlet.name}.")
            return redirect(url_for("office.hamlet_edit", hamlet_id=hamlet_id), 303)
    return _hamlet_page(desk, hamlet_id, old_name=form)


@blueprint.route("/van-phong/cai-dat/thon/<int:hamlet_id>/gop", methods=["GET", "POST"])
@office_page
def hamlet_merge(desk: OfficeDesk, hamlet_id: int) -> Page:
    """First into which, then what would go there, and the question."""
    hamlet, form = queries.hamlet_with_id(reading(), desk.commune_id, hamlet_id), MergeForm.of_request()
    into = _into(desk, hamlet)
    if form.submitted() and into is not None:
        with form.keeping_what_was_typed():
            merge = form.as_merge(hamlet, into, seen_given())
            with transaction() as writing:
                merge_hamlet(writing, desk.actor, merge, clock=clock.now)
            flash(f"{hamlet.name} từ hôm nay là một phần của {into.name}. Số liệu những ngày trước giữ nguyên.")
            return redirect(url_for("office.hamlets"), 303)
    load = hamlet_load(reading(), hamlet, local_day(clock.now()))
    return form.page(
        "office/settings/hamlet_merge.html",
        hamlet=_in_use(desk, hamlet_id),
        into=into,
        others=part_of(_others(desk, hamlet_id), "page", A_PAGE),
        facts=merge_facts(hamlet, into, load) if into else None,
    )


def _into(desk: OfficeDesk, hamlet: Hamlet) -> Hamlet | None:
    """The hamlet that the address names as the other one; None where it names none that is in use."""
    number = request.values.get("vao", type=row_number)
    return next((one for one in _others(desk, hamlet.id) if one.id == number), None)


def _others(desk: OfficeDesk, hamlet_id: int) -> list[Hamlet]:
    return [one for one in queries.hamlets_of(reading(), desk.commune_id) if one.id != hamlet_id]
