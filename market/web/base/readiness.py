"""Whether a web process may serve over its database: asked before it begins, or as soon as its database answers."""

import logging
import threading

from flask import Flask
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import SQLAlchemyError

from market.accounts.checks import refuse_demo_people
from market.base.config import current_settings
from market.base.errors import Refused
from market.base.logs import fault_of
from market.base.outages import Outage, outage_of
from market.base.revisions import refuse_unknown_schema
from market.base.seals import keep_seal
from market.web.base.error_pages import outage_page

log = logging.getLogger(__name__)


def check_before_serving(app: Flask) -> None:
    """Refused where a web process must not run over its database.

    One that does not answer is asked again before every page: the process may be one of many that a running server
    renews, whose end would be the server's. Until it answers, and where it then must not be served, pages say 503.
    """
    with app.app_context():
        if not _has_been_checked():
            _check_before_pages(app)


def _has_been_checked() -> bool:
    """False where the database does not answer."""
    try:
        refuse_unknown_schema()
        refuse_demo_people(current_settings())
        keep_seal()
    except SQLAlchemyError as error:
        if outage_of(error) is None:
            raise
        log.warning("schema not checked", extra={"fault": fault_of(error)})
        return False
    return True


def _check_before_pages(app: Flask) -> None:
    checked = threading.Event()

    def check() -> ResponseReturnValue | None:
        try:
            if checked.is_set() or _has_been_checked():
                checked.set()
                return None
        except Refused as refusal:
            log.error("must not serve", extra={"refused": refusal.code})
        return outage_page(Outage.AWAY)

    # Second of all, after the hook that gives a request its id: what signs in or counts tries reads the database.
    app.before_request_funcs[None].insert(1, check)
