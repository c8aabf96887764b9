"""A large spreadsheet of the commune: what it would do, and the button that has it taken in share by share."""

from flask import Response, flash, redirect, render_template, request, url_for

from market.base import clock
from market.base.db import reading, transaction
from market.base.jobs.long_tasks import LongTask, ask_for, long_task
from market.base.spreadsheets import XLSX
from market.base.spreadsheets.csv_file import csv_text
from market.base.storage import storage
from market.places.actions import add_hamlets
from market.sellers import actions
from market.sellers.importing import CSV, import_of
from market.sellers.previews import fix_file_at, look_again_of, preview_at
from market.sellers.queries.questions import hamlets_named
from market.web.base.access import OfficeDesk, office_page
from market.web.base.long_tasks import ask_with_file
from market.web.base.web import Page
from market.web.office.blueprint import blueprint
from market.web.office.register.forms import answers_form
from market.web.office.register.words import FIX_HEADERS, answered_words

CSV_HEAD = ("Dòng", "Cơ sở", "Vì sao")


@blueprint.get("/van-phong/so-ho/nhap/viec/<int:preview_id>")
@office_page
def register_preview(desk: OfficeDesk, preview_id: int) -> Page:
    preview = preview_at(_preview(desk, preview_id))
    return render_template(
        "office/register/register_preview.html",
        preview=preview,
        preview_id=preview_id,
        answers=answers_form(preview.questions),
        named=hamlets_named(preview.questions),
    )


def _preview(desk: OfficeDesk, preview_id: int) -> LongTask:
    return long_task(reading(), preview_id, LongTask.commune_id == desk.commune_id, LongTask.stall_id.is_(None))


@blueprint.get("/van-phong/so-ho/nhap/viec/<int:preview_id>/chua-nhan.csv")
@office_page
def register_preview_csv(desk: OfficeDesk, preview_id: int) -> Page:
    """Every row that is not taken whole, to be put right in the spreadsheet."""
    preview = preview_at(_preview(desk, preview_id))
    listed = (*preview.refused, *preview.asked, *preview.partly_read)
    rows = [(row.place, row.name, row.reason) for row in listed]
    headers = {"Content-Disposition": 'attachment; filename="dong-can-sua.csv"'}
    return Response(csv_text([CSV_HEAD, *rows]), content_type=CSV, headers=headers)


@blueprint.get("/van-phong/so-ho/nhap/viec/<int:preview_id>/can-sua.xlsx")
@office_page
def register_preview_fix(desk: OfficeDesk, preview_id: int) -> Page:
    """The same rows whole, under the file's own titles."""
    return Response(fix_file_at(_preview(desk, preview_id)), content_type=XLSX, headers=FIX_HEADERS)


@blueprint.post("/van-phong/so-ho/nhap/viec/<int:preview_id>/tra-loi")
@office_page
def register_preview_answer(desk: OfficeDesk, preview_id: int) -> Page:
    """What the officer says of columns, words and rows; the file is then looked at anew, as a task of its own."""
    preview = _preview(desk, preview_id)
    asked, given = preview_at(preview).questions, request.form.to_dict()
    with transaction() as writing:
        changed = actions.answer_questions(writing, desk.actor, desk.commune_id, asked, given, clock=clock.now)
    flash(answered_words(changed))
    again = look_again_of(preview, [f"{one.key}={given.get(one.key, '')}" for one in asked])
    task_id = ask_with_file(desk.actor, again, storage().get(preview.input_key or ""))
    return redirect(url_for("office.task", office_task_id=task_id), 303)


@blueprint.post("/van-phong/so-ho/nhap/viec/<int:preview_id>/thon")
@office_page
def register_preview_hamlets(desk: OfficeDesk, preview_id: int) -> Page:
    """Of a commune without hamlets: those that its first register names become its list; the file is looked at anew."""
    preview = _preview(desk, preview_id)
    named = hamlets_named(preview_at(preview).questions)
    with transaction() as writing:
        add_hamlets(writing, desk.actor, desk.commune_id, named, now=clock.now())
    again = look_again_of(preview, named)
    task_id = ask_with_file(desk.actor, again, storage().get(preview.input_key or ""))
    return redirect(url_for("office.task", office_task_id=task_id), 303)


@blueprint.post("/van-phong/so-ho/nhap/viec/<int:preview_id>/ghi")
@office_page
def register_preview_do(desk: OfficeDesk, preview_id: int) -> Page:
    """One import of each preview, however often the button is pressed."""
    preview = _preview(desk, preview_id)
    preview_at(preview)
    with transaction() as writing:
        task_id = ask_for(writing, desk.actor, import_of(preview), clock=clock.now)
    return redirect(url_for("office.task", office_task_id=task_id), 303)
