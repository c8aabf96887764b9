"""What a marketplace asks beside what the market knows: answered once for the stall, or for one product."""

from collections.abc import Mapping, Sequence

from flask import flash, redirect, render_template, url_for

from market.base import clock
from market.base.db import reading, transaction
from market.channels import queries
from market.channels.actions.wording import NewAnswers, answer_columns
from market.channels.asking import ColumnQuestion, limit_questions, questions_for
from market.channels.formats import FORMATS
from market.web.base.access import StallContext, stall_page
from market.web.base.forms import BaseForm
from market.web.base.seen import seen_given
from market.web.base.web import Page
from market.web.stall.blueprint import blueprint
from market.web.stall.channels.forms import questions_form
from market.web.stall.channels.preparing import ChannelBoard, board_of


@blueprint.get("/ban-hang/<gian>/kenh/<san:channel>/hoi")
@stall_page
def channel_answers(desk: StallContext, channel: str) -> Page:
    board, answers = _board(desk, channel)
    return _page(desk, board, answers, questions_form(_stall_questions(board, answers)))


def _board(desk: StallContext, channel: str) -> tuple[ChannelBoard, Mapping[str, str]]:
    answers = queries.answers_of(reading(), desk.stall_id, channel).get(None, {})
    return board_of(desk, queries.template_of(reading(), desk.stall_id, channel)), answers


def _stall_questions(board: ChannelBoard, answers: Mapping[str, str]) -> list[ColumnQuestion]:
    columns = questions_for(board.manifest, board.asked(answers), answers)
    return [*columns, *limit_questions(board.manifest, answers)]


def _page(desk: StallContext, board: ChannelBoard, answers: Mapping[str, str], form: BaseForm) -> Page:
    questions = _stall_questions(board, answers)
    page = render_template(
        "stall/channels/channel_answers.html",
        desk=desk,
        board=board,
        name=FORMATS[board.channel].label,
        questions=questions,
        facts=queries.answer_facts(answers, [one.token for one in questions]),
        form=form,
    )
    return page, form.wrong_status if form.errors or form.refusal else 200


@blueprint.post("/ban-hang/<gian>/kenh/<san:channel>/hoi/luu")
@stall_page
def answers_save(desk: StallContext, channel: str) -> Page:
    board, answers = _board(desk, channel)
    questions = _stall_questions(board, answers)
    form = questions_form(questions)
    if form.submitted():
        with form.keeping_what_was_typed():
            changed = _save(desk, NewAnswers(channel=channel, values=_given(form, questions), seen=seen_given()))
            flash(f"Đã nhớ {changed} câu trả lời cho các lần sau." if changed else "Chưa có câu trả lời nào đổi.")
            return redirect(url_for("stall.channel", gian=desk.slug, channel=channel), 303)
    return _page(desk, board, answers, form)


def _given(form: BaseForm, questions: Sequence[ColumnQuestion]) -> dict[str, str]:
    return {one.token: form[one.key].data or "" for one in questions}


def _save(desk: StallContext, new: NewAnswers) -> int:
    with transaction() as writing:
        return answer_columns(writing, desk.actor, desk.stall_id, new, now=clock.now())


@blueprint.get("/ban-hang/<gian>/kenh/<san:channel>/mon/<int:product_id>/hoi")
@stall_page
def channel_product_answers(desk: StallContext, channel: str, product_id: int) -> Page:
    board, answers = _board(desk, channel)
    return _product_page(desk, board, product_id, questions_form(_of_product(desk, board, answers, product_id)))


def _of_product(
    desk: StallContext, board: ChannelBoard, answers: Mapping[str, str], product_id: int
) -> list[ColumnQuestion]:
    """NotFound where it is another stall's product."""
    board.listing_of(product_id)
    own = queries.answers_of(reading(), desk.stall_id, board.channel).get(product_id, {})
    return questions_for(board.manifest, board.asked({**answers, **own}), own)


def _product_page(desk: StallContext, board: ChannelBoard, product_id: int, form: BaseForm) -> Page:
    answers = queries.answers_of(reading(), desk.stall_id, board.channel).get(None, {})
    questions = _of_product(desk, board, answers, product_id)
    page = render_template(
        "stall/channels/channel_product_answers.html",
        desk=desk,
        board=board,
        listing=board.listing_of(product_id),
        questions=questions,
        of_stall=answers,
        facts=queries.answer_facts({one.token: one.answer for one in questions}, [one.token for one in questions]),
        form=form,
    )
    return page, form.wrong_status if form.errors or form.refusal else 200


@blueprint.post("/ban-hang/<gian>/kenh/<san:channel>/mon/<int:product_id>/hoi/luu")
@stall_page
def product_answers_save(desk: StallContext, channel: str, product_id: int) -> Page:
    board, answers = _board(desk, channel)
    questions = _of_product(desk, board, answers, product_id)
    form = questions_form(questions)
    if form.submitted():
        with form.keeping_what_was_typed():
            values = _given(form, questions)
            _save(desk, NewAnswers(channel=channel, values=values, seen=seen_given(), product_id=product_id))
            flash(f"{board.listing_of(product_id).name}: đã nhớ câu trả lời riêng.")
            at = url_for("stall.channel", gian=desk.slug, channel=channel, mon=product_id, _anchor=f"mon-{product_id}")
            return redirect(at, 303)
    return _product_page(desk, board, product_id, form)
