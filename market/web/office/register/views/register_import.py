"""A spreadsheet of the commune: sent, looked at as it would go, then written into the register."""

from hashlib import sha256
from pathlib import Path

from flask import Response, flash, redirect, request, send_file, url_for

from market import sellers
from market.base import clock, jobs
from market.base.db import reading, transaction
from market.base.errors import NotFound, Refused
from market.base.jobs.long_tasks import FILE_KIND as TASK_FILE
from market.base.jobs.long_tasks import NewTask
from market.base.spreadsheets import XLSX
from market.base.storage import is_key, new_key, storage
from market.places.actions import add_hamlets
from market.sellers import actions
from market.sellers.jobs import FORGET_REGISTER_FILE, REGISTER_FILE_LIFE
from market.sellers.previews import REGISTER_PREVIEW, Look, look_at, preview_of, rows_of
from market.sellers.queries.questions import hamlets_named
from market.sellers.rules import ImportReport, RowOutcome
from market.web.base.access import OfficeDesk, office_page
from market.web.base.first_day import after_saving
from market.web.base.forms import BaseForm
from market.web.base.long_tasks import ask_with_file
from market.web.base.seen import seen_given
from market.web.base.web import Page
from market.web.office.blueprint import blueprint
from market.web.office.register.forms import ImportForm, answers_form
from market.web.office.register.words import FIX_HEADERS, answered_words

SAMPLE = Path(str(sellers.__file__)).parent / "mau-so-ho.xlsx"
FILE_KIND = "soho"
SMALL_FILE, SMALL_ROWS = 32 * 1024, 300
"""Bytes and rows of a file that is looked at and written at once; a larger one is a long task."""


@blueprint.get("/van-phong/so-ho/mau")
@office_page
def register_sample(_desk: OfficeDesk) -> Page:
    return send_file(SAMPLE, mimetype=XLSX, as_attachment=True, download_name=SAMPLE.name)


@blueprint.route("/van-phong/so-ho/nhap", methods=["GET", "POST"])
@office_page
def register_import(desk: OfficeDesk) -> Page:
    form = ImportForm.of_request()
    if form.submitted():
        with form.keeping_what_was_typed():
            return redirect(_looked_at(desk, form), 303)
    return form.page("office/register/register_import.html")


def _looked_at(desk: OfficeDesk, form: ImportForm) -> str:
    """Where what the file would do is shown: at once, or as a long task where it is large."""
    raw = form.file.content()
    if not raw:
        raise Refused("file_missing", "Mời chọn tệp sổ hộ (.xlsx hoặc .csv) trong máy.")
    if len(raw) <= SMALL_FILE and len(rows_of(reading(), desk.commune_id, raw)) <= SMALL_ROWS:
        return url_for("office.register_import_check", file=_kept_file(raw))
    return url_for("office.task", office_task_id=_ask_preview(desk, form, raw))


def _kept_file(raw: bytes) -> str:
    """The name under which a file that reads as a register is kept for a day."""
    key = new_key(FILE_KIND, "bin")
    with transaction() as writing:  # first, so that no file with people's names in it is there without its end
        jobs.enqueue(writing, FORGET_REGISTER_FILE, {"key": key}, after=REGISTER_FILE_LIFE)
    storage().put(key, raw)
    return key.partition("/")[2]


def _ask_preview(desk: OfficeDesk, form: ImportForm, raw: bytes) -> int:
    new = NewTask(
        commune_id=desk.commune_id,
        kind=REGISTER_PREVIEW,
        asks={"sha256": sha256(raw).hexdigest()},
        input_key=new_key(TASK_FILE, "bin"),
        client_key=form.client_key.data,
    )
    return ask_with_file(desk.actor, new, raw)


def _kept(file: str) -> bytes:
    key = f"{FILE_KIND}/{file}"
    if not is_key(key):
        raise NotFound
    return storage().get(key)


def _look(desk: OfficeDesk, file: str) -> Look:
    return look_at(reading(), desk.commune_id, _kept(file))


@blueprint.get("/van-phong/so-ho/nhap/<file>")
@office_page
def register_import_check(desk: OfficeDesk, file: str) -> Page:
    return _check_page(desk, file, BaseForm())


def _check_page(desk: OfficeDesk, file: str, form: BaseForm) -> Page:
    look = _look(desk, file)
    return form.page(
        "office/register/register_import_check.html",
        file=file,
        preview=preview_of(look),
        facts=look.facts,
        answers=answers_form(look.questions),
        named=hamlets_named(look.questions),
    )


@blueprint.post("/van-phong/so-ho/nhap/<file>/tra-loi")
@office_page
def register_import_answer(desk: OfficeDesk, file: str) -> Page:
    """What the officer says of columns, words and rows; the file is then looked at anew."""
    asked = _look(desk, file).questions
    with transaction() as writing:
        changed = actions.answer_questions(
            writing, desk.actor, desk.commune_id, asked, request.form.to_dict(), clock=clock.now
        )
    flash(answered_words(changed))
    return redirect(url_for("office.register_import_check", file=file), 303)


@blueprint.post("/van-phong/so-ho/nhap/<file>/thon")
@office_page
def register_import_hamlets(desk: OfficeDesk, file: str) -> Page:
    """Of a commune without hamlets: those that its first register names become its list."""
    named = hamlets_named(_look(desk, file).questions)
    with transaction() as writing:
        add_hamlets(writing, desk.actor, desk.commune_id, named, now=clock.now())
    flash(f"Đã ghi {len(named)} thôn vào danh sách thôn của xã.")
    return redirect(url_for("office.register_import_check", file=file), 303)


@blueprint.get("/van-phong/so-ho/nhap/<file>/can-sua.xlsx")
@office_page
def register_import_fix(desk: OfficeDesk, file: str) -> Page:
    """The rows that are not taken whole, under the file's own titles, with the reason beside each."""
    return Response(_look(desk, file).to_fix(), content_type=XLSX, headers=FIX_HEADERS)


@blueprint.post("/van-phong/so-ho/nhap/<file>/ghi")
@office_page
def register_import_do(desk: OfficeDesk, file: str) -> Page:
    rows, form = rows_of(reading(), desk.commune_id, _kept(file)), BaseForm.of_request()
    with form.keeping_what_was_typed():
        seen, commune_id = seen_given(), desk.commune_id
        with transaction() as writing:
            report = actions.import_register(writing, desk.actor, commune_id, rows, seen=seen, clock=clock.now)
        return _written(desk, file, report)
    return _check_page(desk, file, form)


def _written(desk: OfficeDesk, file: str, report: ImportReport) -> Page:
    """Back to the sheet where rows of it are left to be put right."""
    flash(
        f"Đã ghi vào sổ: thêm mới {report.count(RowOutcome.CREATED)}, cập nhật {report.count(RowOutcome.UPDATED)}. "
        f"Không đổi {report.count(RowOutcome.UNCHANGED)}, chưa nhận {len(report.refused) + len(report.asked)}."
    )
    if report.refused or report.asked or report.partly_read:
        return redirect(url_for("office.register_import_check", file=file), 303)
    return redirect(after_saving(desk.commune_id, url_for("office.register")), 303)
