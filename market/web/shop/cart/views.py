"""The cart: put in, change, take out. Its key is a cookie, so that nobody has to sign in to fill it."""

from flask import flash, redirect, render_template, request, url_for

from market.base import clock
from market.base.db import reading, transaction
from market.base.errors import NotFound, Refused
from market.base.secrets import fingerprint, random_key
from market.orders.actions import carts
from market.orders.actions.carts import CartKey
from market.orders.queries.offers import CartNow, Offer, cart_now, offers_of
from market.values.quantity import format_quantity
from market.web.base.commune import current_commune
from market.web.base.cookies import CART, CART_COUNT, keep, read
from market.web.base.origin import is_sent_from_here
from market.web.base.web import Page, csrf_protect
from market.web.shop.blueprint import blueprint
from market.web.shop.cart.forms import CartForm, CartLineForm

_ADDED_BEFORE = "{name} đã vào giỏ từ lần bấm trước, không thêm lần nữa. Muốn mua nhiều hơn, mời sửa số lượng ở đây."

_GONE = "Món này không còn trên chợ."


def cart_here() -> CartNow:
    """This browser's cart with the offers of now."""
    key = read(CART)
    return cart_now(reading(), current_commune().id, fingerprint(key) if key else None, now=clock.now())


@blueprint.get("/gio-hang")
def cart() -> Page:
    return cart_page(cart_here())


def cart_page(cart: CartNow, refusal: str | None = None) -> Page:
    """The cart's page; `refusal`: what was tried elsewhere and cannot be done with it as it is."""
    form = CartForm()
    form.refusal = refusal
    return form.page("shop/cart/cart.html", cart=cart)


@blueprint.get("/gio-hang/them")
def cart_confirm() -> Page:
    """What a browser sent without saying from which page: shown with a token, to be pressed once more."""
    form = CartLineForm(request.args)
    offer = _offered(form)
    if not offer.is_public or offer.commune_id != current_commune().id:
        raise NotFound(_GONE)
    return render_template("shop/cart/cart_confirm.html", form=form, offer=offer)


@blueprint.post("/gio-hang/them")
def cart_add() -> Page:
    if not is_sent_from_here():
        return redirect(url_for("shop.cart_confirm", **CartLineForm.of_request().asked_again()), 303)
    form, offer = _line_posted()
    amount = _amount(form, offer)
    known = read(CART)
    key = known or random_key()
    of_cart = _cart_key(key, is_drawn=not known)
    with transaction() as writing:
        added = carts.put_in(writing, of_cart, offer, amount, client_key=form.client_key.data, now=clock.now())
    flash(f"Đã thêm {offer.name} vào giỏ." if added.is_new else _ADDED_BEFORE.format(name=offer.name))
    return _on_to("shop.cart", key, added.lines)


csrf_protect.exempt(cart_add)


@blueprint.post("/gio-hang/sua")
def cart_change() -> Page:
    return _kept_amounts("shop.cart")


@blueprint.post("/gio-hang/dat")
def cart_order() -> Page:
    """On to check-out with the amounts that stand in the cart's fields."""
    return _kept_amounts("shop.checkout")


@blueprint.post("/gio-hang/bo")
def cart_remove() -> Page:
    """Take one line out; what was typed of the others is kept."""
    key = _cart_key(_known_key())
    with transaction() as writing:
        carts.take_out(writing, key, CartLineForm.of_request().which(), now=clock.now())
    return _kept_amounts("shop.cart")


@blueprint.post("/gio-hang/lay-con")
def cart_rest() -> Page:
    """Take what is left of a line that asks for more; what was typed of the others is kept."""
    return take_rest("shop.cart")


def take_rest(then: str) -> Page:
    """Have as much of the line that was tapped as there is now, and go on. The cart with a sentence where there is none
    of it any more."""
    key, line = _known_key(), CartLineForm.of_request().which()
    cart, form = cart_here(), CartForm()
    form.read_request()
    row = next((row for row in cart.rows if row.offer.variant_id == line), None)
    if row is None:
        raise NotFound("Món này không còn trong giỏ.")
    amount = form.as_much_as_there_is(row)
    form.typed = {variant_id: text for variant_id, text in form.typed.items() if variant_id != line}
    with form.keeping_what_was_typed():
        wanted = [*form.changed(cart), (row.offer, amount)]
        with transaction() as writing:
            carts.change_all(writing, _cart_key(key), wanted, now=clock.now())
        flash(f"{row.offer.name}: lấy {format_quantity(amount, row.offer.unit)}.")
        return _on_to(then, key, len(cart.rows))
    return form.page("shop/cart/cart.html", cart=cart)


def _kept_amounts(then: str) -> Page:
    """Keep the amounts typed and go on, or show the cart as typed where one of them cannot be."""
    key, cart, form = _known_key(), cart_here(), CartForm()
    form.read_request()
    with form.keeping_what_was_typed():
        typed = form.changed(cart)
        with transaction() as writing:
            carts.change_all(writing, _cart_key(key), typed, now=clock.now())
        return _on_to(then, key, len(cart.rows))
    return form.page("shop/cart/cart.html", cart=cart)


def _line_posted() -> tuple[CartLineForm, Offer]:
    form = CartLineForm.of_request()
    return form, _offered(form)


def _offered(form: CartLineForm) -> Offer:
    if not form.variant_id.data:
        raise Refused("variant_missing", "Món này có nhiều loại: mời quay lại chọn loại. Giỏ vẫn như cũ.")
    offer = offers_of(reading(), [form.which()], now=clock.now()).get(form.which())
    if offer is None:
        raise NotFound(_GONE)
    return offer


def _amount(form: CartLineForm, offer: Offer) -> int:
    try:
        return form.thousandths(offer.unit)
    except ValueError as error:
        raise Refused("bad_amount", f"{error} Giỏ vẫn như cũ, mời quay lại để sửa.") from error


def _known_key() -> str:
    key = read(CART)
    if not key:
        raise NotFound("Giỏ hàng trên máy này còn trống.")
    return key


def _cart_key(key: str, *, is_drawn: bool = False) -> CartKey:
    return CartKey(commune_id=current_commune().id, key_hash=fingerprint(key), is_drawn=is_drawn)


def _on_to(endpoint: str, key: str, lines: int) -> Page:
    """On to a page, with the cart's key and its number of lines in cookies."""
    answer = redirect(url_for(endpoint), 303)
    keep(answer, CART, key)
    keep(answer, CART_COUNT, str(lines))
    return answer
