"""The cast: one fixed set of invented people and their stalls, with which every story is told."""

from dataclasses import dataclass
from datetime import datetime
from typing import Self

from market.base.db import transaction
from market.sellers.models import BusinessKind, PostRole
from tests import factories as make

LAN_ACCOUNT = "0071000888888"
LAN_HOOK = "lan-hook-key"
LAN_SECRET = "whsec_sepay_lan_2026"


@dataclass(frozen=True, slots=True, kw_only=True)
class Seller:
    """A seller by ids: the person, their business, their stall."""

    person: int
    business: int
    stall: int
    slug: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Cast:
    """Ids of everybody. Bà Lan takes bank transfers with notices; HTX Đại Sơn and anh Tư are paid on receipt."""

    commune: int
    nghia_dung: int
    mo_doan: int
    pickup: int
    lan: Seller
    htx: Seller
    tu: Seller
    theu: int
    mai: int
    hung: int
    vy: int
    stranger: int
    rau_muong: int
    dau_xanh: int
    gao_nep: int
    ruoi: int

    @classmethod
    def enter(cls, now: datetime) -> Self:
        with transaction() as session:
            commune = make.make_commune(session)
            session.add(make.quiet_night())
            nghia_dung = make.make_hamlet(session, commune, "thôn Nghĩa Dũng")
            mo_doan = make.make_hamlet(session, commune, "thôn Mỗ Đoạn")
            hung = make.make_person(session, commune, "Nguyễn Văn Hùng", "0900 000 001", now)
            make.make_post(session, hung, PostRole.OFFICER, None, now)
            vy = make.make_person(session, commune, "Trần Khánh Vy", "0900 000 002", now)
            make.make_post(session, vy, PostRole.HELPER, nghia_dung, now)
            sellers = {}
            for name, owner, hamlet, kind, phone in (
                ("Rau bà Lan", "Phạm Thị Lan", nghia_dung, BusinessKind.HOUSEHOLD_BUSINESS, "0900 000 011"),
                ("HTX nông nghiệp Đại Sơn", "Đỗ Văn Sơn", mo_doan, BusinessKind.COOPERATIVE, "0900 000 012"),
                ("Rươi anh Tư", "Lê Văn Tư", mo_doan, BusinessKind.FARM_HOUSEHOLD, "0900 000 013"),
            ):
                person = make.make_person(session, commune, owner, phone, now)
                business = make.make_business(session, hamlet, name, now, kind)
                business.phone = person.phone
                stall = make.make_stall(session, business, person, hung, now)
                sellers[name] = (stall, Seller(person=person.id, business=business.id, stall=stall.id, slug=stall.slug))
                if name == "Rau bà Lan":
                    account = make.make_bank_account(session, business, "PHAM THI LAN", LAN_ACCOUNT, now)
                    make.make_connection(session, account, LAN_HOOK, LAN_SECRET, now)
            lan, htx, tu = sellers.values()
            pickup = make.make_pickup_point(session, nghia_dung)
            for stall, _ in sellers.values():
                make.make_visit(session, stall, pickup)
            theu = make.make_business(session, nghia_dung, "Tranh thêu Xuân Nẻo cô Thêu", now)
            return cls(
                commune=commune.id,
                nghia_dung=nghia_dung.id,
                mo_doan=mo_doan.id,
                pickup=pickup.id,
                lan=lan[1],
                htx=htx[1],
                tu=tu[1],
                theu=theu.id,
                mai=make.make_person(session, commune, "Vũ Thị Mai", "0900 000 021", now).id,
                hung=hung.id,
                vy=vy.id,
                stranger=make.make_person(session, commune, "Người Lạ", "0900 000 031", now).id,
                rau_muong=make.make_product(session, lan[0], "Rau muống", now, price=12_000, unit="mo").id,
                dau_xanh=make.make_product(session, lan[0], "Đậu xanh", now, price=45_000, on_hand=5000).id,
                gao_nep=make.make_product(
                    session, htx[0], "Gạo nếp cái hoa vàng", now, price=32_000, on_hand=50_000
                ).id,
                ruoi=make.make_product(session, tu[0], "Rươi tươi", now, price=420_000, on_hand=10_000).id,
            )
