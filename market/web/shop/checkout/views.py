"""Check-out: who buys and on which terms, a last look at everything, and the one button that places it."""

from flask import redirect, render_template, request, url_for

from market.accounts.queries import person
from market.base import clock
from market.base.attempts import given_back_if_refused
from market.base.db import reading, transaction
from market.base.errors import Refused
from market.orders.actions.brakes import PLACE_ORDER, PLACE_ORDER_ON_KNOWN_DEVICE
from market.orders.actions.inputs import PlacePurchase
from market.orders.queries.deposits import bought_before, kept_percent
from market.orders.queries.last_terms import last_terms
from market.orders.queries.offers import CartNow
from market.orders.rules import FETCH_DAYS
from market.orders.rules.deposits import TERMS
from market.orders.rules.sharing import SHARE_RULE
from market.payments.actions import check_out
from market.places.queries import number_on
from market.values.money import in_words
from market.values.period import local_day
from market.web.base.callers import count_here, network
from market.web.base.commune import current_commune
from market.web.base.cookies import CART_COUNT, VISITOR, keep, read
from market.web.base.web import Page, actor, signed_in_id, visitor
from market.web.shop.blueprint import blueprint
from market.web.shop.cart.views import cart_here, cart_page, take_rest
from market.web.shop.checkout.forms import CheckoutForm, KnownBuyer, PlaceForm
from market.web.shop.checkout.reviewed import STALE, Browser, ReviewedPurchase, read_review
from market.web.shop.checkout.slots import TripForm, chosen_slots, trip_forms
from market.web.shop.checkout.typed import keep_typed, typed_here


@blueprint.route("/dat-hang", methods=["GET", "POST"])
def checkout() -> Page:
    cart = cart_here()
    if not cart.to_buy:
        return redirect(url_for("shop.cart"), 303)
    form = _checkout_form(cart)
    if form.submitted():
        keep_typed(form.typed())
        visitor()  # the browser is named before the last button, whose answer may be lost: it sees its order then too
        return redirect(url_for("shop.checkout_review"), 303)
    return form.page("shop/checkout/checkout.html", cart=cart)


@blueprint.post("/dat-hang/ve-gio")
def checkout_back() -> Page:
    """Back to the cart; what is typed so far is kept as it is, right or wrong."""
    keep_typed(_checkout_form(cart_here()).typed())
    return redirect(url_for("shop.cart"), 303)


def _checkout_form(cart: CartNow) -> CheckoutForm:
    """As posted; else as typed before; else with what is known of who buys."""
    typed = request.form if request.method == "POST" else typed_here()
    return CheckoutForm.of_cart(cart, typed=typed, known=_known_buyer(with_last=True))


def _known_buyer(*, with_last: bool = False) -> KnownBuyer:
    """The person signed in; how this account, or a guest's browser, had its last order."""
    person_id = signed_in_id()
    me = person(reading(), person_id) if person_id else None
    last = None
    if with_last:
        device = visitor() if read(VISITOR) else None
        last = last_terms(reading(), current_commune().id, person_id=person_id, device=device)
    return KnownBuyer(name=me.name if me else "", phone=me.phone if me else None, last=last)


@blueprint.get("/dat-hang/xem-lai")
def checkout_review() -> Page:
    return _review(PlaceForm())


@blueprint.post("/dat-hang/lay-con")
def checkout_rest() -> Page:
    """Take what is left of a line that asks for more, and look once more."""
    return take_rest("shop.checkout_review")


def _review(form: PlaceForm) -> Page:
    """Everything once more before it is placed, with what its button will send. What cannot be placed any more leads to
    where that is put right, and says so there."""
    whole = cart_here()
    terms = CheckoutForm.of_cart(whole, typed=typed_here() or {}, known=_known_buyer())
    if not whole.to_buy:
        return cart_page(whole, form.refusal) if form.refusal else redirect(url_for("shop.cart"), 303)
    if not terms.validate():
        terms.refusal = form.refusal
        return terms.page("shop/checkout/checkout.html", cart=whole) if form.refusal else _to_checkout()
    cart = whole.without(terms.apart)
    _ask_deposits(terms, cart)
    form.client_key.data, form.left.data = cart.state, str(len(cart.left_over))
    form.reviewed.data = ReviewedPurchase.of(terms, cart).model_dump_json()
    return form.page(
        "shop/checkout/checkout_review.html",
        terms=terms,
        cart=cart,
        trips=_trips(terms),
        in_words=in_words(terms.total(cart)),
    )


def _trips(terms: CheckoutForm) -> list[TripForm]:
    """When what goes to pickup points is fetched: as it was answered, else as the last time; nothing for who is new."""
    now, chosen = clock.now(), chosen_slots(request.form)
    found = trip_forms(reading(), terms.ordered, current_commune().id, chosen, now=now)
    for one in found:
        if request.method == "GET":
            one.choose_as(terms.slot_of_last_time)
        elif request.endpoint == "shop.checkout_place":
            one.ask()
    return found


def _ask_deposits(terms: CheckoutForm, cart: CartNow) -> None:
    """What stalls ask of this buyer before they keep goods; where none asks anybody, nobody is looked up."""
    asking = [one.stall.stall_id for one in terms.ordered if one.stall.deposit_percent]
    if asking:
        device = visitor() if read(VISITOR) else None
        bought = bought_before(reading(), asking, person_id=signed_in_id(), device=device)
        terms.ask_deposits(cart, bought, kept_percent(reading(), current_commune().id, now=clock.now()))


def _to_checkout() -> Page:
    return redirect(url_for("shop.checkout"), 303)


@blueprint.post("/dat-hang/gui")
def checkout_place() -> Page:
    form = PlaceForm.of_request()
    with form.keeping_what_was_typed():
        new = _reviewed(form)
        counted = count_here(PLACE_ORDER, known=PLACE_ORDER_ON_KNOWN_DEVICE)
        with given_back_if_refused(counted), transaction() as writing:
            placed = check_out(writing, actor(), new, clock=clock.now)
        answer = redirect(url_for("shop.purchase", code=placed.code), 303)
        keep(answer, CART_COUNT, form.left.data or "0")
        return answer
    return _review(form)


def _reviewed(form: PlaceForm) -> PlacePurchase:
    """The purchase as its page showed it. Refused in a browser that typed nothing, or keeps no cookies: it could not
    see the orders afterwards."""
    if typed_here() is None:
        raise Refused("page_outdated", STALE)
    reviewed = read_review(form.reviewed.data or "")
    browser = Browser(device=visitor(), network=network())
    slots, key = chosen_slots(request.form), form.client_key.data or ""
    return reviewed.as_place_purchase(current_commune().id, browser, key, known=_known_buyer(), slots=slots)


@blueprint.get("/khong-den-lay")
def fetching_terms() -> Page:
    """What becomes of goods, money and the next time where a buyer does not come: one page for both sides."""
    known = number_on(reading(), current_commune().id, "order.fetch_days", local_day(clock.now()))
    days, since = known or (FETCH_DAYS, None)
    kept = kept_percent(reading(), current_commune().id, now=clock.now())
    known_terms = {"kept": kept, "terms": TERMS, "share_rule": SHARE_RULE}
    return render_template("shop/checkout/fetching_terms.html", days=days, since=since, **known_terms)
