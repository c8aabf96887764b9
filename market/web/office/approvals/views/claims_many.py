"""Several people with their papers at once: one page, a row for each; those that are filled in are verified, each by
itself."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import flash, redirect, render_template, request, url_for

from market.base import clock
from market.base.db import reading, transaction
from market.base.seen import Facts
from market.sellers import actions, queries
from market.sellers.models import BusinessMember
from market.sellers.rules import KIND_WORDS
from market.web.base.access import OfficeDesk, office_page
from market.web.base.seen import seen_given
from market.web.base.web import Page
from market.web.office.approvals.forms import VerifyForm
from market.web.office.blueprint import blueprint

AT_ONCE = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A claim that waits, as it is shown, and what was typed for it."""

    claim: BusinessMember
    facts: Facts
    form: VerifyForm

    @property
    def is_wrong(self) -> bool:
        return bool(self.form.errors or self.form.refusal)


@blueprint.route("/van-phong/duyet/co-so/nhieu", methods=["GET", "POST"])
@office_page
def claims_many(desk: OfficeDesk) -> Page:
    claims = queries.claims_waiting(reading(), desk.commune_id, first=0, most=AT_ONCE)
    rows = [_row(claim) for claim in claims]
    if request.method == "POST":
        filled = [row for row in rows if _is_filled(row)]
        verified = [row.claim.business.name for row in filled if _verify(desk, row)]
        flash(*((f"Đã xác nhận {len(verified)}: {', '.join(verified)}.",) if verified else (NOBODY, "sun")))
        if len(verified) == len(filled):
            return redirect(url_for("office.claims_many"), 303)
        rows = _still_waiting(desk, rows)
    page = render_template("office/approvals/claims_many.html", rows=rows, kinds=KIND_WORDS)
    return page, 422 if any(row.is_wrong for row in rows) else 200


NOBODY = "Chưa xác nhận ai. Mời điền số căn cước và ngày sinh cho người đã xem giấy tờ."


def _row(claim: BusinessMember, form: VerifyForm | None = None) -> Row:
    form = form or VerifyForm.of_request(prefix=f"c{claim.id}-", data={"full_name": claim.person.name})
    return Row(claim=claim, facts=queries.claim_facts(reading(), claim), form=form)


def _is_filled(row: Row) -> bool:
    """Whether anything was typed that only somebody's paper tells."""
    typed = (row.form.citizen_id.raw_data, row.form.birth_date.raw_data)
    return any(texts and texts[0].strip() for texts in typed)


def _verify(desk: OfficeDesk, row: Row) -> bool:
    """Whether a person was verified; if not, their row says why."""
    if not row.form.validate():
        return False
    with row.form.keeping_what_was_typed():
        verify = row.form.as_verify(desk.commune_id, row.claim.id, seen_given(f"seen-{row.claim.id}"))
        with transaction() as writing:
            actions.verify_claim(writing, desk.actor, verify, now=clock.now())
        return True
    return False


def _still_waiting(desk: OfficeDesk, rows: Sequence[Row]) -> list[Row]:
    """Those who wait still, with what was typed for them and as they are now."""
    reading().expire_all()
    typed = {row.claim.id: row.form for row in rows}
    claims = queries.claims_waiting(reading(), desk.commune_id, first=0, most=AT_ONCE)
    return [_row(claim, typed.get(claim.id)) for claim in claims]
