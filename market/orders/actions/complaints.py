"""A buyer says that goods which were handed over are not right: the word itself, its pictures, and how it goes on.

What is decided of its money lives in `payments.actions.complaints`. All of it happens under the order's lock.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from market.base.audit import Actor
from market.base.client_keys import SentForm, used_before
from market.base.clock import Clock
from market.base.db import Locked, locked
from market.base.errors import Conflict, NotFound, Refused
from market.base.jobs import enqueue
from market.base.secrets import random_key
from market.base.seen import check_seen
from market.catalog.actions.on_hand import Cause, set_on_hand
from market.catalog.models import MoveReason, Variant
from market.catalog.rules import KeptPhoto
from market.notices.rules import OrderNews
from market.orders.actions.rating import is_of_stall
from market.orders.actions.telling import note_change, tell_buyer, tell_seller
from market.orders.models import Complaint, ComplaintLine, ComplaintPhoto, ComplaintStep, Order
from market.orders.queries.complaints import (
    NO_COMPLAINT,
    Claimable,
    claimable,
    complaint_terms,
    facts_of_complaint,
    newest_complaint,
    open_complaint,
)
from market.orders.rules import NO_ORDER
from market.orders.rules.complaints import (
    BACK_AND_FORTH,
    MOST_PICTURES,
    MOST_STEPS,
    OVER,
    REASON_WORDS,
    ComplaintReason,
    ComplaintState,
    ComplaintWish,
    Remedy,
    StepKind,
    can_complain,
)
from market.places.queries import quiet_hours
from market.values.money import Dong, format_dong
from market.values.period import spoken_moment

FORGET_PICTURE = "forget_complaint_picture"
UNUSED_FOR = timedelta(days=1)
NO_MONEY = Dong(0)
OWN = "Đơn này do người của gian hàng đặt nên không báo ở đây được: đây là lời của khách."
ONE_OPEN = "Đơn này đang có một lời báo chưa xong. Mời xem ở dưới. Xong lời này thì báo thêm được."


@dataclass(frozen=True, slots=True, kw_only=True)
class NewComplaint:
    """What a buyer says is not right: how much of which lines (thousandths), why, what they want, in what words.

    `asked`: what they want back of what those goods cost, None for all of it. `photos` are kept already.
    """

    order_id: int
    lines: Mapping[int, int]
    reason: ComplaintReason
    wish: ComplaintWish
    asked: Dong | None
    words: str
    photos: Sequence[KeptPhoto]
    client_key: str | None


def reserve_picture(session: Session) -> str:
    """The key under which a picture is to be stored; its files are forgotten in a day unless a complaint has it."""
    key = random_key()
    enqueue(session, FORGET_PICTURE, {"key": key}, after=UNUSED_FOR)
    return key


def is_picture_used(session: Session, key: str) -> bool:
    return session.scalar(select(ComplaintPhoto.id).where(ComplaintPhoto.key == key)) is not None


def complain(session: Session, actor: Actor, new: NewComplaint, *, clock: Clock) -> None:
    """Keep what the holder of an order says of goods that were handed over; the stall's clock begins. The same form
    again adds nothing.

    Conflict where it was not handed over or another one is open; Refused where the time is over, nothing or too much is
    named, or the stall's own people bought; NotFound for no such order.
    """
    row, now = locked(session, Order, Order.id == new.order_id, missing=NO_ORDER).row, clock()
    content = ("complaint", sorted(new.lines.items()), new.reason, new.wish, new.asked, new.words)
    pictures = tuple(one.digest for one in new.photos)
    sent = SentForm(key=new.client_key, content=(*content, pictures), told="lời báo hàng không đúng")
    if used_before(session, f"order:{row.id}", sent, now=now):
        return
    lines = _check(session, actor, row, new, now)
    complaint = _complaint(session, row, new, lines, now)
    session.add(complaint)
    session.flush()
    _add_parts(session, complaint, new, lines, now)
    step = add_step(session, actor, complaint, StepKind.OPENED, now=now)
    move(session, complaint, ComplaintState.WAITING, now=now)
    why, due = REASON_WORDS[new.reason].lower(), spoken_moment(complaint.due_at or now, now)
    sentence = f"Khách của đơn {row.code} báo hàng {why}. Mời mở đơn trả lời trước {due}."
    tell_seller(session, row, OrderNews.COMPLAINED, sentence, now, once=once(complaint, step))


def _check(session: Session, actor: Actor, row: Order, new: NewComplaint, now: datetime) -> list[tuple[Claimable, int]]:
    """The lines that are complained of; refuses as `complain`."""
    if not can_complain(row.status):
        raise Conflict("not_handed_over", "Có hàng trong tay thì báo. Đơn này chưa ghi là đã giao.")
    if open_complaint(session, row.id) is not None:
        raise Conflict("complaint_open", ONE_OPEN)
    if is_of_stall(session, row, actor):
        raise Refused("own_stall", OWN)
    if len(new.photos) > MOST_PICTURES:
        raise Refused("too_many_photos", f"Gửi nhiều nhất {MOST_PICTURES} ảnh. Mời chọn lại.")
    return _check_lines(claimable(session, row, now=now), new.lines)


def _check_lines(claims: Sequence[Claimable], lines: Mapping[int, int]) -> list[tuple[Claimable, int]]:
    known = {one.line.id: one for one in claims}
    wanted = [(known.get(line_id), amount) for line_id, amount in lines.items() if amount > 0]
    if not wanted:
        raise Refused("no_goods", "Mời chọn món không đúng, và bao nhiêu không đúng.")
    found = [(one, amount) for one, amount in wanted if one is not None]
    if len(found) != len(wanted):
        raise Refused("too_late", "Có món quá ngày rồi hoặc nằm trong lời báo trước. Chưa ghi gì, mời tải lại trang.")
    for one, amount in found:
        if amount > one.left:
            raise Refused("too_much", f"Nhiều hơn đã mua. Báo được nhiều nhất: {one.words}.")
    return found


def _complaint(
    session: Session, row: Order, new: NewComplaint, lines: Sequence[tuple[Claimable, int]], now: datetime
) -> Complaint:
    before, conceded = session.execute(
        select(func.count(Complaint.id), func.coalesce(func.sum(Complaint.conceded), 0)).where(
            Complaint.order_id == row.id
        )
    ).one()
    most = _most(row, lines, int(conceded))
    if most <= 0:
        raise Refused("nothing_left", "Tiền của những món này đã trả lại hết rồi. Mời gọi người bán.")
    if new.asked is not None and new.asked > most:
        raise Refused("asked_too_much", f"Những món này hết {format_dong(most)}, xin lại được nhiều nhất chừng đó.")
    asked = Dong(0) if new.wish is not ComplaintWish.MONEY else most if new.asked is None else new.asked
    return Complaint(
        commune_id=row.commune_id,
        order_id=row.id,
        stall_id=row.stall_id,
        number=before + 1,
        state=ComplaintState.WAITING,
        reason=new.reason,
        wish=new.wish,
        words=new.words,
        most=most,
        asked=asked,
        opened_at=now,
        due_at=now,
    )


def _most(row: Order, lines: Sequence[tuple[Claimable, int]], conceded: int) -> Dong:
    """What the goods cost; all of an order's goods cost what was paid for it, its delivery too."""
    whole = {line.id: line.amount for line in row.lines} == {one.line.id: amount for one, amount in lines}
    value = row.total if whole else sum(one.value(amount) for one, amount in lines)
    return Dong(min(value, row.total - conceded))


def _add_parts(
    session: Session,
    complaint: Complaint,
    new: NewComplaint,
    lines: Sequence[tuple[Claimable, int]],
    now: datetime,
) -> None:
    whose = {"commune_id": complaint.commune_id, "complaint_id": complaint.id}
    for one, amount in lines:
        session.add(ComplaintLine(**whose, line_id=one.line.id, amount=amount, value=one.value(amount)))
    for photo in new.photos:
        session.add(ComplaintPhoto(**whose, key=photo.key, width=photo.width, height=photo.height, sent_at=now))


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What a step says beside its kind: what is offered or promised, and words."""

    remedy: Remedy | None = None
    amount: Dong = NO_MONEY
    goods_back: bool = False
    words: str | None = None


NOTHING_SAID = Said()


def add_step(
    session: Session, actor: Actor, complaint: Complaint, kind: StepKind, said: Said = NOTHING_SAID, *, now: datetime
) -> ComplaintStep:
    """Write down what happened to a complaint of a locked order, with its event. Refused where both sides went back and
    forth too often."""
    newest = select(func.max(ComplaintStep.number)).where(ComplaintStep.complaint_id == complaint.id)
    number = (session.scalar(newest) or 0) + 1
    if number > MOST_STEPS - len(StepKind) and kind in BACK_AND_FORTH:
        raise Refused("too_many_steps", "Hai bên trả lời nhau nhiều lần rồi. Mời nhờ xã xem, hoặc chờ hết hạn.")
    step = ComplaintStep(
        commune_id=complaint.commune_id,
        complaint_id=complaint.id,
        number=number,
        kind=kind,
        remedy=said.remedy,
        amount=said.amount,
        goods_back=said.goods_back,
        words=said.words or None,
        actor_id=actor.person_id,
        at=now,
    )
    session.add(step)
    session.flush()
    order = session.get_one(Order, complaint.order_id)
    note_change(session, actor, order, f"complaint_{kind.name.lower()}", "complaint", now=now)
    return step


def move(session: Session, complaint: Complaint, state: ComplaintState, *, now: datetime) -> None:
    """Whose turn it is now, and until when."""
    terms, quiet = complaint_terms(session, complaint.commune_id, now), quiet_hours(session, complaint.commune_id)
    complaint.state = state
    complaint.due_at = terms.due(state, now, quiet)
    complaint.closed_at = now if state in OVER else None
    session.flush()


def once(complaint: Complaint, step: ComplaintStep) -> str:
    """What tells one step's notice from another's."""
    return f"{complaint.number}.{step.number}"


def tell_sides(
    session: Session, complaint: Complaint, step: ComplaintStep, kind: OrderNews, *, seller: str = "", buyer: str = ""
) -> None:
    """Tell either side, or both, of a step."""
    order = session.get_one(Order, complaint.order_id)
    if seller:
        tell_seller(session, order, kind, seller, step.at, once=once(complaint, step))
    if buyer:
        tell_buyer(session, order, kind, buyer, step.at, once=once(complaint, step))


def open_of(session: Session, order: Order) -> Complaint:
    """The open complaint of a locked order, read anew; Conflict where none is."""
    found = open_complaint(session, order.id)
    if found is None:
        raise Conflict("complaint_over", "Lời báo này đã xong hoặc đã rút. Chưa ghi gì, mời tải lại trang.")
    return found


def withdraw(session: Session, actor: Actor, order_id: int, seen: str, *, clock: Clock) -> None:
    """The buyer takes their word back, as long as nothing was promised. Idempotent.

    Conflict where it is over, or money or goods were promised already; ChangedSince where it is not what their page
    showed; NotFound for no such order.
    """
    row, now = locked(session, Order, Order.id == order_id, missing=NO_ORDER).row, clock()
    newest = newest_complaint(session, row.id)
    if newest is not None and newest.state is ComplaintState.WITHDRAWN:
        return
    complaint = open_of(session, row)
    check_seen(seen, facts_of_complaint(complaint))
    if complaint.state is ComplaintState.PROMISED or complaint.conceded:
        raise Conflict("promised", "Người bán đã hứa làm rồi nên không rút được nữa. Mời bấm Đã nhận khi xong.")
    step = add_step(session, actor, complaint, StepKind.WITHDRAWN, now=now)
    move(session, complaint, ComplaintState.WITHDRAWN, now=now)
    sentence = f"Khách rút lại lời báo hàng không đúng của đơn {row.code}. Bạn không phải làm gì."
    tell_sides(session, complaint, step, OrderNews.COMPLAINT_OVER, seller=sentence)


def restock(
    session: Session, actor: Actor, stall_id: int, order_id: int, amounts: Mapping[int, int], *, clock: Clock
) -> None:
    """The stall puts goods that came back good for sale again, once: so much (thousandths) of each line that was
    complained of. What it does not count has no stock to go back to. Idempotent.

    Refused where nothing or too much is named, Conflict where the goods were never to come back; NotFound for another
    stall's order.
    """
    scope = Order.id == order_id, Order.stall_id == stall_id
    row, now = locked(session, Order, *scope, missing=NO_ORDER).row, clock()
    complaint = newest_complaint(session, row.id)
    if complaint is None:
        raise NotFound(NO_COMPLAINT)
    if complaint.restocked_at is not None:
        return
    if complaint.goods_back_at is None:
        raise Conflict("not_back", "Hàng chưa về tay bạn nên chưa nhập kho. Mời ghi đã nhận lại hàng trước.")
    chosen = [(line, amounts.get(line.line_id, 0)) for line in complaint.lines]
    if not any(amount > 0 for _, amount in chosen) or any(amount > line.amount for line, amount in chosen):
        raise Refused("wrong_amount", "Mời ghi số hàng còn bán được, không nhiều hơn số khách trả lại.")
    for line, amount in sorted(chosen, key=lambda one: one[0].line.variant_id):
        if amount > 0:
            _put_back(session, actor, line, amount, now)
    complaint.restocked_at = now
    add_step(session, actor, complaint, StepKind.RESTOCKED, now=now)


def _put_back(session: Session, actor: Actor, line: ComplaintLine, amount: int, now: datetime) -> None:
    line.restocked = amount
    variant: Locked[Variant] = locked(session, Variant, Variant.id == line.line.variant_id)
    if variant.row.on_hand is not None:
        cause = Cause(actor=actor, at=now, reason=MoveReason.RETURN, order_id=line.line.order_id)
        set_on_hand(session, variant, variant.row.on_hand + amount, cause)
    session.flush()


def forget_photo(session: Session, photo_id: int) -> bool:
    """Drop a picture, and have its files dropped; whether it was there."""
    photo = session.get(ComplaintPhoto, photo_id)
    if photo is None:
        return False
    session.delete(photo)
    session.flush()
    enqueue(session, FORGET_PICTURE, {"key": photo.key})
    return True
