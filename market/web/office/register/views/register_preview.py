"""A large spreadsheet of the commune: what it would do, and the button that has it taken in share by share."""

from flask import Response, redirect, render_template, url_for

from market.base import clock
from market.base.db import reading, transaction
from market.base.jobs.long_tasks import LongTask, ask_for, long_task
from market.base.spreadsheets.csv_file import csv_text
from market.sellers.importing import CSV, import_of, preview_at
from market.web.base.access import OfficeDesk, office_page
from market.web.base.web import Page
from market.web.office.blueprint import blueprint

CSV_HEAD = ("Dòng", "Cơ sở", "Vì sao")


@blueprint.get("/van-phong/so-ho/nhap/viec/<int:preview_id>")
@office_page
def register_preview(desk: OfficeDesk, preview_id: int) -> Page:
    preview = preview_at(_preview(desk, preview_id))
    return render_template("office/register/register_preview.html", preview=preview, preview_id=preview_id)


def _preview(desk: OfficeDesk, preview_id: int) -> LongTask:
    return long_task(reading(), preview_id, LongTask.commune_id == desk.commune_id, LongTask.stall_id.is_(None))


@blueprint.get("/van-phong/so-ho/nhap/viec/<int:preview_id>/chua-nhan.csv")
@office_page
def register_preview_csv(desk: OfficeDesk, preview_id: int) -> Page:
    """Every row that is not taken whole, to be put right in the spreadsheet."""
    preview = preview_at(_preview(desk, preview_id))
    rows = [(str(row.number), row.name, row.reason) for row in (*preview.refused, *preview.partly_read)]
    headers = {"Content-Disposition": 'attachment; filename="dong-can-sua.csv"'}
    return Response(csv_text([CSV_HEAD, *rows]), content_type=CSV, headers=headers)


@blueprint.post("/van-phong/so-ho/nhap/viec/<int:preview_id>/ghi")
@office_page
def register_preview_do(desk: OfficeDesk, preview_id: int) -> Page:
    """One import of each preview, however often the button is pressed."""
    preview = _preview(desk, preview_id)
    preview_at(preview)
    with transaction() as writing:
        task_id = ask_for(writing, desk.actor, import_of(preview), clock=clock.now)
    return redirect(url_for("office.task", office_task_id=task_id), 303)
