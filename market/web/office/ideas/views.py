"""What people propose: by state, one by one, and as a workbook."""

from collections.abc import Iterable, Iterator

from flask import Response, flash, redirect, render_template, request, url_for

from market.base import clock
from market.base.db import reading, transaction
from market.base.spreadsheets import XLSX
from market.base.spreadsheets.writing import workbook_of
from market.feedback.actions.ideas import decide_idea
from market.feedback.models import Idea
from market.feedback.queries.ideas import facts_of_idea, idea_counts, idea_with_id, ideas_of, ideas_to_export
from market.feedback.rules.ideas import STATE_WORDS, IdeaState
from market.places.queries import number_on
from market.values.period import format_date, local_day
from market.web.base.access import OfficeDesk, office_page
from market.web.base.listing import listed
from market.web.base.seen import seen_given
from market.web.base.web import Page
from market.web.office.blueprint import blueprint
from market.web.office.ideas.forms import IdeaDecisionForm

HEAD = ("Ngày gửi", "Ý tưởng", "Kể rõ", "Trạng thái", "Xã trả lời", "Cho đăng", "Tên muốn hiện")
TOTAL = "idea.total"


@blueprint.get("/van-phong/gop-y")
@office_page
def ideas(desk: OfficeDesk) -> Page:
    asked = request.args.get("xem", IdeaState.NEW.value)
    state = IdeaState(asked) if asked in list(IdeaState) else IdeaState.NEW
    page = listed(lambda first, most: ideas_of(reading(), desk.commune_id, state, first, most), "page")
    counts = idea_counts(reading(), desk.commune_id)
    target = number_on(reading(), desk.commune_id, TOTAL, local_day(clock.now()))
    words, wanted = STATE_WORDS, target[0] if target else None
    return render_template(
        "office/ideas/ideas.html", ideas=page, state=state, counts=counts, words=words, wanted=wanted
    )


@blueprint.route("/van-phong/gop-y/<int:idea_id>", methods=["GET", "POST"])
@office_page
def idea(desk: OfficeDesk, idea_id: int) -> Page:
    found = idea_with_id(reading(), desk.commune_id, idea_id)
    form = IdeaDecisionForm.of_idea(found)
    if form.submitted():
        with form.keeping_what_was_typed():
            new = form.as_decision(seen_given())
            with transaction() as writing:
                decide_idea(writing, desk.actor, desk.commune_id, idea_id, new, clock=clock.now)
            flash("Đã ghi. Người gửi mở mã là đọc được.")
            return redirect(url_for("office.ideas", xem=new.state.value), 303)
        found = idea_with_id(reading(), desk.commune_id, idea_id)
    listed_at = found.state.value
    return form.page("office/ideas/idea.html", idea=found, facts=facts_of_idea(found), listed_at=listed_at)


@blueprint.get("/van-phong/gop-y.xlsx")
@office_page
def ideas_xlsx(desk: OfficeDesk) -> Page:
    """Without phones and accounts: who goes on with the list need not know them."""
    rows = [HEAD, *_rows(ideas_to_export(reading(), desk.commune_id))]
    headers = {"Content-Disposition": f'attachment; filename="gop-y-{local_day(clock.now()).isoformat()}.xlsx"'}
    return Response(workbook_of([("Góp ý", rows)]), content_type=XLSX, headers=headers)


def _rows(found: Iterable[Idea]) -> Iterator[tuple[str, ...]]:
    for one in found:
        yield (
            format_date(local_day(one.sent_at)),
            one.title,
            one.words,
            STATE_WORDS[one.state],
            one.reason or "",
            "có" if one.may_publish else "không",
            one.signed or "" if one.may_publish else "",
        )
