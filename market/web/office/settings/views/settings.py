"""The page on which an office says what its commune is: names, where it is found, its own words."""

from flask import flash, redirect, url_for

from market.base import clock
from market.base.config import current_settings
from market.base.db import reading, transaction
from market.places import actions, queries
from market.places.queries.modes import MODE_WORDS
from market.web.base.access import OfficeDesk, office_page
from market.web.base.commune import address_of, forget_communes
from market.web.base.first_day import after_saving
from market.web.base.seen import seen_given
from market.web.base.web import Page
from market.web.office.blueprint import blueprint
from market.web.office.settings.forms import SettingsForm


@blueprint.route("/van-phong/cai-dat", methods=["GET", "POST"])
@office_page
def settings(desk: OfficeDesk) -> Page:
    commune = queries.commune_with_id(reading(), desk.commune_id)
    form = SettingsForm.of_commune(commune)
    if form.submitted():
        with form.keeping_what_was_typed():
            edit, own = form.as_edit(desk.commune_id, seen_given()), current_settings().own_host
            with transaction() as writing:
                changed = actions.edit_commune(writing, desk.actor, edit, own_host=own, now=clock.now())
            forget_communes()
            flash(SAVED if changed else "Không có gì thay đổi.")
            return redirect(after_saving(desk.commune_id, url_for("office.settings")), 303)
    return form.page(
        "office/settings/settings.html",
        commune=commune,
        facts=queries.commune_facts(commune),
        address=address_of(current_settings(), commune.host),
        mode=MODE_WORDS[commune.mode],
    )


SAVED = "Đã lưu. Người đang mở chợ thấy điều mới sau nhiều nhất một phút."
