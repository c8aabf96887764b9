"""Whole addresses of pages, made without a request."""

from flask import Flask

from market.base.config import Settings


class MarketLinks:
    """The `Links` of an application, at the address its settings name."""

    def __init__(self, app: Flask, settings: Settings) -> None:
        scheme, self._host = settings.base_url.split("://", 1)
        self._routes = app.url_map.bind(self._host, url_scheme=scheme)

    @property
    def host(self) -> str:
        return self._host

    def stamp(self, code: str) -> str:
        return self._build("shop.stamp", code=code).upper()

    def picture(self, key: str) -> str:
        return self._build("stall.photo_jpeg", key=key)

    def webhook(self, provider: str, key: str) -> str:
        return self._build("hooks.webhook", provider=provider, key=key)

    def _build(self, endpoint: str, **values: str) -> str:
        return self._routes.build(endpoint, values, force_external=True)
