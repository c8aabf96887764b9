"""What a buyer leafs through and opens: which goods, in which order, and when they are in season or left."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from market.base.db import transaction
from market.base.errors import NotFound
from market.catalog.actions.stock import StockRequest, reserve
from market.catalog.models import Category, Photo, Product, ProductState, Variant
from market.catalog.queries import browse
from market.catalog.queries.product import Goods
from market.catalog.queries.public import public_conditions, variant_for_sale
from market.sellers.models import Stall, StallState, Verification, VerificationState
from market.values.money import Dong
from market.web.shop.browse.queries import CardPage, PageQuery, given_goods, goods_of_stall, newest
from market.web.shop.product.queries import goods_offered
from tests import factories as make
from tests.cast import Cast
from tests.catalog import shelf
from tests.conftest import Clock
from tests.elsewhere import far_stall
from tests.nights import in_turns
from tests.orders.steps import place, wanted

pytestmark = in_turns  # alike on both kinds of database: one kind by day, the other with the next test


def put_up(now: Clock, stall: int, *names: str, on_hand: int | None = None) -> list[int]:
    """Goods of a stall; returns their ids."""
    with transaction() as session:
        row = session.get_one(Stall, stall)
        return [make.make_product(session, row, name, now(), on_hand=on_hand).product_id for name in names]


def change(product_id: int, **fields: object) -> None:
    with transaction() as session:
        for name, value in fields.items():
            setattr(session.get_one(Product, product_id), name, value)


# --- in season --------------------------------------------------------------------------------------------------------


def test_a_season_runs_from_its_first_to_its_last_month_and_a_whole_year_is_none(
    cast: Cast, now: Clock, session: Session
) -> None:
    for (first, last), months in {
        (5, 7): [5, 6, 7],
        (11, 2): [1, 2, 11, 12],
        (6, 6): [6],
        (12, 1): [1, 12],
        (1, 11): list(range(1, 12)),
        (3, 1): [1, *range(3, 13)],
        (1, 12): [],
        (4, 3): [],
    }.items():
        change(shelf.product_id(cast.ruoi), season_from=first, season_to=last)
        session.expire_all()
        found = [month for month in range(1, 13) if browse.in_season(session, cast.commune, month, 5, now=now())]
        assert found == months, (first, last)
        session.rollback()


def test_the_shortest_season_comes_first_then_the_newest_and_only_what_can_be_bought_here(
    cast: Cast, now: Clock, session: Session
) -> None:
    names = ("dài", "ngắn", "ngắn mới", "hết", "ẩn")
    goods = dict(zip(names, put_up(now, cast.lan.stall, *names), strict=True))
    goods |= dict.fromkeys(["xa"], put_up(now, far_stall(now()), "xa")[0])
    for name, product_id in goods.items():
        change(product_id, season_from=5, season_to=8 if name == "dài" else 6, is_hidden=name == "ẩn")
    with transaction() as writing:
        writing.scalars(select(Variant).where(Variant.product_id == goods["hết"])).one().is_sold_out = True
    assert browse.in_season(session, cast.commune, 5, 9, now=now()) == ["ngắn mới", "ngắn", "dài"]
    assert browse.in_season(session, cast.commune, 5, 2, now=now()) == ["ngắn mới", "ngắn"]


# --- lists ------------------------------------------------------------------------------------------------------------


def test_stalls_with_public_goods_stand_hamlet_by_hamlet(cast: Cast, now: Clock, session: Session) -> None:
    put_up(now, far_stall(now()), "xa")
    everybody = [cast.htx.slug, cast.tu.slug, cast.lan.slug]
    assert [sign.slug for sign in browse.stalls_on_sale(session, cast.commune, 9)] == everybody
    assert [sign.slug for sign in browse.stalls_on_sale(session, cast.commune, 2)] == everybody[:2]
    change(shelf.product_id(cast.ruoi), is_hidden=True)
    shown = browse.stalls_on_sale(session, cast.commune, 9)
    assert [(sign.slug, sign.hamlet) for sign in shown] == [
        (cast.htx.slug, "thôn Mỗ Đoạn"),
        (cast.lan.slug, "thôn Nghĩa Dũng"),
    ]


def test_kinds_of_one_position_stand_as_they_were_written_and_those_on_sale_alone_are_offered(
    cast: Cast, now: Clock, session: Session
) -> None:
    (far,) = put_up(now, far_stall(now()), "xa")
    with transaction() as writing:
        made = [Category(code=code, name=code, slug=code, level=3, position=1) for code in ("z", "b", "a", "c")]
        for one in made:
            writing.add(one)
            writing.flush()
        of = {shelf.product_id(cast.ruoi): "b", far: "a", shelf.product_id(cast.dau_xanh): "c"}
        for product_id, code in of.items():
            writing.get_one(Product, product_id).category = next(one for one in made if one.code == code)
    assert [kind.slug for kind in browse.kinds(session)] == ["z", "b", "a", "c"]
    assert [kind.slug for kind in browse.kinds_on_sale(session, cast.commune)] == ["b", "c"]


def test_names_are_those_of_the_goods_asked_for(cast: Cast, session: Session) -> None:
    ruoi = shelf.product_id(cast.ruoi)
    assert browse.names_of(session, [ruoi]) == {ruoi: "Rươi tươi"}


# --- cards ------------------------------------------------------------------------------------------------------------


def test_goods_stand_newest_first_and_those_of_which_nothing_is_left_last(
    cast: Cast, now: Clock, session: Session
) -> None:
    sold_out, empty, held, left = put_up(now, cast.lan.stall, "a", "b", "c", "d", on_hand=1000)
    due = now() + timedelta(hours=1)
    order = place(cast.commune, wanted(cast.rau_muong), now=now()).order_ids[0]
    with transaction() as writing:
        rows = {row.product_id: row for row in writing.scalars(select(Variant).where(Variant.on_hand == 1000))}
        rows[sold_out].is_sold_out, rows[empty].on_hand, rows[held].on_hand = True, 0, 1
        which = {"commune_id": cast.commune, "order_id": order, "variant_id": rows[held].id}
        request = StockRequest(**which, amount=1, held_until=due)
        reserve(writing, [request], now=now())

    def shown(page: int = 1, size: int = 9) -> list[tuple[int, int | None]]:
        page_query = PageQuery(commune_id=cast.commune, now=now(), page=page, size=size)
        cards = goods_of_stall(session.connection(), cast.lan.stall, page_query).cards
        return [(card.id, card.left) for card in cards]

    beans, spinach = shelf.product_id(cast.dau_xanh), shelf.product_id(cast.rau_muong)
    in_stock = [(left, 1000), (beans, 5000), (spinach, None)]
    assert shown() == [*in_stock, (held, 0), (empty, 0), (sold_out, 0)]
    assert [card for page in (1, 2, 3) for card in shown(page, 2)] == shown()
    assert shown(page=7, size=2) == shown(size=2), "behind the last page stands the first one again"
    now.at = due
    assert shown()[1] == (held, 1), "what is overdue can be bought"


def test_pages_lead_on_and_back_from_card_to_card_whatever_is_put_up_meanwhile(
    cast: Cast, now: Clock, session: Session
) -> None:
    made = put_up(now, cast.lan.stall, *"abcdefgh", on_hand=1000)
    with transaction() as writing:
        for row in writing.scalars(select(Variant).where(Variant.product_id.in_(made[::2]))):
            row.is_sold_out = True

    def leaf(**where: Any) -> CardPage:
        page_query = PageQuery(commune_id=cast.commune, now=now(), size=3, **where)
        return goods_of_stall(session.connection(), cast.lan.stall, page_query)

    pages = [leaf()]
    whole = [card.id for page in (1, 2, 3, 4) for card in leaf(page=page).cards]
    put_up(now, cast.lan.stall, "new", on_hand=1000)
    while pages[-1].has_more:
        pages.append(leaf(page=len(pages) + 1, after=pages[-1].last))
    assert [card.id for page in pages for card in page.cards] == whole
    assert len(whole) == len(made) + 2, "no card twice, none left out"
    backwards = [leaf(page=number, before=pages[number].first) for number in (3, 2, 1)]
    assert [page.cards for page in backwards] == [page.cards for page in pages[2::-1]]
    assert all(page.has_more for page in backwards)
    assert leaf(page=2, before=pages[0].first) == leaf(), "where less than a page stands before, the first one"


def test_a_card_shows_the_first_picture_and_the_cheapest_that_is_on_sale(
    cast: Cast, now: Clock, session: Session
) -> None:
    beans = shelf.product_id(cast.dau_xanh)
    bag = shelf.add_choice(cast.dau_xanh, price=Dong(45_000), unit="tui")

    def card() -> browse.Card:
        page_query = PageQuery(commune_id=cast.commune, now=now())
        return given_goods(session.connection(), [beans], page_query)[0]

    assert (card().unit, card().has_choice) == ("kg", True), "of equal prices the first"
    shelf.change(bag, price=Dong(44_000))
    assert (card().unit, card().price) == ("tui", 44_000)
    shelf.change(bag, is_sold_out=True)
    assert (card().unit, card().has_choice) == ("kg", True)
    shelf.change(bag, removed_at=now())
    assert (card().unit, card().has_choice) == ("kg", False)
    shelf.change(cast.dau_xanh, is_sold_out=True)
    assert (card().unit, card().left) == ("kg", 0)
    with transaction() as writing:
        for key, position in (("b", 0), ("a", 0), ("first", -1)):
            size = {"width": 9, "height": 9, "position": position, "created_at": now()}
            writing.add(Photo(product_id=beans, stall_id=cast.lan.stall, key=key, **size))
            writing.flush()
    assert card().photo == "first"
    change(beans, is_hidden=True)
    with pytest.raises(IndexError):
        card()


def test_cards_are_those_of_the_commune(cast: Cast, now: Clock, session: Session) -> None:
    (far,) = put_up(now, far_stall(now()), "xa")
    page_query = PageQuery(commune_id=cast.commune, now=now())
    assert len(newest(session.connection(), page_query).cards) == 4
    assert given_goods(session.connection(), [far, shelf.product_id(cast.ruoi)], page_query)[0].name == "Rươi tươi"


# --- a product --------------------------------------------------------------------------------------------------------


def offered(cast: Cast, now: Clock, session: Session) -> Goods:
    return goods_offered(session.connection(), cast.commune, shelf.product_id(cast.dau_xanh), now=now())


def test_what_can_be_bought_stands_first_then_the_cheaper_then_the_older(
    cast: Cast, now: Clock, session: Session
) -> None:
    said = {"on_hand": None, "price": Dong(45_000)}
    dear, same, gone = (
        shelf.add_choice(cast.dau_xanh, label=label, sku=label, **said | fields)
        for label, fields in (("a", {"price": Dong(50_000)}), ("b", {}), ("c", {"price": Dong(9_000), "on_hand": 0}))
    )
    shelf.add_choice(cast.dau_xanh, label="d", sku="d", removed_at=now(), is_sold_out=True)
    goods = offered(cast, now, session)
    assert [one.id for one in goods.variants] == [cast.dau_xanh, same, dear, gone]
    assert [one.is_in_stock for one in goods.variants] == [True, True, True, False]
    assert goods.is_in_stock
    shelf.change(cast.dau_xanh, is_sold_out=True)
    for one in (same, dear):
        shelf.change(one, is_sold_out=True)
    assert not offered(cast, now, session).is_in_stock


def test_a_pack_says_what_a_kilo_of_it_costs(cast: Cast, now: Clock, session: Session) -> None:
    bag = shelf.add_choice(cast.dau_xanh, pack_amount=500_000, pack_unit="g")
    kilo, half = (
        next(one for one in offered(cast, now, session).variants if one.id == i) for i in (cast.dau_xanh, bag)
    )
    assert kilo.per_base is None
    price, unit = half.per_base or (0, None)
    assert (price, unit.code if unit else "") == (40_000, "kg")


def test_pictures_stand_by_their_place_however_many_there_are(cast: Cast, now: Clock, session: Session) -> None:
    beans = shelf.product_id(cast.dau_xanh)
    with transaction() as writing:
        for key, position in (("d", 10), ("c", 2), ("a", 1), ("b", 1)):
            size = {"width": 9, "height": 9, "position": position, "created_at": now()}
            writing.add(Photo(product_id=beans, stall_id=cast.lan.stall, key=key, is_illustration=key == "c", **size))
            writing.flush()
    pictures = offered(cast, now, session).pictures
    assert [picture.key for picture in pictures][1:] == ["a", "b", "c", "d"]
    assert [picture.key for picture in pictures if picture.is_illustration] == ["c"]


def test_what_is_not_public_says_that_it_is_gone_and_another_commune_s_is_not_there(
    cast: Cast, now: Clock, session: Session
) -> None:
    (far,) = put_up(now, far_stall(now()), "xa")
    with pytest.raises(NotFound) as unknown:
        goods_offered(session.connection(), cast.commune, far, now=now())
    change(shelf.product_id(cast.dau_xanh), state=ProductState.TAKEN_DOWN)
    with pytest.raises(NotFound, match="không còn trên chợ") as gone:
        offered(cast, now, session)
    assert str(unknown.value) != str(gone.value)


# --- what makes it public ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", ["verified", "revoked", "ended", "pending", "paused", "hidden", "no photo"])
def test_goods_are_public_while_everything_speaks_for_them(
    cast: Cast, now: Clock, session: Session, state: str
) -> None:
    beans = shelf.product_id(cast.dau_xanh)
    with transaction() as writing:
        check = writing.scalars(select(Verification).where(Verification.business_id == cast.lan.business)).one()
        product = writing.get_one(Product, beans)
        if state == "revoked":
            check.state = VerificationState.REVOKED
        elif state == "ended":
            check.ended_at = now()
        elif state == "paused":
            product.stall.state = StallState.PAUSED
        product.is_hidden = state == "hidden"
        product.state = ProductState.PENDING if state == "pending" else ProductState.APPROVED
    if state == "no photo":
        shelf.drop_photos(cast.dau_xanh)
    is_public = session.scalar(select(Product.id).where(Product.id == beans, *public_conditions())) is not None
    assert is_public is (state == "verified")
    assert (variant_for_sale(session, beans, now=now()) is not None) is is_public


def test_the_first_that_can_be_bought_is_for_sale(cast: Cast, now: Clock, session: Session) -> None:
    bag = shelf.add_choice(cast.dau_xanh)
    sack = shelf.add_choice(cast.dau_xanh, label="bao", sku="bao", on_hand=None)

    def for_sale() -> int | None:
        session.expire_all()
        found = variant_for_sale(session, shelf.product_id(cast.dau_xanh), now=now())
        return found.id if found else None

    assert for_sale() == cast.dau_xanh
    for variant, left in ((cast.dau_xanh, bag), (bag, sack)):
        shelf.change(variant, on_hand=0)
        assert for_sale() == left
    shelf.change(bag, on_hand=1)
    assert for_sale() == bag
    shelf.change(bag, removed_at=now(), is_sold_out=True)
    shelf.change(sack, is_sold_out=True)
    assert for_sale() is None
