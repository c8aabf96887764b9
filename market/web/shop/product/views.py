"""One product: its page, and what other sites are told of it."""

from flask import redirect, render_template, url_for

from market.base import clock
from market.base.db import reading
from market.base.secrets import random_key
from market.web.base.caching import same_for_guests
from market.web.base.commune import current_commune
from market.web.base.web import Page
from market.web.shop.blueprint import blueprint
from market.web.shop.browse.site import Site, site
from market.web.shop.product.queries import ProductOffer, product_offered
from market.web.shop.product.rules import Advert, Offered, product_data


@blueprint.get("/san-pham/<int:product_id>-<slug>")
@same_for_guests
def product(product_id: int, slug: str) -> Page:
    offer = product_offered(reading(), current_commune().id, product_id, now=clock.now())
    facts = offer.goods.facts
    if slug != facts.slug:
        return redirect(url_for("shop.product", product_id=product_id, slug=facts.slug), 301)
    takes_orders = current_commune().takes_orders
    return render_template(
        "shop/product/product.html",
        offer=offer,
        facts=facts,
        site=site(),
        takes_orders=takes_orders,
        can_buy=takes_orders and offer.goods.is_in_stock,
        client_key=random_key(),
    )


@blueprint.app_template_filter()
def advert(offer: ProductOffer, site: Site) -> Advert:
    facts = offer.goods.facts
    return Advert(
        name=facts.name,
        description=facts.description or f"{facts.name} của {facts.stall_name}, {facts.hamlet}, {site.place}",
        address=f"{site.base}/san-pham/{facts.id}-{facts.slug}",
        pictures=tuple(f"{site.base}/anh/{picture.key}-640.webp" for picture in offer.goods.pictures),
        seller=facts.stall_name,
        offers=tuple(Offered(price=one.price, is_in_stock=one.is_in_stock) for one in offer.goods.variants),
    )


blueprint.add_app_template_filter(product_data)
