"""A person's own businesses: straight into the stall, or finding and claiming, or proposing one."""

from flask import flash, redirect, render_template, request, url_for

from market.base import clock
from market.base.attempts import count_try, given_back_if_refused
from market.base.db import reading, transaction
from market.base.errors import NotFound
from market.notices.actions import see_news
from market.notices.queries import NewsReader, newest_news, news_of
from market.places.queries import hamlets_of
from market.sellers import actions, queries
from market.sellers.actions.brakes import CLAIM, LOOK_UP
from market.sellers.queries.drafts import drafted_account, drafts_of, papers_of
from market.sellers.rules import KIND_WORDS
from market.web.base.addresses import row_number
from market.web.base.callers import caller
from market.web.base.commune import current_commune
from market.web.base.listing import part_of
from market.web.base.watching import Watch, watched
from market.web.base.web import Page, actor, require_person, signed_in, signed_in_id
from market.web.stall.blueprint import blueprint
from market.web.stall.settings.forms import ProposalForm

PERSON, MINE = "toi", "co-so"
STALLS_A_PAGE = 20


@blueprint.get("/mo-gian-hang")
def start() -> Page:
    """What selling here takes, for who is not signed in; who is goes on to what is theirs."""
    if signed_in_id() is not None:
        return redirect(url_for("stall.mine"), 303)
    return render_template("stall/settings/start.html")


@blueprint.get("/ban-hang")
@signed_in
def mine() -> Page:
    here, person_id = current_commune().id, require_person()
    watch = _watch(person_id)
    stalls = queries.stalls_of_person(reading(), here, person_id)
    claims = queries.claims_of_person(reading(), here, person_id)
    proposals = queries.proposals_of_person(reading(), here, person_id)
    if len(stalls) == 1 and not claims and not proposals:
        return redirect(url_for("stall.today", gian=stalls[0].slug), 303)
    news = news_of(reading(), NewsReader(commune_id=here, person_id=person_id))
    asked = claims or proposals
    return render_template(
        "stall/settings/mine.html",
        stalls=part_of(stalls, "gian", STALLS_A_PAGE),
        claims=claims,
        proposals=proposals,
        news=news,
        watch=watch,
        papers=len(papers_of(reading(), here, person_id)) if asked else 0,
        drafts=len(drafts_of(reading(), here, person_id)) if asked else 0,
        has_account=bool(asked) and drafted_account(reading(), here, person_id) is not None,
    )


def _watch(person_id: int) -> Watch:
    """What the office answers to a claim or a proposal comes as news."""
    reader = NewsReader(commune_id=current_commune().id, person_id=person_id)
    return Watch(topic=PERSON, key=MINE, progress=newest_news(reading(), reader))


@watched(PERSON)
def look_at_mine(key: str) -> Watch:
    person_id = signed_in_id()
    if person_id is None or key != MINE:
        raise NotFound
    return _watch(person_id)


@blueprint.post("/ban-hang/tin")
@signed_in
def mine_seen() -> Page:
    reader = NewsReader(commune_id=current_commune().id, person_id=require_person())
    with transaction() as writing:
        see_news(writing, reader, seen_up_to(), now=clock.now())
    return redirect(url_for("stall.mine"), 303)


def seen_up_to() -> int:
    """The last of the news on the page whose button was pressed."""
    return request.form.get("den", 0, type=row_number)


@blueprint.get("/ban-hang/nhan-co-so")
@signed_in
def claim() -> Page:
    text, hamlet_id = request.args.get("q", "")[:100], request.args.get("thon", type=row_number)
    commune_id = current_commune().id
    if hamlet_id:
        count_try(LOOK_UP, require_person(), caller=caller())
    found = queries.find_in_register(reading(), commune_id, text, hamlet_id=hamlet_id) if hamlet_id else []
    return render_template(
        "stall/settings/claim.html",
        text=text,
        hamlet_id=hamlet_id,
        hamlets=hamlets_of(reading(), commune_id),
        found=found,
        kinds=KIND_WORDS,
    )


@blueprint.post("/ban-hang/nhan-co-so/<int:business_id>")
@signed_in
def claim_take(business_id: int) -> Page:
    counted = count_try(CLAIM, require_person(), caller=caller())
    with given_back_if_refused(counted), transaction() as writing:
        actions.claim_business(writing, actor(), current_commune().id, business_id, now=clock.now())
    flash("Đã gửi tới xã. Cán bộ sẽ xem giấy tờ của bạn rồi mở gian hàng.")
    return redirect(url_for("stall.mine"), 303)


@blueprint.route("/ban-hang/nhan-co-so/moi", methods=["GET", "POST"])
@signed_in
def propose() -> Page:
    form = ProposalForm.of_request(data={"name": request.args.get("ten", "")[:120]})
    form.offer((hamlet.id, hamlet.name) for hamlet in hamlets_of(reading(), current_commune().id))
    if form.submitted():
        with form.keeping_what_was_typed():
            counted = count_try(CLAIM, require_person(), caller=caller())
            with given_back_if_refused(counted), transaction() as writing:
                actions.propose_business(writing, actor(), form.as_new_proposal(current_commune().id), now=clock.now())
            flash("Đã gửi tới xã. Xã ghi vào sổ xong sẽ xem giấy tờ và mở gian hàng cho bạn.")
            return redirect(url_for("stall.mine"), 303)
    return form.page("stall/settings/propose.html")
