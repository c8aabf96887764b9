"""A seller's own statement: sent, looked at, its columns put right, its rows taken. Hers alone to show."""

from flask import Response, flash, redirect, url_for

from market.base import clock
from market.base.db import reading, transaction
from market.base.jobs.long_tasks import LongTask, ask_for, long_task
from market.base.storage import storage
from market.payments.actions.statements import say_columns
from market.payments.previews import CSV, StatementLook, left_out_csv, look_again_of, look_kept, new_look, take_of
from market.places.rules.modes import Feature
from market.sellers.actions.authority import refuse_helper
from market.sellers.queries import live_bank_account
from market.web.base.access import StallContext, stall_page
from market.web.base.long_tasks import ask_with_file
from market.web.base.modes import needs
from market.web.base.web import Page
from market.web.stall.blueprint import blueprint
from market.web.stall.statements.forms import ColumnsForm, StatementForm, columns_form


@blueprint.route("/ban-hang/<gian>/tien/sao-ke", methods=["GET", "POST"])
@stall_page
@needs(Feature.STATEMENTS)
def statements(desk: StallContext) -> Page:
    refuse_helper(desk.actor)
    form = StatementForm.of_request()
    if form.submitted():
        with form.keeping_what_was_typed():
            new = new_look(desk.commune_id, desk.stall_id, form.client_key.data)
            task_id = ask_with_file(desk.actor, new, form.file.content() or b"")
            return redirect(url_for("stall.task", gian=desk.slug, task_id=task_id), 303)
    account = live_bank_account(reading(), desk.business_id)
    return form.page("stall/statements/statements.html", desk=desk, account=account)


@blueprint.get("/ban-hang/<gian>/tien/sao-ke/<int:statement_id>")
@stall_page
def statement(desk: StallContext, statement_id: int) -> Page:
    look = look_kept(_looked(desk, statement_id))
    return _statement_page(desk, statement_id, look, columns_form(look.columns)())


def _looked(desk: StallContext, statement_id: int) -> LongTask:
    """A file of the stall's that was looked at. NotAllowed for a helper, NotFound for another's."""
    refuse_helper(desk.actor)
    scope = (LongTask.commune_id == desk.commune_id, LongTask.stall_id == desk.stall_id)
    return long_task(reading(), statement_id, *scope)


def _statement_page(desk: StallContext, statement_id: int, look: StatementLook, form: ColumnsForm) -> tuple[str, int]:
    samples = {f"cot-{at}": f"Ví dụ: {one.sample}" for at, one in enumerate(look.columns) if one.sample}
    page = "stall/statements/statement.html"
    return form.page(page, desk=desk, look=look, samples=samples, statement_id=statement_id)


@blueprint.get("/ban-hang/<gian>/tien/sao-ke/<int:statement_id>/khong-lay.csv")
@stall_page
def statement_csv(desk: StallContext, statement_id: int) -> Page:
    """Every row that is not taken, with why."""
    headers = {"Content-Disposition": 'attachment; filename="dong-khong-lay.csv"'}
    return Response(left_out_csv(look_kept(_looked(desk, statement_id))), content_type=CSV, headers=headers)


@blueprint.post("/ban-hang/<gian>/tien/sao-ke/<int:statement_id>/cot")
@stall_page
@needs(Feature.STATEMENTS)
def statement_columns(desk: StallContext, statement_id: int) -> Page:
    """What the seller says of the columns is remembered for files with this head; the file is looked at anew."""
    looked = _looked(desk, statement_id)
    look = look_kept(looked)
    form = columns_form(look.columns).of_request()
    if form.submitted():
        with form.keeping_what_was_typed():
            said = form.said(look.columns)
            with transaction() as writing:
                say_columns(writing, desk.actor, desk.stall_id, look.head, said, clock=clock.now)
            flash("Đã nhớ các cột cho sao kê kiểu này. Chợ đang đọc lại tệp.")
            task_id = ask_with_file(desk.actor, look_again_of(looked, said), storage().get(looked.input_key or ""))
            return redirect(url_for("stall.task", gian=desk.slug, task_id=task_id), 303)
    return _statement_page(desk, statement_id, look, form)


@blueprint.post("/ban-hang/<gian>/tien/sao-ke/<int:statement_id>/ghi")
@stall_page
@needs(Feature.STATEMENTS)
def statement_take(desk: StallContext, statement_id: int) -> Page:
    """Its rows are taken once, however often the button is pressed."""
    looked = _looked(desk, statement_id)
    look_kept(looked)
    with transaction() as writing:
        task_id = ask_for(writing, desk.actor, take_of(looked), clock=clock.now)
    return redirect(url_for("stall.task", gian=desk.slug, task_id=task_id), 303)
