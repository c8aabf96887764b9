"""The path to OCOP: its versions, the products on it with where they stand, papers that end soon."""

from dataclasses import dataclass, field

from flask import flash, redirect, render_template, url_for

from market.base import clock
from market.base.db import reading, transaction
from market.outreach.actions import ocop as actions
from market.outreach.queries import ocop as queries
from market.outreach.queries.papers import ending_papers, warn_days_on
from market.outreach.rules.ocop import PART_WORDS, PARTS_FACT, STAGE_WORDS, SUGGESTED_STEPS, read_parts
from market.places.queries import fact_on
from market.values.period import local_day
from market.web.base.access import OfficeDesk, office_page
from market.web.base.listing import listed
from market.web.base.seen import seen_given
from market.web.base.web import Page
from market.web.office.blueprint import blueprint
from market.web.office.ocop.forms import AssessForm, OcopEntryForm, OcopPaperForm, PathForm, StepForm, StopForm
from market.web.office.survey.views import businesses_asked_for

PAPERS_SHOWN = 20


@blueprint.get("/van-phong/ocop")
@office_page
def ocop(desk: OfficeDesk) -> Page:
    today = local_day(clock.now())

    def read(first: int, most: int) -> list[queries.EntryLine]:
        return queries.entries_page(reading(), desk.commune_id, today, first=first, most=most)

    within = max(warn_days_on(reading(), desk.commune_id, today))
    return render_template(
        "office/ocop/ocop.html",
        lines=listed(read, "page", queries.A_PAGE),
        path=queries.path_on(reading(), desk.commune_id, today),
        ending=ending_papers(reading(), desk.commune_id, today, within, most=PAPERS_SHOWN),
        within=within,
        stages=STAGE_WORDS,
        parts=PART_WORDS,
        today=today,
    )


@blueprint.route("/van-phong/ocop/duong", methods=["GET", "POST"])
@office_page
def ocop_path(desk: OfficeDesk) -> Page:
    """The versions of the path, and the form of a new one, filled with the last."""
    form = PathForm.of_request(data=_as_first_filled(desk))
    if form.submitted():
        with form.keeping_what_was_typed():
            new = form.as_new_path(desk.commune_id)
            with transaction() as writing:
                actions.write_path(writing, desk.actor, new, clock=clock.now)
            flash("Đã ghi bản mới. Sản phẩm đang xét vẫn theo bản cũ cho tới khi bạn chuyển.")
            return redirect(url_for("office.ocop_path"), 303)
    paths = queries.paths_of(reading(), desk.commune_id)
    return form.page("office/ocop/ocop_path.html", paths=paths, parts=PART_WORDS, today=local_day(clock.now()))


def _as_first_filled(desk: OfficeDesk) -> dict[str, object]:
    today = local_day(clock.now())
    known = queries.path_on(reading(), desk.commune_id, today)
    if known is not None:
        most, steps, source = known.points, known.steps, known.source
    else:
        said = fact_on(reading(), desk.commune_id, PARTS_FACT, today)
        if said is None:
            return {"valid_from": today, "steps": "\n".join(SUGGESTED_STEPS)}
        most, steps, source = read_parts(said), "\n".join(SUGGESTED_STEPS), ""
    return {"valid_from": today, "a": most.a, "b": most.b, "c": most.c, "steps": steps, "source": source}


@blueprint.route("/van-phong/ocop/moi", methods=["GET", "POST"])
@office_page
def ocop_new(desk: OfficeDesk) -> Page:
    asked, found = businesses_asked_for(desk)
    form = OcopEntryForm.of_request()
    form.offer(found)
    if form.submitted():
        with form.keeping_what_was_typed():
            new = form.as_new_entry(desk.commune_id)
            with transaction() as writing:
                ocop_id = actions.begin_path(writing, desk.actor, new, clock=clock.now)
            return redirect(url_for("office.ocop_entry", ocop_id=ocop_id), 303)
    return form.page("office/ocop/ocop_new.html", asked=asked, found=found)


@dataclass(kw_only=True)
class EntryForms:
    """The forms of an entry's page; one comes back as it was typed."""

    step: StepForm = field(default_factory=StepForm)
    assess: AssessForm = field(default_factory=AssessForm)
    paper: OcopPaperForm = field(default_factory=OcopPaperForm)
    stop: StopForm = field(default_factory=StopForm)

    @property
    def status(self) -> int:
        wrong = [one for one in (self.step, self.assess, self.paper, self.stop) if one.errors or one.refusal]
        return wrong[0].wrong_status if wrong else 200


@blueprint.get("/van-phong/ocop/<int:ocop_id>")
@office_page
def ocop_entry(desk: OfficeDesk, ocop_id: int) -> Page:
    return _entry_page(desk, ocop_id, EntryForms())


def _entry_page(desk: OfficeDesk, ocop_id: int, forms: EntryForms) -> Page:
    today = local_day(clock.now())
    line = queries.entry_line(reading(), desk.commune_id, ocop_id, today)
    papers = queries.ocop_papers_of(reading(), line.entry.business_id)
    forms.step.offer(line.missing)
    forms.paper.offer((one.id, f"{one.kind} số {one.number}, {one.scope}") for one in papers)
    newest = queries.path_on(reading(), desk.commune_id, today)
    page = render_template(
        "office/ocop/ocop_entry.html",
        line=line,
        entry=line.entry,
        done=queries.steps_done(reading(), ocop_id),
        assessments=queries.assessments_of(reading(), ocop_id),
        facts=queries.entry_facts(reading(), line.entry),
        forms=forms,
        newer=newest if newest and newest.id != line.path.id else None,
        papers=papers,
        stages=STAGE_WORDS,
        parts=PART_WORDS,
    )
    return page, forms.status


def _back(ocop_id: int, said: str) -> Page:
    flash(said)
    return redirect(url_for("office.ocop_entry", ocop_id=ocop_id), 303)


@blueprint.post("/van-phong/ocop/<int:ocop_id>/buoc")
@office_page
def ocop_entry_step(desk: OfficeDesk, ocop_id: int) -> Page:
    line = queries.entry_line(reading(), desk.commune_id, ocop_id, local_day(clock.now()))
    form = StepForm.of_request()
    form.offer(line.path.step_list)
    if form.submitted():
        with form.keeping_what_was_typed():
            done = form.as_step(desk.commune_id, ocop_id)
            with transaction() as writing:
                actions.note_step(writing, desk.actor, done, clock=clock.now)
            return _back(ocop_id, "Đã ghi phần này của hồ sơ.")
    return _entry_page(desk, ocop_id, EntryForms(step=form))


@blueprint.post("/van-phong/ocop/<int:ocop_id>/diem")
@office_page
def ocop_entry_assess(desk: OfficeDesk, ocop_id: int) -> Page:
    queries.entry_of(reading(), desk.commune_id, ocop_id)
    form = AssessForm.of_request()
    if form.submitted():
        with form.keeping_what_was_typed():
            said = form.as_assessment(desk.commune_id, ocop_id, seen_given())
            with transaction() as writing:
                actions.assess(writing, desk.actor, said, clock=clock.now)
            return _back(ocop_id, "Đã ghi điểm xã đánh giá.")
    return _entry_page(desk, ocop_id, EntryForms(assess=form))


@blueprint.post("/van-phong/ocop/<int:ocop_id>/giay")
@office_page
def ocop_entry_paper(desk: OfficeDesk, ocop_id: int) -> Page:
    entry = queries.entry_of(reading(), desk.commune_id, ocop_id)
    form = OcopPaperForm.of_request()
    form.offer((one.id, one.number) for one in queries.ocop_papers_of(reading(), entry.business_id))
    if form.submitted():
        with form.keeping_what_was_typed():
            with transaction() as writing:
                actions.certify_entry(
                    writing, desk.actor, desk.commune_id, ocop_id, int(form.paper.data), clock=clock.now
                )
            return _back(ocop_id, "Đã nối với giấy OCOP.")
    return _entry_page(desk, ocop_id, EntryForms(paper=form))


@blueprint.post("/van-phong/ocop/<int:ocop_id>/ban-moi")
@office_page
def ocop_entry_renew(desk: OfficeDesk, ocop_id: int) -> Page:
    with transaction() as writing:
        actions.renew_path(writing, desk.actor, desk.commune_id, ocop_id, clock=clock.now)
    return _back(ocop_id, "Từ nay xét theo bản đang dùng. Phần hồ sơ cùng tên đã có vẫn tính.")


@blueprint.post("/van-phong/ocop/<int:ocop_id>/thoi")
@office_page
def ocop_entry_stop(desk: OfficeDesk, ocop_id: int) -> Page:
    queries.entry_of(reading(), desk.commune_id, ocop_id)
    form = StopForm.of_request()
    if form.submitted():
        reason = form.reason.data or ""
        with transaction() as writing:
            actions.stop_entry(writing, desk.actor, desk.commune_id, ocop_id, reason, clock=clock.now)
        return _back(ocop_id, "Đã cho sản phẩm thôi theo OCOP.")
    return _entry_page(desk, ocop_id, EntryForms(stop=form))
