"""One box for everything that is scanned or typed: a stamp, a lot, an order, a receipt, an address of this market."""

import re
from urllib.parse import urlsplit

from flask import redirect, render_template, request, url_for

from market.base.config import current_settings
from market.base.db import reading
from market.places.queries import UnknownHost, commune_at
from market.values.codes import parse_order_code, parse_purchase_code, parse_stamp_code
from market.values.text import nfc
from market.web.base.addresses import parts_of
from market.web.base.commune import address_of, current_commune
from market.web.base.web import Page
from market.web.shop.blueprint import blueprint

_ADDRESS = re.compile(r"https?://", re.IGNORECASE)
_LOT = re.compile(r"[Ll][0-9]{6}[A-Za-z]{1,3}")
_BANK_QR = "000201"


@blueprint.get("/quet")
def scan() -> Page:
    typed = nfc(request.args.get("ma", ""))[:300]
    if not typed:
        return render_template("shop/scan/scan.html", typed="", wrong=None)
    try:
        return redirect(_leads_to(typed), 303)
    except ValueError as error:
        return render_template("shop/scan/scan.html", typed=typed, wrong=str(error)), 422


def _leads_to(text: str) -> str:
    """The page a code opens, as a path of this market; ValueError with a sentence for people."""
    if _ADDRESS.match(text):
        return _path_here(text)
    if text.startswith(_BANK_QR):
        raise ValueError("Đây là mã chuyển tiền. Mời mở app ngân hàng để quét.")
    if _LOT.fullmatch(text):
        return url_for("shop.lot_public", code=text)
    for parse, page in (
        (lambda code: parse_order_code(code, current_commune().letters), "shop.order"),
        (parse_purchase_code, "shop.purchase"),
        (parse_stamp_code, "shop.stamp"),
    ):
        try:
            return url_for(page, code=parse(text))
        except ValueError:
            continue
    raise ValueError("Chưa đọc ra mã này. Tem có 11 chữ và số, đơn và biên nhận có 9. Mời xem lại từng chữ.")


def _path_here(text: str) -> str:
    """The path of an address of this market, or the address at that of another commune here; one elsewhere is not
    opened, since a copied stamp may lead anywhere."""
    address = parts_of(text)
    path = f"/{address.path.lstrip('/')}" + (f"?{address.query}" if address.query else "")
    settings, netloc = current_settings(), address.netloc.lower()
    if netloc == request.host.lower():
        return path
    try:
        commune = commune_at(reading(), settings, address.hostname or "")
    except UnknownHost:
        commune = None
    if commune is not None and netloc == urlsplit(address_of(settings, commune.host)).netloc:
        return path if commune.id == current_commune().id else address_of(settings, commune.host) + path
    if netloc == settings.host.lower():  # nobody's by now: printed before each commune had a host
        return path
    raise ValueError(f"Mã này dẫn sang {address.netloc or 'nơi khác'}, không phải chợ này, nên chợ không mở.")
