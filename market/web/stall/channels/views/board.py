"""The marketplaces of a stall: its templates, the checklist of its goods, the filled files."""

from flask import Response, flash, redirect, render_template, request, url_for

from market.base import clock
from market.base.attempts import count_try
from market.base.db import reading, transaction
from market.base.jobs.long_tasks import NewTask, ask_for
from market.base.spreadsheets import XLSX
from market.catalog.actions.brakes import UPLOAD
from market.channels import actions, queries
from market.channels.actions import FilledFile, NewRun, NewTemplate, digest
from market.channels.asking import shipping_chosen
from market.channels.exporting import CHANNEL_EXPORT, LONG_EXPORT, NewFile, keep_file, rows_of, told
from market.channels.files import keeping_workbook, template_at, workbook_at
from market.channels.formats import FORMATS
from market.channels.models import ChannelTemplate
from market.channels.rules import ChannelListing
from market.values.paging import Page as Leaf
from market.web.base.access import StallContext, stall_page
from market.web.base.addresses import row_number
from market.web.base.listing import A_PAGE, number_asked
from market.web.base.web import Page
from market.web.stall.blueprint import blueprint
from market.web.stall.channels.forms import ExportForm, TemplateForm
from market.web.stall.channels.preparing import ChannelBoard, board_of, board_with, pictures_are_public


@blueprint.get("/ban-hang/<gian>/kenh")
@stall_page
def channels(desk: StallContext) -> Page:
    return _channels_page(desk)


def _channels_page(desk: StallContext, sent: tuple[str, TemplateForm] | None = None) -> Page:
    """Every marketplace; a form that was sent in vain stands at its own."""
    templates = queries.templates_of(reading(), desk.stall_id)
    forms = {channel: TemplateForm() for channel in FORMATS} | (dict([sent]) if sent else {})
    boards = {channel: board_of(desk, templates[channel]) for channel in FORMATS if channel in templates}
    page = render_template("stall/channels/channels.html", desk=desk, formats=FORMATS, boards=boards, forms=forms)
    return page, sent[1].wrong_status if sent else 200


@blueprint.post("/ban-hang/<gian>/kenh/<san:channel>/mau")
@stall_page
def template_upload(desk: StallContext, channel: str) -> Page:
    form = TemplateForm.of_request()
    if form.submitted():
        with form.keeping_what_was_typed():
            _keep(desk, channel, form)
            flash(f"Đã nhận mẫu {FORMATS[channel].label}. Xem từng món đã sẵn sàng đăng chưa.")
            return redirect(url_for("stall.channel", gian=desk.slug, channel=channel), 303)
    return _channels_page(desk, (channel, form))


def _keep(desk: StallContext, channel: str, form: TemplateForm) -> None:
    """Read the template, store it, and write it down; the same file as last time is not stored again."""
    count_try(UPLOAD, desk.stall_id)
    raw = form.template.content() or b""
    manifest = actions.checked_template(raw, channel).manifest
    latest = queries.templates_of(reading(), desk.stall_id).get(channel)
    if latest and latest.sha256 == digest(raw):
        return
    with keeping_workbook(raw) as key:
        new = NewTemplate(
            channel=channel,
            filename=form.template.data.filename,
            storage_key=key,
            sha256=digest(raw),
            shop_id=manifest.shop_id,
        )
        with transaction() as writing:
            actions.keep_template(writing, desk.actor, desk.stall_id, new, now=clock.now())


@blueprint.get("/ban-hang/<gian>/kenh/<san:channel>")
@stall_page
def channel(desk: StallContext, channel: str) -> Page:
    board = board_of(desk, queries.template_of(reading(), desk.stall_id, channel))
    before = shipping_chosen(queries.answers_of(reading(), desk.stall_id, channel))
    known = [way for way in before if way in FORMATS[channel].shipping(board.manifest)]
    return _channel_page(desk, board, ExportForm(data={"shipping": known}), is_as_before=bool(known))


def _shown(board: ChannelBoard) -> Leaf[ChannelListing]:
    """A page of its goods: the one that the address asks for, or that on which one of them stands."""
    asked = request.args.get("mon", type=row_number)
    at = next((at for at, listing in enumerate(board.listings) if listing.product_id == asked), None)
    number = number_asked("page") if at is None else at // A_PAGE + 1
    return Leaf.of(board.listings[(number - 1) * A_PAGE :][: A_PAGE + 1], number, A_PAGE)


def _channel_page(desk: StallContext, board: ChannelBoard, form: ExportForm, *, is_as_before: bool = False) -> Page:
    """`is_as_before`: the ways of shipping are those that the seller chose last."""
    page = render_template(
        "stall/channels/channel.html",
        desk=desk,
        board=board,
        shown=_shown(board),
        asked=board.asked({}),
        name=FORMATS[board.channel].label,
        form=form.offer(FORMATS[board.channel].shipping(board.manifest)),
        is_as_before=is_as_before,
        runs=queries.export_runs(reading(), desk.stall_id, board.channel),
        pictures_are_public=pictures_are_public(),
    )
    return page, form.wrong_status if form.refusal else 200


@blueprint.post("/ban-hang/<gian>/kenh/<san:channel>/xuat")
@stall_page
def export_make(desk: StallContext, channel: str) -> Page:
    kept = queries.template_of(reading(), desk.stall_id, channel)
    template = template_at(kept.storage_key)
    board = board_with(desk, kept, template.manifest)
    form = ExportForm.of_request().offer(FORMATS[channel].shipping(template.manifest))
    with form.keeping_what_was_typed():
        shipping = form.chosen()
        if rows_of(board.listings) > LONG_EXPORT:
            return redirect(url_for("stall.task", gian=desk.slug, task_id=_ask(desk, kept, form)), 303)
        file = actions.fill_template(template, board.listings, shipping)
        _keep_filled(desk, file, NewFile(template_id=kept.id, shipping=shipping, client_key=form.client_key.data))
        flash(told(file))
        return redirect(url_for("stall.channel", gian=desk.slug, channel=channel), 303)
    return _channel_page(desk, board, form)


def _ask(desk: StallContext, kept: ChannelTemplate, form: ExportForm) -> int:
    """Have a large file made; returns the task's id."""
    new = NewTask(
        commune_id=desk.commune_id,
        stall_id=desk.stall_id,
        kind=CHANNEL_EXPORT,
        asks={"channel": kept.channel, "template": kept.id, "shipping": " ".join(form.chosen())},
        client_key=form.client_key.data,
    )
    with transaction() as writing:
        return ask_for(writing, desk.actor, new, clock=clock.now)


def _keep_filled(desk: StallContext, file: FilledFile, new_file: NewFile) -> None:
    def note(new: NewRun) -> int | None:
        with transaction() as writing:
            return actions.note_export(writing, desk.actor, desk.stall_id, new, clock=clock.now)

    keep_file(file, new_file, note)


@blueprint.get("/ban-hang/<gian>/kenh/tep/<int:run_id>")
@stall_page
def export_run(desk: StallContext, run_id: int) -> Page:
    run = queries.export_run_of(reading(), desk.stall_id, run_id)
    name = f"{run.channel}-{desk.slug}-{run.id}.xlsx"
    return Response(
        workbook_at(run.storage_key),
        mimetype=XLSX,
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
