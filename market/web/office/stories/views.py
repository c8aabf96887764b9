"""Whom the market knows something good of, the stories written of them, and whether they agree."""

from collections.abc import Callable

from flask import flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session

from market.base import clock
from market.base.db import reading, transaction
from market.base.errors import Refused
from market.feedback.actions.stories import (
    change_story,
    publish_story,
    record_story_paper,
    take_story_back,
    write_story,
)
from market.feedback.models import Story
from market.feedback.queries.stories import (
    facts_of_story,
    holding_consent,
    stories_of,
    story_leads,
    story_with_id,
    story_year,
)
from market.feedback.rules.stories import GROUND_WORDS
from market.sellers.queries import business_of
from market.web.base.access import OfficeDesk, office_page
from market.web.base.listing import listed
from market.web.base.seen import seen_given
from market.web.base.web import Page
from market.web.office.blueprint import blueprint
from market.web.office.stories.forms import NewStoryForm, StoryForm, StoryPaperForm


@blueprint.get("/van-phong/chuyen")
@office_page
def stories(desk: OfficeDesk) -> Page:
    now = clock.now()
    page = listed(lambda first, most: stories_of(reading(), desk.commune_id, first, most), "page")
    leads, year = story_leads(reading(), desk.commune_id, now), story_year(reading(), desk.commune_id, now)
    return render_template("office/stories/stories.html", stories=page, leads=leads, year=year, grounds=GROUND_WORDS)


@blueprint.route("/van-phong/chuyen/moi/<int:business_id>", methods=["GET", "POST"])
@office_page
def story_new(desk: OfficeDesk, business_id: int) -> Page:
    business = business_of(reading(), desk.commune_id, business_id)
    form = NewStoryForm.of_request(data={"ground": request.args.get("vi")})
    if form.submitted():
        with form.keeping_what_was_typed():
            new = form.as_new(desk.commune_id, business_id)
            with transaction() as writing:
                story_id = write_story(writing, desk.actor, new, clock=clock.now)
            flash("Đã ghi. Chưa ai đọc được: xin người trong chuyện đồng ý trước.")
            return redirect(url_for("office.story", story_id=story_id), 303)
    return form.page("office/stories/story_new.html", business=business)


@blueprint.route("/van-phong/chuyen/<int:story_id>", methods=["GET", "POST"])
@office_page
def story(desk: OfficeDesk, story_id: int) -> Page:
    form = StoryForm.of_story(story_with_id(reading(), desk.commune_id, story_id))
    if form.submitted():
        with form.keeping_what_was_typed():
            text, seen = form.as_text(), seen_given()
            with transaction() as writing:
                change_story(writing, desk.actor, desk.commune_id, story_id, text, seen, clock=clock.now)
            flash("Đã lưu. Bài đã sửa thì phải xin đồng ý lại.")
            return redirect(url_for("office.story", story_id=story_id), 303)
    return _page(desk, story_id, form, StoryPaperForm(prefix="giay-"))


def _page(desk: OfficeDesk, story_id: int, form: StoryForm, paper: StoryPaperForm) -> tuple[str, int]:
    found = story_with_id(reading(), desk.commune_id, story_id)
    consent = holding_consent(reading(), story_id)
    typed, other = (paper, form) if paper.is_posted else (form, paper)
    return typed.page(
        "office/stories/story.html",
        story=found,
        consent=consent if consent and consent.digest == found.digest else None,
        facts=facts_of_story(reading(), found),
        text=form,
        paper=paper,
        other=other,
    )


@blueprint.post("/van-phong/chuyen/<int:story_id>/giay")
@office_page
def story_paper(desk: OfficeDesk, story_id: int) -> Page:
    found, form = story_with_id(reading(), desk.commune_id, story_id), StoryPaperForm.of_request(prefix="giay-")
    if form.submitted():
        with form.keeping_what_was_typed():
            paper, seen = form.paper.data or "", seen_given()
            with transaction() as writing:
                record_story_paper(writing, desk.actor, desk.commune_id, story_id, paper, seen, clock=clock.now)
            flash("Đã ghi giấy đồng ý. Đăng được rồi.")
            return redirect(url_for("office.story", story_id=story_id), 303)
    return _page(desk, story_id, _filled(found), form)


def _filled(found: Story) -> StoryForm:
    return StoryForm(data={"title": found.title, "words": found.words, "bulletin": found.bulletin})


def _tapped(desk: OfficeDesk, story_id: int, act: Callable[[Session], None], said: str) -> Page:
    """What one tap does, and back. Refused comes back as the page, as it now stands."""
    form = _filled(story_with_id(reading(), desk.commune_id, story_id))
    try:
        with transaction() as writing:
            act(writing)
    except Refused as error:
        form.refuse(error)
        page, _ = _page(desk, story_id, form, StoryPaperForm(prefix="giay-"))
        return page, error.status
    flash(said)
    return redirect(url_for("office.story", story_id=story_id), 303)


@blueprint.post("/van-phong/chuyen/<int:story_id>/dang")
@office_page
def story_publish(desk: OfficeDesk, story_id: int) -> Page:
    def put_up(session: Session) -> None:
        publish_story(session, desk.actor, desk.commune_id, story_id, seen_given(), clock=clock.now)

    return _tapped(desk, story_id, put_up, "Đã đăng. Ai cũng đọc được ở trang Chuyện người thật.")


@blueprint.post("/van-phong/chuyen/<int:story_id>/go")
@office_page
def story_take_back(desk: OfficeDesk, story_id: int) -> Page:
    def take_back(session: Session) -> None:
        take_story_back(session, desk.actor, desk.commune_id, story_id, clock=clock.now)

    return _tapped(desk, story_id, take_back, "Đã gỡ và ghi là người trong chuyện rút đồng ý.")
