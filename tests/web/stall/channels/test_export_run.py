"""A filled file is kept as it was made."""

import hashlib

from flask.testing import FlaskClient
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from market.base.db import transaction
from market.catalog.models import Variant
from market.channels.models import ExportRun
from tests.cast import Cast
from tests.channels.pages import only_its_people_may
from tests.conftest import Clock
from tests.web.stall.channels.conftest import SHIPS, at


def test_a_price_changed_later_does_not_change_the_file(ready: FlaskClient, cast: Cast, session: Session) -> None:
    ready.post(at(cast, "/shopee/xuat"), data=SHIPS["shopee"])
    run = session.scalars(select(ExportRun)).one()
    with transaction() as writing:
        writing.execute(update(Variant).values(price=99_000))
    file = ready.get(at(cast, f"/tep/{run.id}")).data
    assert hashlib.sha256(file).hexdigest() == run.sha256


def test_only_the_stalls_people_download(client: FlaskClient, cast: Cast, now: Clock) -> None:
    only_its_people_may(client, cast, now, at(cast, "/tep/1"))
