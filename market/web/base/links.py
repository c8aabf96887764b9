"""Whole addresses of pages, made without a request."""

from werkzeug.routing import Map

from market.base.config import Settings
from market.base.db import reading
from market.notices.models import Notice
from market.orders.queries.directory import order_to_answer
from market.orders.queries.keys import answer_key
from market.places.queries import commune_with_id
from market.web.base.commune import address_of
from market.web.base.notices import notice_targets


class MarketLinks:
    """The `Links` of an application, at the address its settings name or at a commune's own host."""

    def __init__(self, pages: Map, settings: Settings, host: str | None = None) -> None:
        self._pages, self._settings = pages, settings
        scheme, self._host = address_of(settings, host).split("://", 1)
        self._routes = pages.bind(self._host, url_scheme=scheme)

    @property
    def host(self) -> str:
        return self._host

    def at(self, host: str | None) -> "MarketLinks":
        return MarketLinks(self._pages, self._settings, host)

    def stamp(self, code: str) -> str:
        return self._build("shop.stamp", code=code)

    def picture(self, key: str) -> str:
        return self._build("stall.photo_jpeg", key=key)

    def webhook(self, provider: str, key: str) -> str:
        return self._build("hooks.webhook", provider=provider, key=key)

    def notice(self, notice_id: int, *, to_signed_in: bool = False) -> str:
        notice = reading().get_one(Notice, notice_id)
        endpoint, values = notice_targets([notice])[notice_id]
        if not to_signed_in and (code := order_to_answer(reading(), notice)):
            endpoint, values = "stall.signed_order", {"code": code, "signature": answer_key(code)}
        return self.at(commune_with_id(reading(), notice.commune_id).host)._build(endpoint, **values)

    def _build(self, endpoint: str, **values: object) -> str:
        return self._routes.build(endpoint, values, force_external=True)
