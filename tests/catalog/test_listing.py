"""A listing as its seller and the office have it: what is written, who is told, what is found, page by page."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from market.base.audit import Actor
from market.base.clock import Clock as Now
from market.base.db import transaction
from market.base.errors import Conflict, NotFound, Refused
from market.base.jobs import Job
from market.base.seen import seen_of
from market.catalog.actions import listing, moderation, photos, uploads, variants
from market.catalog.actions.listing import Choice, ListingChange, NewListing, VariantRef
from market.catalog.models import Category, Photo, Product, ProductState, SearchTerm, StockMove, Variant
from market.catalog.queries import facts
from market.catalog.queries import listing as queries
from market.catalog.queries.changes import product_draft
from market.catalog.queries.spelling import wrongly_counted
from market.catalog.rules import KeptPhoto
from market.notices.models import Notice
from market.sellers.models import Stall
from market.values.money import Dong
from market.web.office.approvals.queries import waiting_for
from tests import factories as make
from tests.cast import Cast
from tests.catalog import shelf
from tests.conftest import Clock
from tests.elsewhere import far_stall
from tests.events import events_of
from tests.nights import database_by_day_on

database_url = database_by_day_on("sqlite")


def put_up(now: Now, stall: int, *names: str, **fields: object) -> list[int]:
    """Goods of a stall; returns their ids."""
    with transaction() as session:
        row = session.get_one(Stall, stall)
        return [make.make_product(session, row, name, now(), **fields).product_id for name in names]  # type: ignore[arg-type]


def put_up_many(now: Now, stall: int, *names: str) -> list[int]:
    with transaction() as session:
        return make.make_products(session, session.get_one(Stall, stall), names, now())


def which(cast: Cast, variant: int | None = None) -> VariantRef:
    return VariantRef(stall_id=cast.lan.stall, product_id=shelf.product_id(cast.dau_xanh), variant_id=variant)


def lan(cast: Cast) -> Actor:
    return Actor(person_id=cast.lan.person)


QUOTA = uploads.UploadQuota(kept=3, a_day=3)


def photo(key: str = "k") -> KeptPhoto:
    return KeptPhoto(key=key, width=800, height=600)


def verbs(session: Session, product_id: int) -> list[str]:
    return [event.verb for event in events_of(session, "product", product_id)]


# --- put up -----------------------------------------------------------------------------------------------------------


def put(cast: Cast, now: Clock, **said: object) -> int:
    values = {"stall_id": cast.lan.stall, "name": "Món lạ", "unit": "tui", "price": Dong(9_000), "photo": photo()}
    with transaction() as session:
        return listing.list_product(session, lan(cast), NewListing(**values | said), now=now())  # type: ignore[arg-type]


def test_a_new_listing_is_written_whole(cast: Cast, now: Clock, session: Session) -> None:
    said = {"description": "Ngon", "on_hand": 3000, "pack_amount": 500_000, "pack_unit": "g", "client_key": "form"}
    product = session.get_one(Product, put(cast, now, **said))
    [variant], [picture] = product.variants, product.photos
    assert (product.commune_id, product.description, product.client_key) == (cast.commune, "Ngon", "form")
    assert (product.folded, product.slug, product.category_id) == ("mon la", "mon-la", None)
    assert (variant.stall_id, variant.pack_amount, variant.pack_unit, variant.on_hand) == (
        cast.lan.stall,
        500_000,
        "g",
        3000,
    )
    assert (picture.stall_id, picture.position, picture.width, picture.height) == (cast.lan.stall, 0, 800, 600)
    assert product.created_at == product.updated_at == picture.created_at == now()
    move = session.scalars(select(StockMove).where(StockMove.variant_id == variant.id)).one()
    assert (move.delta, move.actor_id) == (3000, cast.lan.person)
    [event] = events_of(session, "product", product.id)
    assert (event.verb, event.commune_id, event.business_id) == ("list_product", cast.commune, cast.lan.business)


def test_only_the_same_form_of_the_same_stall_is_the_same_listing(cast: Cast, now: Clock) -> None:
    first = put(cast, now, client_key="form")
    assert put(cast, now, client_key="form", photo=photo("b")) == first
    others = [
        put(cast, now, client_key="other", photo=photo("c")),
        put(cast, now, photo=photo("d")),
        put(cast, now, photo=photo("e")),
        put(cast, now, client_key="form", stall_id=cast.tu.stall, photo=photo("f")),
    ]
    assert len({first, *others}) == 5
    with pytest.raises(Refused, match="đã dùng"):
        put(cast, now, photo=photo("f"))


def test_a_group_that_was_chosen_goes_before_the_likely_one(cast: Cast, now: Clock, session: Session) -> None:
    with transaction() as writing:
        made = [Category(code=str(n), name=str(n), slug=str(n), level=3, position=n, ocop_set=3) for n in (1, 2)]
        writing.add_all([*made, Category(code="4", name="4", slug="4", level=3, position=0, ocop_set=4)])
        writing.flush()
        first, second = (one.id for one in made)
    likely, chosen = put(cast, now, name="Gạo"), put(cast, now, name="Gạo", category_id=second, photo=photo("b"))
    assert [session.get_one(Product, one).category_id for one in (likely, chosen)] == [first, second]


# --- changed ----------------------------------------------------------------------------------------------------------


def save(cast: Cast, now: Clock, choice: Choice | None = None, **said: object) -> ProductState:
    product = which(cast).product_id
    values = {"name": "Đậu xanh", "description": "", "category_id": None, "seen": shelf.edit_seen(product)} | said
    with transaction() as session:
        new = ListingChange(choice=choice, **values)  # type: ignore[arg-type]
        return listing.change_listing(session, lan(cast), which(cast), new, now=now())


def test_another_group_needs_no_new_look_and_is_noted(cast: Cast, now: Clock, session: Session) -> None:
    with transaction() as writing:
        category = Category(code="1", name="Đậu", slug="dau", level=3, position=1)
        writing.add(category)
        writing.flush()
        group = category.id
    now.move(hours=1)
    assert save(cast, now, category_id=group) is ProductState.APPROVED
    product = shelf.read(cast.dau_xanh)[0]
    assert (product.category_id, product.updated_at) == (group, now())
    assert shelf.last_event(product.id).fields == "category_id"
    now.move(hours=1)
    save(cast, now, category_id=group)
    assert shelf.read(cast.dau_xanh)[0].updated_at < now()


def test_a_waiting_listing_goes_on_waiting_and_a_refused_one_waits_again(cast: Cast, now: Clock) -> None:
    shelf.change(cast.dau_xanh, state=ProductState.PENDING)
    assert save(cast, now, description="Mới") is ProductState.PENDING
    assert shelf.last_event(which(cast).product_id).fields == "description"
    shelf.change(cast.dau_xanh, state=ProductState.REFUSED, refusal="Mờ")
    assert save(cast, now, description="Mới") is ProductState.PENDING
    assert shelf.last_event(which(cast).product_id).fields == "state"


def test_the_name_its_unit_gives_follows_it_and_one_s_own_stays(cast: Cast, now: Clock) -> None:
    def choice(unit: str, label: str | None = None, pack: int | None = None) -> Choice:
        return Choice(unit=unit, price=Dong(45_000), pack_amount=pack, pack_unit="kg" if pack else None, label=label)

    shelf.rename(cast.dau_xanh, "theo kg")
    shelf.change(cast.dau_xanh, state=ProductState.PENDING)
    for said, label in (
        (choice("tui", pack=5000), "túi 5 kg"),
        (choice("tui", "", 5000), "túi 5 kg"),
        (choice("tui", "loại to", 5000), "loại to"),
        (choice("hop"), "loại to"),
        (choice("hop", "loại to"), "loại to"),
        (choice("hop", ""), "theo hộp"),
    ):
        save(cast, now, said)
        assert shelf.read(cast.dau_xanh)[1].label == label


@pytest.mark.parametrize(
    ("on_hand", "unit", "goes"), [(5500, "tui", False), (5000, "tui", True), (None, "tui", True), (5500, "lang", True)]
)
def test_a_unit_changes_where_what_is_left_is_whole_numbers_of_it(
    cast: Cast, now: Clock, on_hand: int | None, unit: str, goes: bool
) -> None:
    shelf.change(cast.dau_xanh, on_hand=on_hand)
    new = Choice(unit=unit, price=Dong(45_000), pack_amount=None, pack_unit=None)
    if goes:
        save(cast, now, new)
    else:
        with pytest.raises(Refused, match="không đổi sang túi"):
            save(cast, now, new)
    assert shelf.read(cast.dau_xanh)[1].unit == (unit if goes else "kg")


def test_a_price_and_a_switch_are_noted_once_with_their_time(cast: Cast, now: Clock, session: Session) -> None:
    product = which(cast).product_id
    now.move(hours=1)
    for _ in range(2):
        with transaction() as writing:
            seen = shelf.price_seen(cast.dau_xanh)
            listing.set_price(writing, lan(cast), which(cast), Dong(47_000), seen=seen, now=now())
    assert shelf.read(cast.dau_xanh)[0].updated_at == now()
    for act in (listing.hide_product, listing.hide_product, listing.show_product, listing.show_product):
        with transaction() as writing:
            act(writing, lan(cast), which(cast), now=now())
    assert verbs(session, product) == ["set_price", "hide_product", "show_product"]


def test_the_word_lists_follow_a_listing_through_its_life(cast: Cast, now: Clock, session: Session) -> None:
    product = put(cast, now, name="Trám bùi")
    ref = VariantRef(stall_id=cast.lan.stall, product_id=product)

    def counted(act: Callable[[Session], object]) -> bool:
        with transaction() as writing:
            act(writing)
        session.expire_all()
        assert wrongly_counted(session) == 0
        return session.get(SearchTerm, (cast.commune, "tram")) is not None

    def shown() -> moderation.SeenListing:
        return shelf.seen(cast.commune, product)

    again = ListingChange(name="Trám đen", description="", category_id=None, seen="")
    assert not counted(lambda _: None)
    assert counted(lambda s: moderation.approve_product(s, hung(cast), shown(), clock=now))
    assert not counted(lambda s: listing.hide_product(s, lan(cast), ref, now=now()))
    assert counted(lambda s: listing.show_product(s, lan(cast), ref, now=now()))
    seen = shelf.edit_seen(product)
    assert counted(lambda s: listing.change_listing(s, lan(cast), ref, replace(again, seen=seen), now=now()))
    assert session.get(SearchTerm, (cast.commune, "den")) is None, "what waits is in no word list"
    assert shelf.approve_changes(cast) == 1
    assert counted(lambda _: None)
    assert session.get(SearchTerm, (cast.commune, "den"))
    assert not counted(lambda s: moderation.take_down_product(s, hung(cast), cast.commune, product, "Cấm", clock=now))


# --- sold as several --------------------------------------------------------------------------------------------------


def add_variant(
    cast: Cast, now: Clock, label: str | None = None, key: str | None = None, **said: object
) -> ProductState:
    values = {"unit": "tui", "price": Dong(20_000), "pack_amount": 500_000, "pack_unit": "g"} | said
    new = variants.NewVariant(choice=Choice(label=label, **values), on_hand=3000, client_key=key)  # type: ignore[arg-type]
    with transaction() as session:
        return variants.add_variant(session, lan(cast), which(cast), new, now=now())


def test_one_more_choice_is_numbered_counted_and_named(cast: Cast, now: Clock, session: Session) -> None:
    product_id = which(cast).product_id
    now.move(hours=1)
    for _ in range(2):
        assert add_variant(cast, now, key="form") is ProductState.APPROVED
    first, added = session.get_one(Product, product_id).variants
    assert (first.label, added.label, added.sku) == ("theo kg", "túi 500 g", f"SP{product_id}-2")
    assert (added.pack_amount, added.pack_unit, added.on_hand, added.stall_id) == (500_000, "g", 3000, cast.lan.stall)
    assert shelf.sum_of_moves(added.id) == 3000
    event = shelf.last_event(product_id)
    assert (event.verb, event.fields) == ("add_variant", "variants")
    with pytest.raises(Refused, match="đã có loại"):
        add_variant(cast, now)
    assert add_variant(cast, now, "Loại to", pack_amount=9000) is ProductState.APPROVED
    assert shelf.last_event(product_id).fields == "variants label"
    session.expire_all()
    named = session.get_one(Product, product_id).variants[-1]
    assert named.label == "túi 9 g"
    assert shelf.approve_changes(cast) == 1
    assert shelf.read(named.id)[1].label == "Loại to"


def test_ten_choices_are_the_most_and_a_removed_one_makes_room(cast: Cast, now: Clock, session: Session) -> None:
    for number in range(1, 10):
        add_variant(cast, now, pack_amount=number * 1000)
    with pytest.raises(Refused, match="đã có 10 loại"):
        add_variant(cast, now)
    last = session.get_one(Product, which(cast).product_id).variants[-1].id
    now.move(hours=1)
    with transaction() as writing:
        seen = seen_of(facts.variant_facts(writing.get_one(Variant, last)))
        variants.remove_variant(writing, lan(cast), which(cast, last), seen=seen, now=now())
    assert shelf.read(cast.dau_xanh)[0].updated_at == now()
    assert shelf.read(last)[1].removed_at == now()
    add_variant(cast, now)
    session.expire_all()
    assert session.get_one(Product, which(cast).product_id).variants[-1].sku.endswith("-11"), "no number serves twice"


def test_a_choice_may_keep_its_name_but_not_take_another_s(cast: Cast, now: Clock, session: Session) -> None:
    bag = shelf.add_choice(cast.dau_xanh)

    def rename(label: str) -> None:
        new = Choice(unit="tui", price=Dong(20_000), pack_amount=None, pack_unit=None, label=label)
        with transaction() as writing:
            seen = shelf.variant_edit_seen(bag)
            variants.change_variant(writing, lan(cast), which(cast, bag), new, seen=seen, now=now())

    rename("Túi nhỏ")
    rename("Túi nhỏ")
    assert verbs(session, which(cast).product_id) == ["change_variant"]
    assert shelf.approve_changes(cast) == 1
    with pytest.raises(Refused, match="đã có loại"):
        rename("THEO KG")
    shelf.rename(cast.dau_xanh, "")
    with pytest.raises(Refused, match="đã có loại"):
        rename("Theo kg")
    assert shelf.read(bag)[1].label == "Túi nhỏ"


def test_the_first_choice_now_sold_is_meant_where_none_is_named(cast: Cast, now: Clock, session: Session) -> None:
    bag = shelf.add_choice(cast.dau_xanh)
    product = session.get_one(Product, which(cast).product_id)
    assert queries.variant_id_of(session, product, None) == cast.dau_xanh
    assert queries.variant_id_of(session, product, bag) == bag
    assert [one.id for one in queries.variants_of(session, product.id)] == [cast.dau_xanh, bag]
    shelf.change(cast.dau_xanh, is_sold_out=True, removed_at=now())
    session.expire_all()
    assert queries.variant_id_of(session, product, None) == bag
    assert [one.id for one in queries.variants_of(session, product.id)] == [bag]
    assert queries.variants_ever(session, product.id) == 2
    for other in (cast.dau_xanh, cast.gao_nep):
        with pytest.raises(NotFound):
            queries.variant_id_of(session, product, other)


# --- pictures ---------------------------------------------------------------------------------------------------------


def show(cast: Cast, now: Clock, key: str, form: str | None = None) -> None:
    with transaction() as session:
        photos.add_photo(session, lan(cast), which(cast), photo(key), client_key=form, clock=now)


def show_at_once(cast: Cast, now: Clock, key: str) -> None:
    """A picture that the office has looked at."""
    show(cast, now, key)
    assert shelf.approve_changes(cast) == 1


def shown(cast: Cast, session: Session) -> list[str]:
    session.expire_all()
    return [one.key for one in queries.photos_of(session, which(cast).product_id)]


def test_a_picture_comes_last_once_and_none_beyond_the_eighth(cast: Cast, now: Clock, session: Session) -> None:
    now.move(hours=1)
    for key, form in (("a", "1"), ("a", "2"), ("b", "1"), ("c", "3")):
        show(cast, now, key, form)
    assert shown(cast, session)[1:] == []
    assert shelf.approve_changes(cast) == 1
    assert shown(cast, session)[1:] == ["a", "c"]
    newest = session.scalars(select(Photo).where(Photo.key == "c")).one()
    assert (newest.position, newest.created_at, newest.stall_id) == (2, now(), cast.lan.stall)
    for number in range(5):
        show(cast, now, str(number))
    with pytest.raises(Refused, match="đã có 8 ảnh"):
        show(cast, now, "ninth")
    assert verbs(session, which(cast).product_id) == ["add_photo"] * 2 + ["approve_change"] + ["add_photo"] * 5


def test_the_picture_put_first_leaves_the_others_in_their_order(cast: Cast, now: Clock, session: Session) -> None:
    for key in "abc":
        show(cast, now, key)
    shelf.approve_changes(cast)
    old, a, b, c = queries.photos_of(session, which(cast).product_id)
    for _ in range(2):
        with transaction() as writing:
            photos.put_photo_first(writing, lan(cast), which(cast), b.id, now=now())
    assert shown(cast, session) == ["b", old.key, "a", "c"]
    assert [one.position for one in (b, old, a, c)] == [0, 1, 2, 3]
    assert verbs(session, which(cast).product_id)[4:] == ["put_photo_first"]
    with transaction() as writing:
        photos.remove_photo(writing, lan(cast), which(cast), a.id, now=now())
    show_at_once(cast, now, "d")
    assert shown(cast, session) == ["b", old.key, "c", "d"]
    assert verbs(session, which(cast).product_id)[5:] == ["remove_photo", "add_photo", "approve_change"]


def test_unused_pictures_are_kept_a_week_and_removed_ones_a_year_and_a_day(
    cast: Cast, now: Clock, session: Session
) -> None:
    show_at_once(cast, now, "a")
    removed = queries.photos_of(session, which(cast).product_id)[1]
    with transaction() as writing:
        unused = uploads.reserve_upload(writing, cast.lan.stall, QUOTA, clock=now)
        photos.remove_photo(writing, lan(cast), which(cast), removed.id, now=now())
    due = {str(job.payload["key"]): job.run_at for job in session.scalars(select(Job))}
    assert due == {unused: now() + timedelta(days=7), "a": now() + timedelta(days=366)}


# --- the office -------------------------------------------------------------------------------------------------------


def hung(cast: Cast) -> Actor:
    return Actor(person_id=cast.hung)


def told(session: Session) -> list[tuple[str, int | None, int | None, str]]:
    rows = session.scalars(select(Notice).order_by(Notice.id))
    return [(row.kind, row.business_id, row.product_id, row.sentence) for row in rows]


def test_each_decision_is_written_told_and_made_once(cast: Cast, now: Clock, session: Session) -> None:
    product = which(cast).product_id
    shelf.change(cast.dau_xanh, state=ProductState.PENDING)
    for _ in range(2):
        with transaction() as writing:
            moderation.refuse_product(writing, hung(cast), shelf.seen(cast.commune, product), "Mờ", clock=now)
    row = shelf.read(cast.dau_xanh)[0]
    assert (row.state, row.refusal, row.decided_at, row.decided_by) == (ProductState.REFUSED, "Mờ", now(), cast.hung)
    shelf.change(cast.dau_xanh, state=ProductState.PENDING)
    now.move(hours=1)
    for _ in range(2):
        with transaction() as writing:
            moderation.approve_product(writing, hung(cast), shelf.seen(cast.commune, product), clock=now)
    row = shelf.read(cast.dau_xanh)[0]
    assert (row.state, row.refusal, row.decided_at) == (ProductState.APPROVED, None, now())
    for reason in ("Cấm", "Cấm"):
        with transaction() as writing:
            moderation.take_down_product(writing, hung(cast), cast.commune, product, reason, clock=now)
    assert shelf.read(cast.dau_xanh)[0].refusal == "Cấm"
    with pytest.raises(Conflict), transaction() as writing:
        moderation.take_down_product(writing, hung(cast), cast.commune, product, "Khác", clock=now)
    assert verbs(session, product) == ["refuse_product", "approve_product", "take_down_product"]
    assert [(business, about, sentence) for _, business, about, sentence in told(session)] == [
        (cast.lan.business, product, "Xã chưa duyệt Đậu xanh: Mờ"),
        (cast.lan.business, product, "Xã đã duyệt Đậu xanh để bán trên chợ."),
        (cast.lan.business, product, "Xã đã gỡ Đậu xanh khỏi chợ: Cấm"),
    ]


@pytest.mark.parametrize("who", ["owner", "nobody"])
def test_nobody_decides_on_their_own_goods_nor_without_a_name(cast: Cast, now: Clock, who: str) -> None:
    product = which(cast).product_id
    actor = Actor(person_id=cast.lan.person if who == "owner" else None)
    with pytest.raises(Refused, match="chính gian bạn"), transaction() as session:
        moderation.take_down_product(session, actor, cast.commune, product, "Cấm", clock=now)


def test_the_office_looks_at_what_waits_longest_first(cast: Cast, now: Clock, session: Session) -> None:
    put_up(now, far_stall(now()), "xa", state=ProductState.PENDING)
    first, second, third = put_up(now, cast.lan.stall, "a", "b", "c", state=ProductState.PENDING)
    with transaction() as writing:
        writing.get_one(Product, first).updated_at = now() + timedelta(hours=1)
        writing.get_one(Variant, cast.ruoi).product.state = ProductState.TAKEN_DOWN
    found = [product.id for product in queries.goods_to_look_at(session, cast.commune)]
    assert found == [second, third, first]
    assert waiting_for(session, cast.commune).goods == 3


def test_thirty_are_looked_at_at_once(cast: Cast, now: Clock, session: Session) -> None:
    waiting = put_up_many(now, cast.lan.stall, *map(str, range(31)))
    with transaction() as writing:
        writing.execute(update(Product).where(Product.id.in_(waiting)).values(state=ProductState.PENDING))
    assert [product.id for product in queries.goods_to_look_at(session, cast.commune)] == waiting[:30]
    assert waiting_for(session, cast.commune).goods == 31


@pytest.mark.parametrize(("total", "pages"), [(0, 1), (1, 1), (30, 1), (31, 2), (60, 2), (61, 3)])
def test_a_page_begins_where_the_last_one_was_full(total: int, pages: int) -> None:
    assert queries.ListingPage(listings=(), total=total, page=1).pages == pages
    assert queries.GoodsPage(products=(), total=total, page=1).pages == pages


def test_goods_are_found_by_name_or_stall_page_by_page(cast: Cast, now: Clock, session: Session) -> None:
    put_up(now, far_stall(now()), "Đậu xa")
    put_up(now, cast.lan.stall, "Đậu chờ", state=ProductState.PENDING)
    made = put_up_many(now, cast.lan.stall, *(f"Đậu {number}" for number in range(30)))

    def found(text: str, page: int = 1) -> tuple[list[int], int]:
        goods = queries.goods_on_market(session, cast.commune, text, page=page)
        return [product.id for product in goods.products], goods.total

    beans = shelf.product_id(cast.dau_xanh)
    assert found("ĐẬU") == (made[::-1], 31)
    assert found("đậu", 2) == ([beans], 31)
    assert found("") == (made[::-1], 34)
    assert found("Rươi anh Tư") == ([shelf.product_id(cast.ruoi)], 1)
    assert found("không có") == ([], 0)


def test_a_stall_s_own_goods_are_all_listed_newest_first(cast: Cast, now: Clock, session: Session) -> None:
    made = put_up_many(now, cast.lan.stall, *map(str, range(30)))
    first, second = (queries.listings_of(session, cast.lan.stall, page=page, now=now()) for page in (1, 2))
    assert [one.product.id for one in first.listings] == made[::-1]
    assert [one.product.name for one in second.listings] == ["Đậu xanh", "Rau muống"]
    assert (first.total, first.pages, second.page) == (32, 2, 2)
    assert queries.listings_of(session, 999, now=now()).listings == []
    with pytest.raises(NotFound):
        queries.listing_of(session, cast.tu.stall, made[0], now=now())


def test_a_listing_is_empty_where_all_it_is_sold_as_is(cast: Cast, now: Clock) -> None:
    bag = shelf.add_choice(cast.dau_xanh)
    for of_first, of_second, reasons in (
        ({"on_hand": 0}, {"on_hand": 0}, ["nothing_left"]),
        ({"on_hand": 0}, {"on_hand": 100}, []),
        ({"on_hand": 0}, {"on_hand": None}, []),
        ({"reserved": 5000}, {"on_hand": 0}, ["all_held"]),
        ({"is_sold_out": True}, {"on_hand": 0}, ["nothing_left"]),
        ({"is_sold_out": True}, {"is_sold_out": True}, ["sold_out"]),
    ):
        for variant, changed in ((cast.dau_xanh, of_first), (bag, of_second)):
            shelf.change(variant, **{"on_hand": 5000, "reserved": 0, "is_sold_out": False} | changed)
        assert [str(one.why) for one in shelf.listing(cast.lan, which(cast).product_id, now()).reasons] == reasons


def test_goods_are_known_in_their_own_commune_alone(cast: Cast, now: Clock, session: Session) -> None:
    (far,) = put_up(now, far_stall(now()), "xa")
    beans = which(cast).product_id
    queries.refuse_other_commune(session, cast.commune, beans)
    assert queries.name_of(session, cast.commune, beans) == "Đậu xanh"
    for product in (far, 999):
        with pytest.raises(NotFound):
            queries.refuse_other_commune(session, cast.commune, product)
        with pytest.raises(NotFound):
            queries.name_of(session, cast.commune, product)


def test_groups_without_others_below_are_chosen_among_as_they_stand(session: Session, cast: Cast) -> None:
    with transaction() as writing:
        food = Category(code="f", name="Thực phẩm", slug="f", level=1, position=2)
        alone = Category(code="a", name="Khác", slug="a", level=1, position=3)
        writing.add_all([food, alone])
        writing.flush()
        for code, position in (("y", 5), ("x", 4), ("b", 1), ("c", 1)):
            below = Category(code=code, name=code, slug=code, level=3, position=position, parent_id=food.id)
            writing.add(below)
            writing.flush()
    assert [(one.name, one.group) for one in queries.category_choices(session)] == [
        ("b", "Thực phẩm"),
        ("c", "Thực phẩm"),
        ("Khác", "Khác"),
        ("x", "Thực phẩm"),
        ("y", "Thực phẩm"),
    ]


# --- what a page says of it -------------------------------------------------------------------------------------------


def test_what_was_seen_names_each_choice_and_every_picture(cast: Cast, now: Clock, session: Session) -> None:
    product = session.get_one(Product, which(cast).product_id)
    assert facts.edit_facts(product, product_draft(session, product)) == {
        "tên": "Đậu xanh",
        "lời giới thiệu": "để trống",
        "nhóm hàng": "chưa chọn",
        "gửi đi xa": "thường",
        "giá": "45.000\u00a0₫ / kg",
    }
    bag = shelf.add_choice(cast.dau_xanh)
    show_at_once(cast, now, "b")
    session.expire_all()
    seen = facts.listing_facts(product)
    assert seen["giá thứ 1"] == "theo kg: 45.000\u00a0₫ / kg"
    assert seen["giá thứ 2"] == "túi 500 g: 20.000\u00a0₫ / túi"
    assert (seen["gian hàng"], seen["ảnh"].partition("\x1f")[0]) == ("Rau bà Lan", "2 ảnh")
    edited = facts.edit_facts(product, product_draft(session, product))
    assert not any(label.startswith("giá") for label in edited), "each has a form of its own"
    assert facts.amount_facts(session.get_one(Variant, bag)) == {"số còn": "3\u00a0túi"}
    shelf.drop_photos(cast.dau_xanh)
    session.expire_all()
    assert facts.listing_facts(product)["ảnh"] == "chưa có"
