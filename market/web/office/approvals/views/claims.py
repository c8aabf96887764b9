"""Who says a business is theirs, or asks for theirs to be entered: an officer looks at papers and decides."""

from collections.abc import Sequence

from flask import flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session

from market.base import clock
from market.base.db import reading, transaction
from market.sellers import actions, queries
from market.sellers.models import BusinessMember, BusinessProposal, PrivatePicture
from market.sellers.queries.drafts import papers_of
from market.sellers.rules import KIND_WORDS
from market.web.base.access import OfficeDesk, office_page
from market.web.base.addresses import row_number
from market.web.base.changes import ShownChange, shown_changes
from market.web.base.commune import current_commune
from market.web.base.listing import listed
from market.web.base.seen import seen_given
from market.web.base.web import Page
from market.web.office.approvals.bulk import Bulk, Ticked, ticked
from market.web.office.approvals.forms import ClaimRefusalForm, VerifyForm
from market.web.office.approvals.waiting import queue_watch
from market.web.office.blueprint import blueprint


@blueprint.get("/van-phong/duyet/co-so")
@office_page
def claims(desk: OfficeDesk) -> Page:
    session, commune, watch = reading(), desk.commune_id, queue_watch(desk)

    def claims(first: int, most: int) -> Sequence[BusinessMember]:
        return queries.claims_waiting(session, commune, first=first, most=most)

    def proposals(first: int, most: int) -> Sequence[BusinessProposal]:
        return queries.proposals_waiting(session, commune, first=first, most=most)

    def changes(first: int, most: int) -> Sequence[ShownChange]:
        return shown_changes(queries.changes_of_commune(session, commune, first=first, most=most))

    return render_template(
        "office/approvals/claims.html",
        claims=listed(claims, "nhan"),
        proposals=listed(proposals, "ghi"),
        waiting=listed(changes, "doi"),
        kinds=KIND_WORDS,
        watch=watch,
    )


@blueprint.route("/van-phong/duyet/co-so/<int:member_id>", methods=["GET", "POST"])
@office_page
def claim(desk: OfficeDesk, member_id: int) -> Page:
    member = queries.claim_of(reading(), desk.commune_id, member_id)
    form = VerifyForm.of_request(data={"full_name": member.person.name})
    if form.submitted():
        with form.keeping_what_was_typed():
            verify = form.as_verify(desk.commune_id, member_id, seen_given())
            with transaction() as writing:
                actions.verify_claim(writing, desk.actor, verify, now=clock.now())
            flash(f"Đã xác nhận {member.business.name}. Gian hàng đã mở.")
            return redirect(url_for("office.claims"), 303)
    return _claim_page(desk, member_id, form, ClaimRefusalForm())


def _claim_page(desk: OfficeDesk, member_id: int, form: VerifyForm, refusal: ClaimRefusalForm) -> Page:
    member = queries.claim_of(reading(), desk.commune_id, member_id)
    is_verified = queries.verification_of(reading(), member.business_id) is not None
    page, status = form.page(
        "office/approvals/claim.html",
        member=member,
        others=queries.others_words(reading(), member.business_id),
        can_verify=member.is_waiting or (member.is_confirmed and not is_verified),
        facts=queries.claim_facts(reading(), member),
        refusal_form=refusal,
        kinds=KIND_WORDS,
    )
    return page, refusal.wrong_status if refusal.errors or refusal.refusal else status


@blueprint.post("/van-phong/duyet/co-so/<int:member_id>/tu-choi")
@office_page
def claim_refuse(desk: OfficeDesk, member_id: int) -> Page:
    queries.claim_of(reading(), desk.commune_id, member_id)
    form = ClaimRefusalForm.of_request()
    if form.submitted():
        shown = actions.SeenRequest(commune_id=desk.commune_id, id=member_id, seen=seen_given())
        with form.keeping_what_changed():
            with transaction() as writing:
                actions.refuse_claim(writing, desk.actor, shown, form.text(), now=clock.now())
            flash("Đã trả lời người gửi.")
            return redirect(url_for("office.claims"), 303)
    return _claim_page(desk, member_id, VerifyForm(), form)


@blueprint.get("/van-phong/duyet/ghi-so")
@office_page
def proposals(desk: OfficeDesk) -> Page:
    """Those that the address names, looked at together before they are entered."""
    chosen = dict.fromkeys(request.args.getlist("chon", type=row_number)[:A_LOOK])
    asked = [queries.proposal_of(reading(), desk.commune_id, one) for one in chosen]
    shown = [(one, queries.proposal_facts(reading(), one)) for one in asked if one.is_waiting]
    return render_template("office/approvals/proposals.html", shown=shown)


A_LOOK = 30
"""So many are looked at together at most: a page of the list."""


@blueprint.post("/van-phong/duyet/ghi-so/ghi")
@office_page
def proposals_accept_all(desk: OfficeDesk) -> Page:
    """Each that is ticked is entered by itself: one that the register has already keeps none of the others back."""

    def name(proposal_id: int) -> str:
        return queries.proposal_of(reading(), desk.commune_id, proposal_id).name

    def act(writing: Session, one: Ticked) -> None:
        shown = actions.SeenRequest(commune_id=desk.commune_id, id=one.id, seen=one.seen)
        actions.accept_proposal(writing, desk.actor, shown, now=clock.now())

    Bulk(
        name=name, act=act, done="Đã ghi {} cơ sở vào sổ. Tiếp theo: xem giấy tờ của từng chủ.", nothing=NOBODY
    ).decide(ticked())
    return redirect(url_for("office.claims"), 303)


NOBODY = "Chưa ghi cơ sở nào. Mời đánh dấu ít nhất một đề nghị đã xem."


@blueprint.get("/van-phong/duyet/ghi-so/<int:proposal_id>")
@office_page
def proposal(desk: OfficeDesk, proposal_id: int) -> Page:
    return _proposal_page(desk, proposal_id, ClaimRefusalForm())


def _proposal_page(desk: OfficeDesk, proposal_id: int, form: ClaimRefusalForm) -> Page:
    proposal = queries.proposal_of(reading(), desk.commune_id, proposal_id)
    alike = queries.find_in_register(reading(), desk.commune_id, proposal.name)
    facts = queries.proposal_facts(reading(), proposal)
    return form.page("office/approvals/proposal.html", proposal=proposal, alike=alike, facts=facts, kinds=KIND_WORDS)


@blueprint.post("/van-phong/duyet/ghi-so/<int:proposal_id>/ghi")
@office_page
def proposal_accept(desk: OfficeDesk, proposal_id: int) -> Page:
    form, shown = ClaimRefusalForm(), _shown_proposal(desk, proposal_id)
    with form.keeping_what_changed():
        with transaction() as writing:
            actions.accept_proposal(writing, desk.actor, shown, now=clock.now())
        flash("Đã ghi vào sổ. Tiếp theo: xem giấy tờ của chủ cơ sở.")
        return redirect(url_for("office.claims"), 303)
    return _proposal_page(desk, proposal_id, form)


def _shown_proposal(desk: OfficeDesk, proposal_id: int) -> actions.SeenRequest:
    queries.proposal_of(reading(), desk.commune_id, proposal_id)
    return actions.SeenRequest(commune_id=desk.commune_id, id=proposal_id, seen=seen_given())


@blueprint.post("/van-phong/duyet/ghi-so/<int:proposal_id>/tu-choi")
@office_page
def proposal_refuse(desk: OfficeDesk, proposal_id: int) -> Page:
    form = ClaimRefusalForm.of_request()
    if form.submitted():
        shown = _shown_proposal(desk, proposal_id)
        with form.keeping_what_changed():
            with transaction() as writing:
                actions.refuse_proposal(writing, desk.actor, shown, form.text(), now=clock.now())
            flash("Đã trả lời người gửi.")
            return redirect(url_for("office.claims"), 303)
    return _proposal_page(desk, proposal_id, form)


@blueprint.app_template_global()
def papers_of_person(person_id: int) -> Sequence[PrivatePicture]:
    """The pictures of papers that this person lets the office see, for a page that an officer has open."""
    return papers_of(reading(), current_commune().id, person_id)
