"""One business of the register: its history, people, verification, papers and mandates."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date

from flask import flash, redirect, render_template, url_for

from market.adoption.queries import accounts_elsewhere, platform_words
from market.base import clock
from market.base.db import reading, transaction
from market.places.queries import hamlet_names
from market.sellers import actions, queries
from market.sellers.models import Business, PostRole
from market.sellers.rules import FIELD_TITLES, row_of_values
from market.values.paging import CountedPage
from market.values.period import local_day
from market.web.base.access import OfficeDesk, office_page
from market.web.base.listing import counted
from market.web.base.seen import seen_given
from market.web.base.web import Page
from market.web.office.blueprint import blueprint
from market.web.office.register.forms import CertificateForm, PaperMandateForm
from market.web.office.register.queries import lengths_of
from market.web.office.register.views.register import words
from market.web.office.register.words import ShownJoin, row_text

SHOWN = 5
"""So many rows of each list at once: the page has nine of them."""


@blueprint.get("/van-phong/so-ho/<int:business_id>")
@office_page
def business(desk: OfficeDesk, business_id: int) -> Page:
    return _business_page(desk, business_id)


def _business_page(
    desk: OfficeDesk, business_id: int, *, paper: CertificateForm | None = None, mandate: PaperMandateForm | None = None
) -> Page:
    """The business; 422 with what was typed where one of its two forms was wrong."""
    business = queries.business_of(reading(), desk.commune_id, business_id)
    hamlets = hamlet_names(reading(), desk.commune_id)
    today = local_day(clock.now())
    lists, verification = _lists(business, hamlets, today), queries.verification_of(reading(), business_id)
    page = render_template(
        "office/register/business.html",
        business=business,
        today=today,
        lists=lists,
        at={name: shown.page for name, shown in lists.items() if shown.page > 1},
        platforms=platform_words(),
        titles=FIELD_TITLES,
        hamlets=hamlets,
        verification=verification,
        **_goes_on_as(business_id),
        may_open=not (lists["nguoi"].total or verification) and _has_paper(business_id, today),
        paper_form=paper or CertificateForm(),
        mandate_form=mandate or _mandate_form(desk),
        **words(),
    )
    return page, 422 if paper or mandate else 200


def _goes_on_as(business_id: int) -> dict[str, object]:
    """Its stall, and by which merge it is another business now."""
    session = reading()
    return {
        "stall": queries.stall_of_business(session, business_id),
        "merged": queries.merge_in_force(session, business_id),
    }


def _has_paper(business_id: int, today: date) -> bool:
    """Whether somebody may act for it on signed paper."""
    return queries.paper_mandates(reading(), business_id, today).total > 0


Rows = Callable[[int, int], Sequence[object]]


def _lists(business: Business, hamlets: Mapping[int, str], today: date) -> dict[str, CountedPage[object]]:
    """Each list of it by the name of its page in the address, as far as it is asked for."""
    session, number = reading(), business.id
    long = lengths_of(session, number)

    def of(read: Callable[..., Sequence[object]], *more: object) -> Rows:
        return lambda first, most: read(session, number, *more, first=first, most=most)

    lists: dict[str, tuple[int, Rows]] = {
        "chua_doc": (long.unread, of(queries.unread_of)),
        "gop": (long.joins, lambda first, most: _joins(business, hamlets, first, most)),
        "gop_so": (long.merges, of(queries.merges_into)),
        "lich_su": (long.history, of(queries.history_of)),
        "nguoi": (long.members, of(queries.members_of)),
        "xac_nhan_cu": (long.ended, of(queries.ended_verifications)),
        "san": (long.accounts, of(accounts_elsewhere)),
        "giay": (long.certificates, of(queries.certificates_of, today)),
        "uy_quyen": (long.mandates, of(queries.mandates_of_business, today)),
    }
    return {name: counted(total, read, name, SHOWN) for name, (total, read) in lists.items()}


def _joins(business: Business, hamlets: Mapping[int, str], first: int, most: int) -> list[ShownJoin]:
    """What files brought of it beside what the register says."""
    return [
        ShownJoin(
            join=join,
            brought=row_text(row_of_values(join.brought), hamlets),
            before=row_text(row_of_values(join.before), hamlets),
            facts=queries.join_facts(business, join),
        )
        for join in queries.joins_of(reading(), business.id, first=first, most=most)
    ]


@blueprint.post("/van-phong/so-ho/<int:business_id>/o/<int:cell_id>/cat")
@office_page
def unread_put_away(desk: OfficeDesk, business_id: int, cell_id: int) -> Page:
    with transaction() as writing:
        actions.put_away_unread(writing, desk.actor, desk.commune_id, business_id, cell_id, clock=clock.now)
    flash("Đã cất ô này. Tệp sau có đúng chữ này thì chợ không nhắc lại.")
    return redirect(url_for("office.business", business_id=business_id), 303)


@blueprint.post("/van-phong/so-ho/<int:business_id>/gop/<int:join_id>/tach")
@office_page
def join_part(desk: OfficeDesk, business_id: int, join_id: int) -> Page:
    """Two businesses again; both can be opened from the page that comes."""
    queries.business_of(reading(), desk.commune_id, business_id)
    parting = actions.Parting(commune_id=desk.commune_id, business_id=business_id, join_id=join_id, seen=seen_given())
    with transaction() as writing:
        parted_id = actions.part_businesses(writing, desk.actor, parting, clock=clock.now)
    flash("Đã tách thành hai cơ sở. Gian hàng, người, giấy tờ và ủy quyền ở lại cơ sở cũ; đây là cơ sở mới tách ra.")
    return redirect(url_for("office.business", business_id=parted_id), 303)


def _mandate_form(desk: OfficeDesk) -> PaperMandateForm:
    form = PaperMandateForm.of_request()
    holders = queries.post_holders(reading(), desk.commune_id, PostRole.HELPER, local_day(clock.now()))
    form.offer({holder.person.id: holder.person.name for holder in holders}.items())
    return form


@blueprint.post("/van-phong/so-ho/<int:business_id>/giay")
@office_page
def certificate_add(desk: OfficeDesk, business_id: int) -> Page:
    queries.business_of(reading(), desk.commune_id, business_id)
    form = CertificateForm.of_request()
    if form.submitted():
        with form.keeping_what_was_typed():
            new = form.as_new_certificate(desk.commune_id, business_id)
            with transaction() as writing:
                actions.record_certificate(writing, desk.actor, new, now=clock.now())
            flash("Đã ghi giấy chứng nhận. Giấy hiện ở gian hàng và trang tem cho tới ngày hết hạn.")
            return redirect(url_for("office.business", business_id=business_id), 303)
    return _business_page(desk, business_id, paper=form)


@blueprint.post("/van-phong/so-ho/<int:business_id>/uy-quyen")
@office_page
def mandate_add(desk: OfficeDesk, business_id: int) -> Page:
    queries.business_of(reading(), desk.commune_id, business_id)
    form = _mandate_form(desk)
    if form.submitted():
        with form.keeping_what_was_typed():
            new = form.as_new_mandate(business_id, local_day(clock.now()))
            with transaction() as writing:
                actions.grant_mandate(writing, desk.actor, new, clock=clock.now)
            flash("Đã ghi ủy quyền theo giấy.")
            return redirect(url_for("office.business", business_id=business_id, _anchor="uy-quyen"), 303)
    return _business_page(desk, business_id, mandate=form)
