"""The community technology group and the officers: who serves where, and the mandates helpers hold."""

from flask import flash, redirect, url_for

from market.base import clock
from market.base.db import reading, transaction
from market.sellers import actions, queries
from market.sellers.models import PostRole
from market.values.period import local_day
from market.web.base.access import OfficeDesk, office_page
from market.web.base.web import Page
from market.web.office.blueprint import blueprint
from market.web.office.posts.forms import PostForm
from market.web.office.register.views.register import hamlets_here


@blueprint.route("/van-phong/to-cong-nghe", methods=["GET", "POST"])
@office_page
def posts(desk: OfficeDesk) -> Page:
    form = PostForm.of_request()
    form.offer(hamlets_here(desk))
    if form.submitted():
        with form.keeping_what_was_typed():
            now = clock.now()
            person = queries.person_to_appoint(reading(), desk.commune_id, form.phone.data, form.name.data or "")
            new = form.as_new_post(desk.commune_id, person.id, local_day(now))
            with transaction() as writing:
                actions.add_post(writing, desk.actor, new, now=now)
            flash("Đã ghi.")
            return redirect(url_for("office.posts"), 303)
    return _posts_page(desk, form)


def _posts_page(desk: OfficeDesk, form: PostForm) -> Page:
    today = local_day(clock.now())
    return form.page(
        "office/posts/posts.html",
        officers=queries.post_holders(reading(), desk.commune_id, PostRole.OFFICER, today),
        helpers=queries.post_holders(reading(), desk.commune_id, PostRole.HELPER, today),
        mandates=queries.live_mandates(reading(), desk.commune_id, today),
        hamlets=dict(hamlets_here(desk)),
        me=desk.person_id,
        today=today,
    )


@blueprint.post("/van-phong/to-cong-nghe/<int:post_id>/thoi")
@office_page
def post_end(desk: OfficeDesk, post_id: int) -> Page:
    with transaction() as writing:
        actions.dismiss(writing, desk.actor, desk.commune_id, post_id, clock=clock.now)
    flash("Đã thôi nhiệm vụ, từ giờ người đó không vào được các trang của xã.")
    return redirect(url_for("office.posts"), 303)
