"""Two communes with one thing of each kind, so that a test generated from the routes has an id for every argument."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.routing import Rule

from market.accounts.models import LoginSession, PasswordReset, Person, ResetWay
from market.adoption.actions import PeriodLocking, facts_to_lock, lock_period, open_period
from market.adoption.models import OfficialReport, PlatformAccount
from market.adoption.queries.locked import count_period, locked_figure
from market.adoption.rules.periods import NamedPeriod, PeriodCut, PeriodKind
from market.adoption.rules.reporting.codes import new_report_code
from market.base.audit import Actor
from market.base.db import Base, transaction
from market.base.jobs.long_tasks import LongTask, LongTaskState
from market.base.secrets import random_key, vault
from market.base.seen import seen_of
from market.base.storage import new_key, storage
from market.catalog.models import Photo, Product, Variant
from market.channels.models import ChannelTemplate, ExportRun
from market.feedback.models import (
    DeskSeat,
    Idea,
    Story,
    StoryConsent,
    Ticket,
    TicketContact,
    TicketPhoto,
    TicketStep,
)
from market.feedback.rules.ideas import new_idea_code
from market.feedback.rules.tickets import Desk, new_ticket_code
from market.orders.models import (
    Complaint,
    ComplaintLine,
    ComplaintPhoto,
    ComplaintStep,
    Contact,
    Order,
    OrderLine,
    Purchase,
    Rating,
)
from market.orders.queries.keys import answer_key, attach_key, follow_key
from market.orders.rules import Delivery, OrderStatus, PayChoice
from market.outreach.models import (
    ClassAttendee,
    FarmingModel,
    FarmPractice,
    ModelAdopter,
    OcopEntry,
    OcopPath,
    SignatureProduct,
    SurveyedProduct,
    TrainingClass,
)
from market.outreach.rules.classes import ClassHolder, SignInWay
from market.payments.models import Allocation, AllocationKind, BankCredit, DebtLine, Debtor, PaymentRequest
from market.payments.previews import STATEMENT_LOOK
from market.payments.rules.debts import DebtKind
from market.places.models import DatedFact, ModeRequest
from market.places.rules.modes import CommuneMode
from market.sellers.importing import REGISTER_IMPORT
from market.sellers.models import (
    Appointment,
    BankAccount,
    BankConnection,
    Business,
    BusinessKind,
    BusinessMember,
    BusinessMerge,
    BusinessProposal,
    BusinessStatus,
    Certificate,
    ChangeKind,
    ChangeRequest,
    CheckFinding,
    ClaimState,
    DraftedListing,
    HelpVisit,
    PicturePurpose,
    PostRole,
    PrivatePicture,
    RegisterCheck,
    RegisterJoin,
    Stall,
    UnreadCell,
    Verification,
    WaitingChange,
)
from market.sellers.previews import REGISTER_PREVIEW
from market.sellers.rules import RowOutcome
from market.trace.models import JournalEntry, Lot, Stamp
from market.trace.sheets import STAMP_SHEET
from market.values.codes import lot_code, new_order_code, new_purchase_code, new_stamp_code
from market.values.money import Dong
from market.values.period import local_day
from market.values.phone import Phone
from tests import factories as make
from tests.cast import Cast
from tests.rows import must_be_said, plain

Row = TypeVar("Row", bound=Base)
Things = dict[str, object]

SHOPEE_FILE = Path(__file__).parents[2] / "channels" / "files" / "Shopee_mass_upload_mau.xlsx"
_numbers = count(1)
REGISTER = "Tên cơ sở,Loại,Thôn\nRau sạch Mỗ Đoạn,Hộ kinh doanh,thôn Mỗ Đoạn\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """What is bà Lan's; what is HTX Đại Sơn's, in a hamlet where em Vy does not help; what is another commune's."""

    cast: Cast
    lan: Things
    htx: Things
    elsewhere: Things
    seller_elsewhere: int
    officer_elsewhere: int

    @classmethod
    def make(cls, cast: Cast, now: datetime) -> "World":
        with transaction() as session:
            vy, hung = session.get_one(Person, cast.vy), session.get_one(Person, cast.hung)
            lan = things_of(session, session.get_one(Stall, cast.lan.stall), vy, hung, now)
            htx = things_of(session, session.get_one(Stall, cast.htx.stall), vy, hung, now)
            far = make.make_commune(session, code="10507", name="xã Khác", letters="KH", host="khac.test")
            hamlet = make.make_hamlet(session, far, "thôn Xa")
            officer = make.make_person(session, far, "Cán Bộ Khác", "0900 000 051", now)
            helper = make.make_person(session, far, "Em Giúp Khác", "0900 000 052", now)
            owner = make.make_person(session, far, "Chủ Hàng Khác", "0900 000 053", now)
            make.make_post(session, officer, PostRole.OFFICER, None, now)
            business = make.make_business(session, hamlet, "Gian hàng xã khác", now, BusinessKind.HOUSEHOLD_BUSINESS)
            stall = make.make_stall(session, business, owner, officer, now)
            make.make_product(session, stall, "Chè xanh", now)
            return cls(
                cast=cast,
                lan=lan,
                htx=htx,
                elsewhere=things_of(session, stall, helper, officer, now),
                seller_elsewhere=owner.id,
                officer_elsewhere=officer.id,
            )


def things_of(session: Session, stall: Stall, helper: Person, officer: Person, now: datetime) -> Things:
    """One thing of each kind that a stall, its business, people or commune has, by the routes' argument names."""
    business = stall.business
    product = session.scalars(select(Product).where(Product.stall_id == stall.id).order_by(Product.id)).first()
    assert product is not None
    owner = session.scalars(select(BusinessMember).where(BusinessMember.business_id == business.id)).one()
    claim = plain_row(
        session, BusinessMember, now, business_id=business.id, person_id=helper.id, state=ClaimState.PENDING
    )
    mandate = make.make_mandate(session, business, helper, officer, now)
    certificate = plain_row(session, Certificate, now, business_id=business.id, kind="vietgap")
    proposal = plain_row(
        session,
        BusinessProposal,
        now,
        commune_id=stall.commune_id,
        person_id=helper.id,
        hamlet_id=business.hamlet_id,
        state=ClaimState.PENDING,
    )
    post = make.make_post(session, helper, PostRole.HELPER, business.hamlet, now)
    file = new_key("soho", "bin")
    storage().put(file, REGISTER.encode())
    return {
        "gian": stall.slug,
        "stall": stall.slug,
        "business_id": business.id,
        "member_id": claim.id,
        "mandate_id": mandate.id,
        "certificate_id": certificate.id,
        "cell_id": plain_row(session, UnreadCell, now, business_id=business.id, field="phone").id,
        "join_id": _join(session, business, now).id,
        **_merge(session, business, now),
        "check_id": plain_row(
            session,
            RegisterCheck,
            now,
            commune_id=stall.commune_id,
            business_id=business.id,
            hamlet_id=business.hamlet_id,
            finding=CheckFinding.CLOSED,
            looked_by=helper.id,
        ).id,
        "proposal_id": proposal.id,
        "verification_id": session.scalars(
            select(Verification.id).where(Verification.business_id == business.id)
        ).one(),
        "request_id": plain_row(
            session,
            ChangeRequest,
            now,
            stall_id=stall.id,
            product_id=product.id,
            fields={"description": f"Lời tả mới của {stall.name}"},
        ).id,
        "hamlet_id": business.hamlet_id,
        "point_id": make.make_pickup_point(session, business.hamlet).id,
        "fact_id": plain_row(
            session,
            DatedFact,
            now,
            commune_id=stall.commune_id,
            key="kpi.target.plan",
            value="60",
            valid_from=local_day(now) + timedelta(days=9),
        ).id,
        "mode_request_id": plain_row(
            session,
            ModeRequest,
            now,
            commune_id=stall.commune_id,
            mode=CommuneMode.SHOWCASE,
            asked_by=owner.person_id,
            operator_name=None,
            registration_no=None,
            registration_on=None,
        ).id,
        "period_id": _locked_period(session, stall.commune_id, officer, now),
        "account_id": plain_row(session, PlatformAccount, now, business_id=business.id, platform="lazada").id,
        "post_id": post.id,
        "helper_id": helper.id,
        "visit_id": plain_row(
            session,
            HelpVisit,
            now,
            commune_id=stall.commune_id,
            business_id=business.id,
            hamlet_id=business.hamlet_id,
            helper_id=helper.id,
        ).id,
        "paper_id": plain_row(
            session,
            PrivatePicture,
            now,
            commune_id=stall.commune_id,
            person_id=owner.person_id,
            purpose=PicturePurpose.PAPER,
        ).id,
        "draft_id": plain_row(
            session,
            DraftedListing,
            now,
            commune_id=stall.commune_id,
            person_id=owner.person_id,
            unit="kg",
            price=Dong(1),
        ).id,
        "person_id": owner.person_id,
        "change_id": change(session, business.id, owner.person_id, now).id,
        "appointment_id": plain_row(
            session, Appointment, now, commune_id=stall.commune_id, role=PostRole.OFFICER, made_by=helper.id
        ).id,
        "reset_id": plain_row(
            session, PasswordReset, now, commune_id=stall.commune_id, way=ResetWay.SLIP, person_id=owner.person_id
        ).id,
        "session_id": plain_row(session, LoginSession, now, commune_id=stall.commune_id, person_id=owner.person_id).id,
        "product_id": product.id,
        "variant_id": product.variants[0].id,
        "photo_id": session.scalars(select(Photo.id).where(Photo.product_id == product.id)).first(),
        "file": file.partition("/")[2],
        **_report(session, stall, officer, now),
        **_lot(session, stall, product, now),
        **_order(session, stall, product.variants[0], now),
        **_told(session, stall, owner.person_id, officer, now),
        **_exports(session, stall, now),
        **_tasks(session, stall, owner.person_id, now),
        **_outreach(session, stall, product, officer, now),
    }


def _outreach(session: Session, stall: Stall, product: Product, officer: Person, now: datetime) -> Things:
    """A class of its hamlet with somebody on its list, a surveyed product on its path to OCOP, a farming model with one
    who follows it, what an officer saw of smart farming, goods that stand for the commune."""
    business, today = stall.business, local_day(now)
    here, whose = {"commune_id": stall.commune_id}, {"commune_id": stall.commune_id, "business_id": business.id}
    held = {"hamlet_id": business.hamlet_id, "holder": ClassHolder.GROUP, "starts_at": now, "held_on": today}
    by = officer.id
    of_class = plain_row(session, TrainingClass, now, key=random_key(), created_by=by, **held, **here)
    on_list = {"class_id": of_class.id, "way": SignInWay.LISTED, "recorded_by": by}
    attendee = plain_row(session, ClassAttendee, now, **on_list, **whose)
    seen = {"hamlet_id": business.hamlet_id, "surveyed_by": by}
    surveyed = plain_row(session, SurveyedProduct, now, **seen, **whose)
    points = {"points_a": 40, "points_b": 25, "points_c": 35}
    path = session.scalars(select(OcopPath).where(OcopPath.commune_id == stall.commune_id)).first() or plain_row(
        session, OcopPath, now, valid_from=today, recorded_by=by, **points, **here
    )
    entry = plain_row(session, OcopEntry, now, path_id=path.id, begun_by=by, **whose)
    model = plain_row(session, FarmingModel, now, started_on=today, recorded_by=by, **here)
    follows = {"model_id": model.id, "since": today, "recorded_by": by}
    chosen = {"product_id": product.id, "chosen_by": by}
    return {
        "class_id": of_class.id,
        "class_key": of_class.key,
        "attendee_id": attendee.id,
        "surveyed_id": surveyed.id,
        "ocop_id": entry.id,
        "model_id": model.id,
        "adopter_id": plain_row(session, ModelAdopter, now, **follows, **whose).id,
        "practice_id": plain_row(session, FarmPractice, now, since=today, recorded_by=by, **whose).id,
        "signature_id": plain_row(session, SignatureProduct, now, **chosen, **here).id,
    }


def _report(session: Session, stall: Stall, officer: Person, now: datetime) -> Things:
    """A report of the commune, and one of its figures."""
    whose = {"commune_id": stall.commune_id, "made_by": officer.id, "recipients": ""}
    told = {"span_year": 2026, "span_number": 10, "code": new_report_code(), "known_at": now}
    report = plain_row(session, OfficialReport, now, **whose, **told)
    return {"report_code": report.code, "figure_code": f"{report.code}-MS"}


def change(session: Session, business_id: int, person_id: int, now: datetime) -> WaitingChange:
    content = vault().encrypt(json.dumps({"shown": f"tài khoản nhận tiền là {business_id}", "holder": ""}))
    about = {"business_id": business_id, "subject_id": business_id, "content_cipher": content}
    return plain_row(session, WaitingChange, now, kind=ChangeKind.BANK_ACCOUNT, asked_by=person_id, **about)


def _lot(session: Session, stall: Stall, product: Product, now: datetime) -> Things:
    place = {"commune_id": stall.commune_id, "stall_id": stall.id, "product_id": product.id}
    lot = plain_row(session, Lot, now, code=lot_code(local_day(now), stall.id), stamps_printed=1, **place)
    entry = plain_row(session, JournalEntry, now, lot_id=lot.id)
    stamp = plain_row(session, Stamp, now, lot_id=lot.id, code=new_stamp_code())
    return {"kind": "gieo_trong", "lot": lot.code, "lot_id": lot.id, "entry_id": entry.id, "stamp": stamp.code}


def _order(session: Session, stall: Stall, variant: Variant, now: datetime) -> Things:
    who = {"commune_id": stall.commune_id, "name": "Vũ Thị Mai", "phone": Phone("0900 000 021")}
    contact = plain_row(session, Contact, now, **who)
    purchase = plain_row(
        session, Purchase, now, commune_id=stall.commune_id, code=new_purchase_code(), contact_id=contact.id
    )
    order = plain_row(
        session,
        Order,
        now,
        commune_id=stall.commune_id,
        purchase_id=purchase.id,
        stall_id=stall.id,
        business_id=stall.business_id,
        code=new_order_code(stall.commune.letters),
        pay_choice=PayChoice.TRANSFER,
        delivery=Delivery.PICKUP_POINT,
        goods_total=Dong(24_000),
        total=Dong(24_000),
        status=OrderStatus.DELIVERED,
        accepted_at=now,
        ready_at=now,
        completed_at=now,
        completed_on=local_day(now),
    )
    line = {
        "variant_id": variant.id,
        "product_id": variant.product_id,
        "product_name": variant.product.name,
        "unit": variant.unit,
    }
    amounts = {"price": Dong(12_000), "amount": 2000, "line_total": Dong(24_000)}
    told = {"order_id": order.id, "stall_name": stall.name, "variant_label": ""}
    sold = plain_row(session, OrderLine, now, **told, **line, **amounts)
    said = {"order_id": order.id, "line_id": sold.id, "stall_id": stall.id, "stars": 4}
    rating = plain_row(session, Rating, now, commune_id=stall.commune_id, **said)
    request = plain_row(session, PaymentRequest, now, order_id=order.id, stall_id=stall.id, amount=Dong(24_000))
    own = BankConnection.bank_account_id == BankAccount.id, BankAccount.business_id == stall.business_id
    connection = session.scalars(select(BankConnection).where(*own)).first() or _connection(session, stall, now)
    credit = plain_row(session, BankCredit, now, connection_id=connection.id, stall_id=stall.id)
    paid = {"request_id": request.id, "stall_id": stall.id, "credit_id": credit.id, "kind": AllocationKind.BANK}
    return {
        "code": order.code,
        "topic": "don",
        "key": order.code,
        "signature": answer_key(order.code),
        "rating_id": rating.id,
        **_complaint(session, order, sold, now),
        "follow_key": follow_key(order.code),
        **_debt(session, stall, now),
        "attach_key": attach_key(purchase.id, "a phone", now=now),
        "order_id": order.id,
        "request_id": request.id,
        "credit_id": credit.id,
        "allocation_id": plain_row(session, Allocation, now, **paid).id,
    }


def _complaint(session: Session, order: Order, line: OrderLine, now: datetime) -> Things:
    """What its buyer says of all of it, with a picture."""
    said = {"order_id": order.id, "stall_id": order.stall_id, "number": 1, "most": Dong(24_000), "due_at": now}
    complaint = plain_row(session, Complaint, now, commune_id=order.commune_id, **said)
    of_it = {"commune_id": order.commune_id, "complaint_id": complaint.id}
    plain_row(session, ComplaintLine, now, line_id=line.id, amount=2000, **of_it)
    plain_row(session, ComplaintStep, now, number=1, **of_it)
    photo = plain_row(session, ComplaintPhoto, now, key=random_key(), **of_it)
    storage().put(f"photo/{photo.key}-960.webp", b"RIFF")
    return {"complaint_id": complaint.id, "complaint_photo_id": photo.id}


def _told(session: Session, stall: Stall, owner_id: int, officer: Person, now: datetime) -> Things:
    """What somebody told the commune of the hamlet, an idea of theirs, and a story of the stall's people."""
    of_commune = {"commune_id": stall.commune_id}
    ticket = plain_row(
        session,
        Ticket,
        now,
        **of_commune,
        code=new_ticket_code(),
        hamlet_id=stall.business.hamlet_id,
        desk=Desk.HELPER,
        due_at=now + timedelta(days=2),
    )
    of_it = {**of_commune, "ticket_id": ticket.id}
    plain_row(session, TicketStep, now, number=1, desk=Desk.HELPER, **of_it)
    plain_row(session, TicketContact, now, person_id=owner_id, **of_it)
    photo = plain_row(session, TicketPhoto, now, key=random_key(), **of_it)
    storage().put(f"photo/{photo.key}-960.webp", b"RIFF")
    idea = plain_row(session, Idea, now, **of_commune, code=new_idea_code(), may_publish=True, published_at=now)
    story = plain_row(session, Story, now, **of_commune, business_id=stall.business_id, digest="x", published_at=now)
    plain_row(session, StoryConsent, now, **of_commune, story_id=story.id, digest="x", given_by=owner_id)
    return {
        "ticket_id": ticket.id,
        "ticket_code": ticket.code,
        "ticket_photo_id": photo.id,
        "seat_id": plain_row(session, DeskSeat, now, **of_commune, person_id=officer.id, ended_at=now).id,
        "idea_id": idea.id,
        "idea_code": idea.code,
        "story_id": story.id,
        "story_slug": story.slug,
    }


def _debt(session: Session, stall: Stall, now: datetime) -> Things:
    """Somebody who owes the stall for goods without an order."""
    whose = {"commune_id": stall.commune_id, "stall_id": stall.id, "name": f"Khách nợ {stall.name}", "key": "khach no"}
    debtor = plain_row(session, Debtor, now, **whose)
    taken = {"debtor_id": debtor.id, "kind": DebtKind.GOODS, "amount": Dong(7_000), "text": "2 mớ rau"}
    return {"debtor_id": debtor.id, "debt_line_id": plain_row(session, DebtLine, now, **taken).id}


def _join(session: Session, business: Business, now: datetime) -> RegisterJoin:
    """A row of a file that was joined to the business."""
    kept = _said(business) | {"name": f"{business.name} hai"}
    return plain_row(session, RegisterJoin, now, business_id=business.id, brought=kept, before=kept)


def _merge(session: Session, business: Business, now: datetime) -> Things:
    """A business that is another one, and one that was merged into this one."""
    other, merged = (make.make_business(session, business.hamlet, f"{business.name} {which}", now) for which in "bc")
    merge = plain_row(
        session,
        BusinessMerge,
        now,
        commune_id=business.commune_id,
        merged_id=merged.id,
        into_id=business.id,
        merged_said=_said(merged),
        into_said=_said(business),
        along={"claims": [], "waited": [], "papers": []},
    )
    merged.status = BusinessStatus.TERMINATED
    return {"other_id": other.id, "merge_id": merge.id}


def _said(business: Business) -> dict[str, str]:
    return {"name": business.name, "kind": business.kind.value, "hamlet_id": str(business.hamlet_id)}


def _connection(session: Session, stall: Stall, now: datetime) -> BankConnection:
    account = make.make_bank_account(session, stall.business, "DO VAN SON", f"00710007{stall.id:05}", now)
    return make.make_connection(session, account, f"hook-{stall.id}", "a-secret", now)


def _exports(session: Session, stall: Stall, now: datetime) -> Things:
    file = new_key("export", "xlsx")
    storage().put(file, SHOPEE_FILE.read_bytes())
    template = plain_row(session, ChannelTemplate, now, stall_id=stall.id, channel="shopee", storage_key=file)
    run = {"stall_id": stall.id, "template_id": template.id, "channel": "shopee", "storage_key": file}
    return {"channel": "shopee", "template_id": template.id, "run_id": plain_row(session, ExportRun, now, **run).id}


_LOOKED_AT = json.dumps(
    {"head": "x", "is_guessed": False, "columns": [], "rows": [], "taken": 0, "why": {}, "has_account": True}
).encode()


def _tasks(session: Session, stall: Stall, person_id: int, now: datetime) -> Things:
    """Long work of the stall, and of its commune's office: its own, and a preview of a spreadsheet."""
    sheet = {"lot": lot_code(local_day(now), stall.id), "first": 1, "last": 1}
    known = {"commune_id": stall.commune_id, "asked_by": person_id, "state": LongTaskState.DONE, "ended_at": now}
    done = known | {"result_name": "ket-qua.csv", "result_type": "text/csv", "said": f"Xong cho {stall.name}"}
    preview = {"preview": {"counts": dict.fromkeys(RowOutcome, 0), "changing": 0}, "seen": {}}
    preview["preview"] |= {"refused": [], "partly_read": [], "changes": []}
    return {
        "task_id": _task(session, now, b"a", kind=STAMP_SHEET, stall_id=stall.id, asks=sheet, **done),
        "office_task_id": _task(session, now, b"b", kind=REGISTER_IMPORT, **done),
        "statement_id": _task(session, now, _LOOKED_AT, kind=STATEMENT_LOOK, stall_id=stall.id, **done),
        "preview_id": _task(session, now, json.dumps(preview).encode(), kind=REGISTER_PREVIEW, **done),
    }


def _task(session: Session, now: datetime, result: bytes, **fields: object) -> int:
    key = new_key("task", "bin")
    storage().put(key, result)
    return plain_row(session, LongTask, now, **{"result_key": key, "asks": {}} | fields).id


def _locked_period(session: Session, commune_id: int, officer: Person, now: datetime) -> int:
    """October's period of the commune, opened and locked once."""
    october = NamedPeriod(kind=PeriodKind.MONTH, cut=PeriodCut.REPORTING, year=2026, number=10)
    actor = Actor(person_id=officer.id)
    period_id = open_period(session, actor, commune_id, october, clock=lambda: now)
    if locked_figure(session, commune_id, period_id) is None:
        counting = count_period(session, commune_id, october.days, known_at=now)
        seen = seen_of(facts_to_lock(counting, 0))
        locking = PeriodLocking(commune_id=commune_id, period_id=period_id, client_key=None, seen=seen)
        lock_period(session, actor, locking, clock=lambda: now)
    return period_id


def plain_row(session: Session, model: type[Row], now: datetime, **fields: object) -> Row:
    """A row of a model with something plain in every column that must hold something."""
    for column in model.__table__.columns:
        if column.key not in fields and must_be_said(column):
            fields[column.key] = plain(column, f"{model.__name__}-{column.key}-{next(_numbers)}", now)
    row = model(**fields)
    session.add(row)
    session.flush()
    return row


# --- arguments of a route -------------------------------------------------------------------------------------------

BY_CONVERTER = {"LotCode": "lot", "StampCode": "stamp"}
"""What `code` means where it is not an order's code: its converter tells."""


def arguments_of(rule: Rule, things: Things) -> Things:
    """The rule's arguments, out of things; AssertionError for an argument that no thing is known for."""
    found = {}
    for name in sorted(rule.arguments):
        known = BY_CONVERTER.get(type(rule._converters[name]).__name__, name)
        assert known in things, f"{rule.rule}: no thing for <{name}>; add one to tests/web/base/world.py"
        found[name] = things[known]
    return found
