"""Whole addresses of pages, made without a request."""

from flask import Flask
from werkzeug.routing import MapAdapter

from market.base.config import Settings
from market.base.db import reading
from market.notices.models import Notice
from market.web.base.notices import notice_host, notice_targets


class MarketLinks:
    """The `Links` of an application, at the address its settings name."""

    def __init__(self, app: Flask, settings: Settings) -> None:
        self._pages = app.url_map
        self._scheme, self._host = settings.base_url.split("://", 1)
        self._routes = self._at(self._host)

    @property
    def host(self) -> str:
        return self._host

    def stamp(self, code: str) -> str:
        return self._build("shop.stamp", code=code).upper()

    def picture(self, key: str) -> str:
        return self._build("stall.photo_jpeg", key=key)

    def webhook(self, provider: str, key: str) -> str:
        return self._build("hooks.webhook", provider=provider, key=key)

    def notice(self, notice_id: int) -> str:
        notice = reading().get_one(Notice, notice_id)
        endpoint, values = notice_targets([notice])[notice_id]
        host, (_, colon, port) = notice_host(notice), self._host.partition(":")
        routes = self._at(f"{host}{colon}{port}") if host else self._routes
        return routes.build(endpoint, values, force_external=True)

    def _at(self, host: str) -> MapAdapter:
        return self._pages.bind(host, url_scheme=self._scheme)

    def _build(self, endpoint: str, **values: str) -> str:
        return self._routes.build(endpoint, values, force_external=True)
