"""An officer decides on the goods they saw: what its seller changes after the page was loaded is not decided unseen."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from market.base.audit import Actor, Event
from market.base.db import transaction
from market.base.seen import seen_of
from market.catalog.actions import listing, photos
from market.catalog.actions.listing import ListingChange, VariantRef
from market.catalog.models import Category, Product, ProductState
from market.catalog.queries.facts import listing_facts, variant_facts
from market.sellers.models import Stall
from market.values.money import Dong
from tests.cast import Cast
from tests.catalog import shelf
from tests.conftest import Clock
from tests.nights import in_turns
from tests.pages import hidden

QUEUE = "/van-phong/duyet"
Change = Callable[[VariantRef, Cast, Clock], None]
NO = {"why": "Giá hoặc đơn vị có vẻ nhầm", "more": "Xem lại giá"}


@pytest.fixture
def which(cast: Cast, waiting: int) -> VariantRef:
    return VariantRef(stall_id=cast.lan.stall, product_id=waiting)


def rewrite(which: VariantRef, cast: Cast, now: Clock) -> None:
    new = ListingChange(name="Lá ngón", description="", category_id=None, seen=shelf.edit_seen(which.product_id))
    with transaction() as session:
        listing.change_listing(session, Actor(person_id=cast.lan.person), which, new, now=now())


def reprice(which: VariantRef, cast: Cast, now: Clock) -> None:
    with transaction() as session:
        seen = seen_of(variant_facts(session.get_one(Product, which.product_id).variants[0]))
        listing.set_price(session, Actor(person_id=cast.lan.person), which, Dong(999_000), seen=seen, now=now())


def add_photo(which: VariantRef, cast: Cast, now: Clock) -> None:
    with transaction() as session:
        lan = Actor(person_id=cast.lan.person)
        photos.add_photo(session, lan, which, shelf.kept(), client_key="another", clock=now)


def product(session: Session, which: VariantRef) -> Product:
    return session.scalars(
        select(Product).where(Product.id == which.product_id).execution_options(populate_existing=True)
    ).one()


def events(session: Session, verb: str) -> int:
    return session.scalar(select(func.count()).where(Event.verb == verb)) or 0


@in_turns("button")
@pytest.mark.parametrize("button", ["duyet", "tu-choi"])
@pytest.mark.parametrize(
    ("change", "named"),
    [(rewrite, "tên (nay là Lá ngón)"), (reprice, "giá (nay là 999.000"), (add_photo, "ảnh (nay là 2 ảnh")],
)
def test_what_changed_after_the_page_was_loaded_is_shown_and_not_decided(
    hung: FlaskClient,
    cast: Cast,
    which: VariantRef,
    session: Session,
    now: Clock,
    change: Change,
    named: str,
    button: str,
) -> None:
    path = f"{QUEUE}/{which.product_id}/{button}"
    loaded = hidden(hung.get(QUEUE).text, path)
    change(which, cast, now)

    answer = hung.post(path, data=loaded | NO)

    assert answer.status_code == 409
    assert named in answer.text
    assert f"{product(session, which).name}: Từ lúc bạn mở trang" in answer.text, "the page shows many"
    card = answer.text.split(f'id="mon-{which.product_id}"')[1].split("</article>")[0]
    assert ("<details open>" in card) == (button == "tu-choi")
    assert "field-wrong" not in card, "what was typed is not what changed"
    assert "Chưa ghi gì cả" in answer.text
    assert product(session, which).state is ProductState.PENDING
    fresh = hidden(answer.text, path)
    assert fresh["seen"] != loaded["seen"]
    assert hung.post(path, data=fresh | NO).status_code == 303
    assert product(session, which).state is not ProductState.PENDING


def test_a_reason_that_was_typed_is_still_there(hung: FlaskClient, cast: Cast, which: VariantRef, now: Clock) -> None:
    path = f"{QUEUE}/{which.product_id}/tu-choi"
    loaded = hidden(hung.get(QUEUE).text, path)
    reprice(which, cast, now)

    page = hung.post(path, data=loaded | NO).text
    assert "Xem lại giá</textarea>" in page
    assert f'<option value="{NO["why"]}" selected>' in page


@pytest.mark.parametrize("button", ["duyet", "tu-choi"])
def test_a_decision_that_does_not_say_what_was_seen_is_none(
    hung: FlaskClient, which: VariantRef, session: Session, button: str
) -> None:
    answer = hung.post(f"{QUEUE}/{which.product_id}/{button}", data=NO)

    assert answer.status_code == 422
    assert "bạn đã xem gì" in answer.text
    assert product(session, which).state is ProductState.PENDING


@pytest.mark.parametrize(("button", "verb"), [("duyet", "approve_product"), ("tu-choi", "refuse_product")])
def test_the_same_decision_twice_is_one(
    hung: FlaskClient, which: VariantRef, session: Session, button: str, verb: str
) -> None:
    path = f"{QUEUE}/{which.product_id}/{button}"
    loaded = hidden(hung.get(QUEUE).text, path)

    assert [hung.post(path, data=loaded | NO).status_code for _ in range(2)] == [303, 303]
    assert events(session, verb) == 1


def test_taking_down_twice_is_once(hung: FlaskClient, cast: Cast, session: Session) -> None:
    path = f"{QUEUE}/{shelf.product_id(cast.dau_xanh)}/go"
    loaded = hidden(hung.get(QUEUE).text, path)

    assert [hung.post(path, data=loaded | NO).status_code for _ in range(2)] == [303, 303]
    assert events(session, "take_down_product") == 1


def test_a_refusal_for_another_reason_is_another_decision(hung: FlaskClient, which: VariantRef) -> None:
    path = f"{QUEUE}/{which.product_id}/tu-choi"
    loaded = hidden(hung.get(QUEUE).text, path)
    hung.post(path, data=loaded | NO)

    assert hung.post(path, data=loaded | {"why": "", "more": "Ảnh mờ"}).status_code == 409


def test_every_fact_that_the_page_shows_is_one_that_was_seen(cast: Cast, session: Session, which: VariantRef) -> None:
    """Each in turn is made another one, and each time the facts differ."""
    shown = product(session, which)
    before = dict(listing_facts(shown))
    shown.name, shown.description = "Rau dền", "Hái buổi sáng"
    shown.category, shown.stall = Category(name="Rau lá"), Stall(name="Rau cô Bình")
    shown.variants[0].price, shown.photos[0].key = Dong(1), "another-key"
    session.expunge_all()

    after = listing_facts(shown)
    assert [label for label in before if before[label] == after[label]] == []


@pytest.mark.parametrize("field", [{"unit": "kg"}, {"pack_amount": 500_000, "pack_unit": "g"}, {"label": "loại to"}])
def test_the_unit_the_pack_and_the_name_belong_to_the_price(
    session: Session, which: VariantRef, field: dict[str, object]
) -> None:
    shown = product(session, which)
    before = listing_facts(shown)["giá"]
    for name, value in field.items():
        setattr(shown.variants[0], name, value)

    assert listing_facts(shown)["giá"] != before
