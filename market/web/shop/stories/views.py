"""Chuyện người thật, as everybody reads them: while their people agree."""

from flask import render_template

from market.base.db import reading
from market.feedback.queries.stories import open_stall_of, shown_stories, shown_story
from market.web.base.commune import current_commune
from market.web.base.listing import listed
from market.web.base.web import Page
from market.web.shop.blueprint import blueprint


@blueprint.get("/chuyen")
def stories() -> Page:
    commune_id = current_commune().id
    page = listed(lambda first, most: shown_stories(reading(), commune_id, first, most), "page")
    return render_template("shop/stories/stories.html", stories=page)


@blueprint.get("/chuyen/<story_slug>")
def story(story_slug: str) -> Page:
    found = shown_story(reading(), current_commune().id, story_slug)
    slug = open_stall_of(reading(), found.business_id)
    return render_template("shop/stories/story.html", story=found, stall_slug=slug)
