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
from market.web.base.addresses import row_number
from market.web.base.seen import seen_given
from market.web.base.web import Page
from market.web.office.approvals.forms import VerifyForm
from market.web.office.blueprint import blueprint

AT_ONCE = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimRow:
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
    rows = [_row(claim) for claim in _shown_claims(desk)]
    if request.method == "POST":
        filled = [row for row in rows if _is_filled(row)]
        verified = [row.claim.business.name for row in filled if _verify(desk, row)]
        flash(*((f"Đã xác nhận {len(verified)}: {', '.join(verified)}.",) if verified else (NOBODY, "sun")))
        if len(verified) == len(filled):
            return redirect(url_for("office.claims_many"), 303)
        rows = _left(rows)
    page = render_template("office/approvals/claims_many.html", rows=rows, kinds=KIND_WORDS)
    return page, 422 if any(row.is_wrong for row in rows) else 200


NOBODY = "Chưa xác nhận ai. Mời điền số căn cước và ngày sinh cho người đã xem giấy tờ."


def _shown_claims(desk: OfficeDesk) -> Sequence[BusinessMember]:
    """Those who wait, the first to come first; of a form that was sent those it showed, decided meanwhile or not."""
    if request.method != "POST":
        return queries.claims_waiting(reading(), desk.commune_id, first=0, most=AT_ONCE)
    numbers = dict.fromkeys(request.form.getlist("nguoi", type=row_number)[:AT_ONCE])
    return [queries.claim_of(reading(), desk.commune_id, one) for one in numbers]


def _row(claim: BusinessMember, form: VerifyForm | None = None) -> ClaimRow:
    form = form or VerifyForm.of_request(prefix=f"c{claim.id}-", data={"full_name": claim.person.name})
    return ClaimRow(claim=claim, facts=queries.claim_facts(reading(), claim), form=form)


def _is_filled(row: ClaimRow) -> bool:
    """Whether anything was typed that only somebody's paper tells."""
    typed = (row.form.citizen_id.raw_data, row.form.birth_date.raw_data)
    return any(texts and texts[0].strip() for texts in typed)


def _verify(desk: OfficeDesk, row: ClaimRow) -> bool:
    """Whether a person was verified; if not, their row says why."""
    if not row.form.validate():
        return False
    with row.form.keeping_what_was_typed():
        verify = row.form.as_verify(desk.commune_id, row.claim.id, seen_given(f"seen-{row.claim.id}"))
        with transaction() as writing:
            actions.verify_claim(writing, desk.actor, verify, now=clock.now())
        return True
    return False


def _left(rows: Sequence[ClaimRow]) -> list[ClaimRow]:
    """Those whose row says why they were not verified, and those who wait still, as they are now."""
    reading().expire_all()
    return [_row(row.claim, row.form) for row in rows if row.is_wrong or row.claim.is_waiting]
