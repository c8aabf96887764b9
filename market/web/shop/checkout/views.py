"""Check-out: who buys and on which terms, a last look at everything, and the one button that places it."""

from flask import redirect, request, url_for

from market.accounts.queries import person
from market.base import clock
from market.base.attempts import given_back_if_refused
from market.base.db import reading, transaction
from market.base.errors import Refused
from market.orders.actions.brakes import PLACE_ORDER, PLACE_ORDER_ON_KNOWN_DEVICE
from market.orders.actions.inputs import PlacePurchase
from market.orders.queries.offers import CartNow, pickup_places
from market.payments.actions import check_out
from market.values.money import in_words
from market.web.base.callers import count_here, network
from market.web.base.commune import current_commune
from market.web.base.cookies import CART_COUNT, keep
from market.web.base.web import Page, actor, signed_in_id, visitor
from market.web.shop.blueprint import blueprint
from market.web.shop.cart.views import cart_here
from market.web.shop.checkout.forms import CheckoutForm, PlaceForm
from market.web.shop.checkout.reviewed import STALE, Browser, ReviewedPurchase, read_review
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


def _checkout_form(cart: CartNow) -> CheckoutForm:
    """As posted; else as typed before; else with what is known of the person signed in."""
    points = pickup_places(reading(), current_commune().id)
    if request.method == "POST":
        return CheckoutForm.of_cart(cart, points, typed=request.form, known=_known_buyer())
    return CheckoutForm.of_cart(cart, points, typed=typed_here(), known=_known_buyer())


def _known_buyer() -> dict[str, object]:
    person_id = signed_in_id()
    if person_id is None:
        return {}
    me = person(reading(), person_id)
    return {"name": me.name, "phone": me.phone}


@blueprint.get("/dat-hang/xem-lai")
def checkout_review() -> Page:
    return _review(PlaceForm())


def _review(form: PlaceForm) -> Page:
    """Everything once more before it is placed, with what its button will send."""
    cart = cart_here()
    points = pickup_places(reading(), current_commune().id)
    terms = CheckoutForm.of_cart(cart, points, typed=typed_here() or {}, known=_known_buyer())
    if not cart.to_buy or not terms.validate():
        if form.refusal:
            raise Refused("bad_form", form.refusal)
        return redirect(url_for("shop.checkout"), 303)
    form.client_key.data, form.left.data = cart.state, str(len(cart.left_over))
    form.reviewed.data = ReviewedPurchase.of(terms, cart).model_dump_json()
    return form.page("shop/checkout/checkout_review.html", terms=terms, cart=cart, in_words=in_words(terms.total(cart)))


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
    return reviewed.as_place_purchase(current_commune().id, browser, form.client_key.data or "", known=_known_buyer())
