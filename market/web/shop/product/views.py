"""One product: its page, and what other sites are told of it."""

from flask import redirect, render_template, url_for

from market.base import clock
from market.base.db import reading_rows
from market.base.secrets import random_key
from market.values.period import local_day
from market.web.base.caching import same_for_guests
from market.web.base.commune import current_commune
from market.web.base.web import Page
from market.web.shop.blueprint import blueprint
from market.web.shop.browse.site import Site, site
from market.web.shop.product.queries import ProductOffer, goods_offered, with_lots
from market.web.shop.product.rules import Advert, Offered, product_data


@blueprint.get("/san-pham/<int:product_id>-<slug>")
@same_for_guests
def product(product_id: int, slug: str) -> Page:
    commune, now = current_commune(), clock.now()
    with reading_rows() as rows:
        goods = goods_offered(rows, commune.id, product_id, now=now)
    facts = goods.facts
    if slug != facts.slug:
        return redirect(url_for("shop.product", product_id=product_id, slug=facts.slug), 301)
    return render_template(
        "shop/product/product.html",
        offer=with_lots(goods, today=local_day(now)),
        facts=facts,
        site=site(),
        takes_orders=commune.takes_orders,
        can_buy=commune.takes_orders and goods.is_in_stock,
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
