"""What an office does among its people: a class's list, a surveyed product, a product on its path to OCOP, a farming
model, goods that stand for the commune."""

from datetime import date, timedelta
from itertools import count

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from market.base.audit import Actor
from market.base.db import transaction
from market.base.seen import seen_of
from market.catalog.models import Variant
from market.outreach.actions.classes import (
    NewClass,
    SaidOfThemselves,
    WrittenDown,
    cancel_class,
    hold_class,
    list_attendee,
    sign_in_to_class,
    strike_attendee,
)
from market.outreach.actions.farming import (
    Adoption,
    NewModel,
    NewPractice,
    adopt_model,
    end_model,
    end_practice,
    leave_model,
    record_practice,
    start_model,
)
from market.outreach.actions.ocop import (
    Assessment,
    NewOcopEntry,
    NewPath,
    StepDone,
    assess,
    begin_path,
    certify_entry,
    note_step,
    renew_path,
    stop_entry,
    write_path,
)
from market.outreach.actions.signature import BrandSeen, choose_signature, note_brand, note_trademark
from market.outreach.actions.survey import NewSurveyed, link_listing, survey_product, withdraw_surveyed
from market.outreach.models import (
    ClassAttendee,
    FarmingModel,
    FarmPractice,
    ModelAdopter,
    OcopAssessment,
    OcopEntry,
    OcopPath,
    OcopStep,
    SignatureProduct,
    SurveyedProduct,
    TrainingClass,
)
from market.outreach.queries.ocop import entry_facts
from market.outreach.rules.classes import ClassHolder
from market.outreach.rules.farming import FarmBranch
from market.outreach.rules.ocop import Points
from market.outreach.rules.survey import Potential
from market.sellers.models import Certificate
from market.values.period import local_day
from market.values.phone import Phone
from tests.cast import Cast
from tests.races.harness import Aggregate, running_now, verbs_of, writing

LAN = SaidOfThemselves(name="Phạm Thị Lan", phone=Phone("0900 000 011"))
SINCE = date(2026, 11, 1)


def class_lists(cast: Cast) -> Aggregate:
    """A class with one on its list; bà Lan is written down, and signs in herself."""
    hung, tam = Actor(person_id=cast.hung), SaidOfThemselves(name="Bà Tám", phone=None)
    struck: dict[int, int] = {}

    def start() -> int:
        new = NewClass(
            commune_id=cast.commune,
            hamlet_id=None,
            holder=ClassHolder.GROUP,
            title="Bán hàng",
            starts_at=running_now(),
            place="Nhà văn hóa",
            teacher="Cô Hoa",
        )
        with transaction() as session:
            at = hold_class(session, hung, new, clock=running_now)
        with transaction() as session:
            write(session, at, tam)
            struck[at] = session.scalars(select(ClassAttendee.id).where(ClassAttendee.class_id == at)).one()
        return at

    def write(session: Session, at: int, said: SaidOfThemselves = LAN) -> None:
        list_attendee(session, hung, WrittenDown(commune_id=cast.commune, class_id=at, said=said), clock=running_now)

    def scan(session: Session, at: int) -> None:
        key = session.get_one(TrainingClass, at).key
        nobody = SaidOfThemselves(name="", phone=None)
        sign_in_to_class(session, Actor(person_id=cast.lan.person), cast.commune, key, nobody, clock=running_now)

    def strike(session: Session, at: int) -> None:
        strike_attendee(session, hung, cast.commune, at, struck[at], clock=running_now)

    def cancel(session: Session, at: int) -> None:
        cancel_class(session, hung, cast.commune, at, "trời bão", clock=running_now)

    def picture(session: Session, at: int) -> object:
        people = select(ClassAttendee).where(ClassAttendee.class_id == at)
        rows = sorted((one.name, one.way, one.person_id or 0, one.struck_at is None) for one in session.scalars(people))
        return rows, session.get_one(TrainingClass, at).cancelled_reason, verbs_of(session, "training_class", at)

    moves = {"write": writing(write), "scan": writing(scan), "strike": writing(strike), "cancel": writing(cancel)}
    return Aggregate(start=start, moves=moves, picture=picture, tables=["training_class"])


def surveyed_products(cast: Cast) -> Aggregate:
    """A product of the HTX that was surveyed."""
    hung, rice = Actor(person_id=cast.hung), dict[int, int]()

    def start() -> int:
        new = NewSurveyed(
            commune_id=cast.commune,
            hamlet_id=cast.mo_doan,
            business_id=cast.htx.business,
            category_id=None,
            name="Gạo nếp",
            maker="",
            special="Chỉ bãi này có",
            yearly="",
            makers=None,
            season_from=None,
            season_to=None,
            local_material=True,
            has_packaging=False,
            has_safety_paper=False,
            potential=Potential.OCOP,
            surveyed_on=SINCE,
        )
        with transaction() as session:
            at = survey_product(session, hung, new, clock=running_now)
            rice[at] = session.get_one(Variant, cast.gao_nep).product_id
        return at

    def link(session: Session, at: int) -> None:
        link_listing(session, hung, cast.commune, at, rice[at], clock=running_now)

    def withdraw(session: Session, at: int) -> None:
        withdraw_surveyed(session, hung, cast.commune, at, "ghi hai lần", clock=running_now)

    def picture(session: Session, at: int) -> object:
        one = session.get_one(SurveyedProduct, at)
        return one.product_id, one.withdrawn_reason, verbs_of(session, "surveyed_product", at)

    moves = {"link": writing(link), "withdraw": writing(withdraw)}
    return Aggregate(start=start, moves=moves, picture=picture, tables=["surveyed_product"])


class Dossier:
    """A product on its path, to whose commune's path a newer version has come, and whose business has a paper."""

    def __init__(self, cast: Cast) -> None:
        self.cast, self.hung = cast, Actor(person_id=cast.hung)
        self.papers: dict[int, int] = {}
        self.shown: dict[int, str] = {}
        self.numbers = count(1)

    def start(self) -> int:
        with transaction() as session:
            self.write(session, "Phiếu\nẢnh", 0)
        with transaction() as session:
            at = self.begin(session, 0, f"Gạo nếp {next(self.numbers)}")
            self.papers[at] = paper(session, self.cast, "OCOP 4 sao", 200)
            session.get_one(OcopEntry, at).path_id = self._older(session).id
        with transaction() as session:
            self.shown[at] = seen_of(entry_facts(session, session.get_one(OcopEntry, at)))
        return at

    def _older(self, session: Session) -> OcopPath:
        known = session.scalars(select(OcopPath).where(OcopPath.valid_from == SINCE)).first()
        if known is not None:
            return known
        said = {"steps": "Ảnh", "source": "bản cũ", "is_checked": False, "points_a": 40, "points_b": 25, "points_c": 35}
        by = {"recorded_by": self.cast.hung, "recorded_at": running_now()}
        path = OcopPath(commune_id=self.cast.commune, valid_from=SINCE, **said, **by)
        session.add(path)
        session.flush()
        return path

    def write(self, session: Session, steps: str, days: int) -> None:
        day = local_day(running_now()) + timedelta(days=days)
        said = {"valid_from": day, "points": Points(a=40, b=25, c=35), "steps": steps, "source": "QĐ 26"}
        write_path(
            session, self.hung, NewPath(commune_id=self.cast.commune, is_checked=False, **said), clock=running_now
        )

    def begin(self, session: Session, _at: int, name: str = "Bánh đa") -> int:
        new = NewOcopEntry(commune_id=self.cast.commune, business_id=self.cast.htx.business, name=name)
        return begin_path(session, self.hung, new, clock=running_now)

    def step(self, session: Session, at: int) -> None:
        said = {"words": "Ảnh", "done_on": SINCE, "proof": "hồ sơ 3"}
        note_step(session, self.hung, StepDone(commune_id=self.cast.commune, entry_id=at, **said), clock=running_now)

    def judge(self, session: Session, at: int) -> None:
        said = {"assessed_on": SINCE, "points": Points(a=30, b=20, c=25), "note": "BB 1", "seen": self.shown[at]}
        assess(session, self.hung, Assessment(commune_id=self.cast.commune, entry_id=at, **said), clock=running_now)

    def certify(self, session: Session, at: int) -> None:
        certify_entry(session, self.hung, self.cast.commune, at, self.papers[at], clock=running_now)

    def renew(self, session: Session, at: int) -> None:
        renew_path(session, self.hung, self.cast.commune, at, clock=running_now)

    def stop(self, session: Session, at: int) -> None:
        stop_entry(session, self.hung, self.cast.commune, at, "hộ xin thôi", clock=running_now)

    def picture(self, session: Session, at: int) -> object:
        one = session.get_one(OcopEntry, at)
        steps = session.scalars(select(OcopStep.words).where(OcopStep.entry_id == at)).all()
        points = session.scalars(select(func.count(OcopAssessment.id)).where(OcopAssessment.entry_id == at)).one()
        paths = sorted(session.scalars(select(OcopPath.steps)))
        names = sorted(session.scalars(select(OcopEntry.name)))
        said = one.stopped_reason, one.certificate_id is None, session.get_one(OcopPath, one.path_id).source
        return said, list(steps), points, paths, names, verbs_of(session, "ocop_entry", at)


def ocop_entries(cast: Cast) -> Aggregate:
    case = Dossier(cast)
    acts = {
        "begin": case.begin,
        "step": case.step,
        "assess": case.judge,
        "certify": case.certify,
        "renew": case.renew,
        "stop": case.stop,
        "write": lambda session, _at: case.write(session, "Bản sau", 3),
    }
    moves = {name: writing(act) for name, act in acts.items()}
    tables = ["ocop_entry", "business", "commune"]
    return Aggregate(start=case.start, moves=moves, picture=case.picture, tables=tables)


def paper(session: Session, cast: Cast, kind: str, days: int) -> int:
    """A paper of the HTX that ends in so many days."""
    today = local_day(running_now())
    said = {"kind": kind, "number": "QĐ 12", "issuer": "UBND", "scope": "Gạo", "valid_from": SINCE}
    seen = {"checked_by": cast.hung, "checked_at": running_now()}
    row = Certificate(business_id=cast.htx.business, valid_to=today + timedelta(days=days), **said, **seen)
    session.add(row)
    session.flush()
    return row.id


def farming_models(cast: Cast) -> Aggregate:
    """A model that the HTX follows; anh Tư takes it up, and an officer sees what else he does."""
    hung = Actor(person_id=cast.hung)
    follows: dict[int, int] = {}
    practices: dict[int, int] = {}

    def start() -> int:
        said = {"name": "Lúa rươi", "branch": FarmBranch.CROPS, "description": "x", "source": "KH 12"}
        with transaction() as session:
            new = NewModel(commune_id=cast.commune, started_on=SINCE, **said)
            at = start_model(session, hung, new, clock=running_now)
        with transaction() as session:
            follows[at] = adopt(session, at, cast.htx.business)
            practices[at] = practise(session, at, "cảm biến")
        return at

    def adopt(session: Session, at: int, business_id: int = cast.tu.business) -> int:
        said = {"product_id": None, "since": SINCE, "proof": "đến xem"}
        new = Adoption(commune_id=cast.commune, model_id=at, business_id=business_id, **said)
        return adopt_model(session, hung, new, clock=running_now)

    def leave(session: Session, at: int) -> None:
        leave_model(session, hung, cast.commune, at, follows[at], clock=running_now)

    def end(session: Session, at: int) -> None:
        end_model(session, hung, cast.commune, at, clock=running_now)

    def practise(session: Session, _at: int, practice: str = "tưới tự động") -> int:
        said = {"business_id": cast.tu.business, "practice": practice, "since": SINCE, "proof": "ảnh 7"}
        return record_practice(session, hung, NewPractice(commune_id=cast.commune, **said), clock=running_now)

    def let_go(session: Session, at: int) -> None:
        end_practice(session, hung, cast.commune, cast.tu.business, practices[at], clock=running_now)

    def picture(session: Session, at: int) -> object:
        adopters = select(ModelAdopter.business_id, ModelAdopter.until).where(ModelAdopter.model_id == at)
        seen = select(FarmPractice.practice, FarmPractice.until)
        rows = [sorted(map(str, session.execute(query))) for query in (adopters, seen)]
        return rows, session.get_one(FarmingModel, at).ended_on, verbs_of(session, "farming_model", at)

    acts = {"adopt": adopt, "leave": leave, "end": end, "practise": practise, "let go": let_go}
    moves = {name: writing(act) for name, act in acts.items()}
    return Aggregate(start=start, moves=moves, picture=picture, tables=["farming_model", "business"])


def signature_products(cast: Cast) -> Aggregate:
    """Goods that stand for the commune, and others that may."""
    hung = Actor(person_id=cast.hung)
    marks: dict[int, int] = {}

    def start() -> int:
        with transaction() as session:
            marks[0] = paper(session, cast, "Nhãn hiệu chứng nhận", 300)
            rice = session.get_one(Variant, cast.gao_nep).product_id
        with transaction() as session:
            return choose_signature(session, hung, cast.commune, rice, clock=running_now)

    def choose(session: Session, _at: int) -> None:
        ruoi = session.get_one(Variant, cast.ruoi).product_id
        choose_signature(session, hung, cast.commune, ruoi, clock=running_now)

    def brand(session: Session, at: int) -> None:
        said = {"brand": "Nếp quê", "brand_on": SINCE, "proof": "tờ trình"}
        note_brand(session, hung, BrandSeen(commune_id=cast.commune, signature_id=at, **said), clock=running_now)

    def mark(session: Session, at: int) -> None:
        note_trademark(session, hung, cast.commune, at, marks[0], clock=running_now)

    def picture(session: Session, at: int) -> object:
        one = session.get_one(SignatureProduct, at)
        chosen = session.scalars(select(func.count(SignatureProduct.id))).one()
        return one.brand, one.trademark_id is None, chosen, verbs_of(session, "signature_product", at)

    moves = {"choose": writing(choose), "brand": writing(brand), "mark": writing(mark)}
    told = {"signature_product": "each word sets columns of its own, and says them whole"}
    return Aggregate(start=start, moves=moves, picture=picture, tables=["product"], spare=told)
