"""The application: settings, extensions, blueprints. `create_app()` is all that anybody starts."""

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from flask import Flask

from market.accounts import checks as accounts_checks
from market.adoption import watching
from market.base import doctor, installation_checks, logs, secrets, storage
from market.base.commands import DIRECTORY, LINKS
from market.base.config import Settings, load_settings
from market.base.db import db
from market.base.loopback import asked_to_listen
from market.base.patience import WEB, engine_options, limit_waits, refuse_closed
from market.catalog import checks as catalog_checks
from market.notices import checks as notices_checks
from market.notices.senders.web_push import checks as push_checks
from market.notices.senders.zalo import checks as zalo_checks
from market.orders.queries.directory import MarketDirectory
from market.payments import checks as payments_checks
from market.places import checks as places_checks
from market.sellers import checks as sellers_checks
from market.web import account, base, hooks, office, shop, stall
from market.web.base import channel_addresses, error_pages, lot_addresses, machines, web
from market.web.base.asked import MarketRequest
from market.web.base.links import MarketLinks
from market.web.base.templating import Templates

FRONTS = (base, account, hooks, shop, stall, office)
CHECKERS = (
    doctor,
    installation_checks,
    places_checks,
    notices_checks,
    push_checks,
    zalo_checks,
    payments_checks,
    sellers_checks,
    catalog_checks,
    accounts_checks,
)
"""Who has something for `flask doctor` to look at; what needs the tables comes after those who see to them."""


class Market(Flask):
    """Flask without the question, asked of every function of every request, whether it is asynchronous: none is."""

    jinja_environment = Templates
    request_class = MarketRequest

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        return func


def create_app(settings: Settings | None = None, *, serves: bool = False) -> Flask:
    """One process's application, with its commands. Raises BadSettings, with every fault, where the settings cannot be
    used.

    One that `serves` pages waits for the database only as long as a person would, compiles every template before the
    first request asks for it, and has no commands.
    """
    listens_at = asked_to_listen(sys.argv[1:], os.environ) if serves else ""
    app = make_app(settings or load_settings(listens_at=listens_at))
    if serves:
        _prepare_to_serve(app)
    else:
        from market import cli  # here, since what only commands need would be memory of every web process

        cli.register(app)
    return app


def make_app(settings: Settings) -> Flask:
    """The application without commands: enough to serve, and for a job that runs apart."""
    app = Market("market", root_path=str(Path(__file__).parent), static_folder=None)
    app.config.update(SQLALCHEMY_DATABASE_URI=settings.database_url, CHOSO=settings, MAKE_APP=make_app)
    logs.configure()
    secrets.configure(settings.data_keys.get_secret_value(), settings.secret)
    storage.configure(settings.storage_url)
    _open_database(app, settings)
    watching.watch()
    web.configure(app, settings)
    error_pages.add_error_pages(app)
    app.url_map.converters |= lot_addresses.CONVERTERS | channel_addresses.CONVERTERS
    for front in FRONTS:
        app.register_blueprint(front.blueprint)
    machines.add_machine_pages(app)
    app.extensions[doctor.CHECKS] = [one for module in CHECKERS for one in module.checks(settings)]
    app.extensions[LINKS] = MarketLinks(app.url_map, settings)
    app.extensions[DIRECTORY] = MarketDirectory()
    return app


def _open_database(app: Flask, settings: Settings) -> None:
    if settings.database_url.startswith("sqlite:///"):
        Path(settings.database_url.removeprefix("sqlite:///")).parent.mkdir(parents=True, exist_ok=True)
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = engine_options(settings.database_url)
    db.init_app(app)
    with app.app_context():
        refuse_closed(db.engine)


def _prepare_to_serve(app: Flask) -> None:
    with app.app_context():
        limit_waits(db.engine, WEB)
    for name in app.jinja_env.list_templates(extensions=["html"]):
        app.jinja_env.get_template(name)
