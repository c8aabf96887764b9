"""Farm households (K2), farming models (K4) and signature products (K3): what counts, and on which proof."""

from datetime import date, timedelta

import pytest
from sqlalchemy.orm import Session

from market.base.audit import Actor
from market.base.db import transaction
from market.base.errors import NotFound, Refused
from market.catalog.models import Product, Variant
from market.orders.models import OrderLine
from market.outreach.actions.farming import (
    Adoption,
    NewModel,
    NewPractice,
    adopt_model,
    end_practice,
    leave_model,
    record_practice,
    start_model,
)
from market.outreach.actions.signature import BrandSeen, choose_signature, note_brand, note_trademark
from market.outreach.models import SignatureProduct
from market.outreach.queries.farming import adopters_page, models_spread
from market.outreach.queries.farms import FarmBoard, FarmFilter, farm_board, farms_page
from market.outreach.queries.signature import standing_of
from market.outreach.rules.farming import FarmBranch, FarmCriterion
from market.outreach.rules.signature import SignatureProof, SignatureStanding
from market.places.models import Hamlet
from market.sellers.models import BusinessKind
from market.values.money import Dong
from market.values.period import local_day
from tests import factories as make
from tests.adoption.figures import look_everywhere
from tests.adoption.sales import Sold, sell
from tests.cast import Cast, Seller
from tests.conftest import Clock
from tests.outreach.steps import a_paper
from tests.trace.steps import active_stamp, recall

BEFORE = date(2026, 11, 18)


def proven(cast: Cast, seller: Seller, product_id: int | None = None, **said: object) -> str:
    """A sale whose buyer said so when the office rang up, of one listing where it is named; looked at by the job."""
    with transaction() as session:
        order = sell(session, cast.commune, seller, Sold(on=BEFORE, **({"is_known": True} | said)))
        if product_id:
            product = session.get_one(Product, product_id)
            variant = session.query(Variant).filter_by(product_id=product_id).one()
            session.add(
                OrderLine(
                    commune_id=cast.commune,
                    order_id=order.id,
                    variant_id=variant.id,
                    product_id=product_id,
                    product_name=product.name,
                    variant_label="",
                    stall_name="",
                    unit="kg",
                    price=Dong(50_000),
                    amount=1000,
                    line_total=Dong(50_000),
                )
            )
        code = order.code
    look_everywhere(cast.commune)
    return code


def board(session: Session, cast: Cast, now: Clock) -> FarmBoard:
    session.expire_all()
    return farm_board(session, cast.commune, known_at=now())


def another_farm(cast: Cast, now: Clock, name: str) -> int:
    with transaction() as session:
        hamlet = session.get_one(Hamlet, cast.mo_doan)
        return make.make_business(session, hamlet, name, now(), BusinessKind.FARM_HOUSEHOLD).id


def practise(cast: Cast, business: int, now: Clock) -> int:
    new = NewPractice(
        commune_id=cast.commune, business_id=business, practice="tưới tự động", since=BEFORE, proof="ảnh hồ sơ 7"
    )
    with transaction() as session:
        return record_practice(session, Actor(person_id=cast.hung), new, clock=now)


def test_a_farm_household_that_meets_three_criteria_counts_once(cast: Cast, session: Session, now: Clock) -> None:
    """An account alone is none; a certificate that ends, or smart farming that was given up, takes it out again."""
    idle = another_farm(cast, now, "Hộ Chưa Gì")
    assert board(session, cast, now).farms == {cast.tu.business, idle}
    assert board(session, cast, now).counted == frozenset()

    code = proven(cast, cast.tu)
    practise(cast, cast.tu.business, now)
    a_paper(cast, cast.tu.business, "OCOP 3 sao", 5, now)
    practice = practise(cast, idle, now)
    found = board(session, cast, now)
    assert found.counted == {cast.tu.business, idle}
    assert {one: len(found.meeting(one)) for one in FarmCriterion} == {
        FarmCriterion.DIGITAL_SALE: 1,
        FarmCriterion.SMART_FARMING: 2,
        FarmCriterion.OCOP: 1,
    }
    listed = farms_page(session, found, FarmFilter(criterion=FarmCriterion.DIGITAL_SALE), 1)
    [tu] = listed.rows
    assert (listed.total, tu.business_id, set(tu.proofs)) == (1, cast.tu.business, set(FarmCriterion))
    assert (tu.proofs[FarmCriterion.DIGITAL_SALE].ref, tu.proofs[FarmCriterion.DIGITAL_SALE].since) == (code, BEFORE)
    assert tu.proofs[FarmCriterion.SMART_FARMING].words == "tưới tự động: ảnh hồ sơ 7"

    with transaction() as writing:
        end_practice(writing, Actor(person_id=cast.hung), cast.commune, idle, practice, clock=now)
    now.move(days=6)
    later = board(session, cast, now)
    assert later.counted == {cast.tu.business}
    assert later.meeting(FarmCriterion.OCOP) == frozenset()


def test_what_a_farm_household_only_declares_is_no_digital_sale(cast: Cast, session: Session, now: Clock) -> None:
    with transaction() as writing:
        sell(writing, cast.commune, cast.tu, Sold(on=BEFORE))
    look_everywhere(cast.commune)
    assert board(session, cast, now).counted == frozenset()


def start(cast: Cast, now: Clock) -> int:
    new = NewModel(
        commune_id=cast.commune,
        name="Lúa - rươi",
        branch=FarmBranch.AQUACULTURE,
        description="Lúa hữu cơ, thả rươi",
        started_on=BEFORE - timedelta(days=3),
        source="Kế hoạch 12",
    )
    with transaction() as session:
        return start_model(session, Actor(person_id=cast.hung), new, clock=now)


def adopt(cast: Cast, model: int, seller: Seller, now: Clock, product: int | None = None, since: date = BEFORE) -> int:
    new = Adoption(
        commune_id=cast.commune,
        model_id=model,
        business_id=seller.business,
        product_id=product,
        since=since,
        proof="đến xem ruộng",
    )
    with transaction() as session:
        return adopt_model(session, Actor(person_id=cast.hung), new, clock=now)


def test_a_model_has_spread_with_two_households_and_shows_their_orders_not_their_money(
    cast: Cast, session: Session, now: Clock
) -> None:
    model = start(cast, now)
    today = local_day(now())
    first = adopt(cast, model, cast.tu, now, cast.ruoi)
    assert adopt(cast, model, cast.tu, now, cast.ruoi) == first
    assert models_spread(session, cast.commune, today).spread == 0
    second = adopt(cast, model, cast.htx, now)
    assert models_spread(session, cast.commune, today).spread == 1
    proven(cast, cast.tu, cast.ruoi)
    proven(cast, cast.tu)
    proven(cast, cast.htx)

    session.expire_all()
    lines = adopters_page(session, model, first=0, most=9)
    assert [(one.adopter.id, one.product, one.orders) for one in lines] == [(first, "Rươi tươi", 1), (second, None, 1)]
    with pytest.raises(Refused, match="bắt đầu ngày"):
        adopt(cast, model, cast.lan, now, since=BEFORE - timedelta(days=9))
    with pytest.raises(NotFound):
        adopt(cast, model, cast.lan, now, cast.ruoi)
    with transaction() as writing:
        leave_model(writing, Actor(person_id=cast.hung), cast.commune, model, second, clock=now)
    assert models_spread(session, cast.commune, today).spread == 0


def test_who_follows_a_model_farms_smartly(cast: Cast, session: Session, now: Clock) -> None:
    adopt(cast, start(cast, now), cast.tu, now)
    found = board(session, cast, now)
    assert found.meeting(FarmCriterion.SMART_FARMING) == {cast.tu.business}
    assert found.smart[cast.tu.business].since == BEFORE


def signature(session: Session, chosen: int, now: Clock) -> SignatureStanding:
    session.expire_all()
    return standing_of(session, session.get_one(SignatureProduct, chosen), known_at=now())


def test_the_tile_is_green_with_all_four_and_with_no_three_of_them(cast: Cast, session: Session, now: Clock) -> None:
    """Brand, trademark, a live stamp, a counted sale; a recalled lot and an ended paper take it back."""
    officer = Actor(person_id=cast.hung)
    product = session.get_one(Variant, cast.gao_nep).product_id
    with transaction() as writing:
        chosen = choose_signature(writing, officer, cast.commune, product, clock=now)
    with transaction() as writing:
        assert choose_signature(writing, officer, cast.commune, product, clock=now) == chosen
    have = [set(signature(session, chosen, now).proofs)]
    with transaction() as writing:
        seen = BrandSeen(
            commune_id=cast.commune, signature_id=chosen, brand="Nếp Đại Sơn", brand_on=BEFORE, proof="tờ trình 12"
        )
        note_brand(writing, officer, seen, clock=now)
    paper = a_paper(cast, cast.htx.business, "Nhãn hiệu chứng nhận", 9, now)
    with transaction() as writing:
        note_trademark(writing, officer, cast.commune, chosen, paper, clock=now)
    have.append(set(signature(session, chosen, now).proofs))
    lot, stamp = active_stamp(cast, now())
    have.append(set(signature(session, chosen, now).proofs))
    proven(cast, cast.htx, product, is_known=False)
    assert not signature(session, chosen, now).is_green, "the seller's own word is no digital sale"
    code = proven(cast, cast.htx, product)

    full = signature(session, chosen, now)
    brand, mark = {SignatureProof.BRAND}, {SignatureProof.TRADEMARK}
    assert have == [set(), brand | mark, brand | mark | {SignatureProof.STAMP}]
    assert full.is_green
    assert (full.proofs[SignatureProof.STAMP].ref, full.proofs[SignatureProof.SALE].ref) == (stamp, code)
    now.move(days=10)
    assert signature(session, chosen, now).missing == [SignatureProof.TRADEMARK]
    recall(cast, lot, now())
    assert signature(session, chosen, now).missing == [SignatureProof.TRADEMARK, SignatureProof.STAMP]


def test_a_paper_that_protects_no_mark_is_no_trademark(cast: Cast, session: Session, now: Clock) -> None:
    product = session.get_one(Variant, cast.gao_nep).product_id
    with transaction() as writing:
        chosen = choose_signature(writing, Actor(person_id=cast.hung), cast.commune, product, clock=now)
    paper = a_paper(cast, cast.htx.business, "VietGAP", 90, now)
    with pytest.raises(NotFound), transaction() as writing:
        note_trademark(writing, Actor(person_id=cast.hung), cast.commune, chosen, paper, clock=now)
