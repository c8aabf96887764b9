"""What is decided of goods that were not right, with their money in mind: by the stall, the buyer, the office.

What is promised lowers what the order asks for (`PaymentRequest.amount`): of what came in, so much is owed back, and
that is the same *Phải trả lại* as any other. What no record shows to have come in goes from hand to hand, and the buyer
says that it did. Nobody here moves money.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from market.base.audit import GUEST, Actor
from market.base.clock import Clock
from market.base.errors import Conflict, NotAllowed, NotFound, Refused
from market.base.seen import check_seen
from market.notices.rules import OrderNews
from market.orders.actions.complaints import Said, add_step, move, open_of, tell_sides
from market.orders.models import Complaint, ComplaintStep, Order
from market.orders.queries.complaints import (
    NO_COMPLAINT,
    complaint_of_commune,
    facts_of_complaint,
    newest_complaint,
    offer_words,
    open_complaint,
)
from market.orders.rules.complaints import (
    ComplaintOutcome,
    ComplaintState,
    ComplaintWish,
    Remedy,
    StepKind,
    gives_all,
)
from market.payments.actions.allocations import set_sums, tell_both
from market.payments.actions.debts import is_on_credit
from market.payments.actions.locking import OrderMoney, lock_order, lock_order_of_stall
from market.payments.actions.orders import OrderRef
from market.payments.rules.status import remaining
from market.sellers.actions.authority import refuse_helper
from market.sellers.queries import right_to
from market.values.money import Dong, format_dong
from market.values.period import local_day, spoken_moment

OWN_CASE = "Bạn là người mua hoặc là người của gian hàng này, nên cần cán bộ khác kết luận."


@dataclass(frozen=True, slots=True, kw_only=True)
class ComplaintAnswer:
    """A stall's answer: what it gives (None: it refuses, and says why in `words`), whether the goods come back first,
    and what its page showed (`seen_of(facts_of_complaint(…))`)."""

    remedy: Remedy | None
    amount: Dong
    goods_back: bool
    words: str
    seen: str

    @property
    def said(self) -> Said:
        amount = self.amount if self.remedy is Remedy.MONEY else Dong(0)
        goods_back = self.goods_back and self.remedy in (Remedy.MONEY, Remedy.REPLACEMENT)
        return Said(remedy=self.remedy, amount=amount, goods_back=goods_back, words=self.words)


def answer_complaint(session: Session, actor: Actor, which: OrderRef, new: ComplaintAnswer, *, clock: Clock) -> None:
    """The stall answers. All that was asked for is agreed at once; anything less is asked of the buyer. Idempotent.

    Conflict where it is not the stall's turn, ChangedSince where it is not what its page showed, Refused for more than
    the goods cost or a refusal without a reason, NotAllowed for a helper, NotFound for another stall's order.
    """
    refuse_helper(actor)
    held, complaint = _held(session, lock_order_of_stall(session, which.stall_id, which.order_id, clock=clock))
    said = new.said
    if complaint.state is ComplaintState.OFFERED and _is_offered(complaint, said):
        return
    if complaint.state not in (ComplaintState.WAITING, ComplaintState.OFFERED):
        raise Conflict("wrong_turn", "Lời báo này không còn chờ bạn trả lời. Chưa ghi gì, mời tải lại trang.")
    check_seen(new.seen, facts_of_complaint(complaint))
    _check_said(complaint, said)
    code = held.order.row.code
    remedy, given = said.remedy, offer_words(said.remedy, said.amount, goods_back=said.goods_back)
    if remedy is not None and gives_all(
        complaint.wish, complaint.asked, remedy, said.amount, goods_back=said.goods_back
    ):
        step = add_step(session, actor, complaint, StepKind.AGREED, said, now=held.now)
        buyer = f"Người bán đồng ý về đơn {code}: {given}."
        tell_sides(session, complaint, step, OrderNews.COMPLAINT_ANSWERED, buyer=buyer)
        _promise(session, held, complaint, said)
        return
    _set_offer(complaint, said)
    kind = StepKind.REFUSED if remedy is None else StepKind.OFFERED
    step = add_step(session, actor, complaint, kind, said, now=held.now)
    move(session, complaint, ComplaintState.OFFERED, now=held.now)
    due = spoken_moment(complaint.due_at or held.now, held.now)
    buyer = f"Người bán trả lời về đơn {code}: {given}. Mời đồng ý hoặc nhờ xã xem, trước {due}."
    tell_sides(session, complaint, step, OrderNews.COMPLAINT_ANSWERED, buyer=buyer)


def _held(session: Session, held: OrderMoney) -> tuple[OrderMoney, Complaint]:
    """The locked order's open complaint as it stands by time; Conflict where none is open."""
    complaint = open_of(session, held.order.row)
    if _advance(session, complaint, held.now):
        complaint = open_of(session, held.order.row)
    return held, complaint


def _is_offered(complaint: Complaint, said: Said) -> bool:
    return (complaint.remedy, complaint.amount, complaint.goods_back) == (said.remedy, said.amount, said.goods_back)


def _check_said(complaint: Complaint, said: Said) -> None:
    if said.remedy is None and not said.words:
        raise Refused("no_reason", "Mời ghi lý do không đồng ý: khách và xã đọc được.")
    if said.remedy is Remedy.MONEY and not 0 < said.amount <= complaint.most:
        raise Refused("wrong_amount", f"Số tiền trả lại từ 1 đồng đến {format_dong(complaint.most)}.")


def _set_offer(complaint: Complaint, said: Said) -> None:
    complaint.remedy, complaint.amount, complaint.goods_back = said.remedy, said.amount, said.goods_back


def accept_answer(session: Session, actor: Actor, order_id: int, seen: str, *, clock: Clock) -> None:
    """The buyer takes what the stall offered, or its no. Idempotent.

    Conflict where nothing is offered any more, ChangedSince where it is not what their page showed, Refused where more
    is promised already; NotFound for no such order.
    """
    held = lock_order(session, Order.id == order_id, clock=clock)
    if _last_kind(session, held) in _AFTER_YES:
        return
    held, complaint = _held(session, held)
    if complaint.state is not ComplaintState.OFFERED:
        raise Conflict("wrong_turn", "Không còn đề nghị nào chờ bạn trả lời. Chưa ghi gì, mời tải lại trang.")
    check_seen(seen, facts_of_complaint(complaint))
    said = Said(remedy=complaint.remedy, amount=complaint.amount, goods_back=complaint.goods_back)
    step = add_step(session, actor, complaint, StepKind.ACCEPTED, said, now=held.now)
    given = offer_words(said.remedy, said.amount, goods_back=said.goods_back)
    seller = f"Khách của đơn {held.order.row.code} đồng ý: {given}."
    tell_sides(session, complaint, step, OrderNews.COMPLAINT_DECIDED, seller=seller)
    _promise(session, held, complaint, said)


_AFTER_YES = (StepKind.ACCEPTED,)


def _last_kind(session: Session, held: OrderMoney) -> StepKind | None:
    newest = newest_complaint(session, held.order.row.id)
    return newest.steps[-1].kind if newest and newest.steps else None


def take_to_office(session: Session, actor: Actor, order_id: int, seen: str, *, clock: Clock) -> None:
    """The buyer asks the commune to look at it: instead of the stall's answer, or where its promise is not kept.
    Idempotent. Conflict, ChangedSince, NotFound as `accept_answer`."""
    held = lock_order(session, Order.id == order_id, clock=clock)
    held, complaint = _held(session, held)
    if complaint.state is ComplaintState.OFFICE:
        return
    if complaint.state is ComplaintState.WAITING:
        raise Conflict("wrong_turn", "Người bán còn giờ trả lời. Quá giờ thì lời báo tự chuyển xã xem.")
    check_seen(seen, facts_of_complaint(complaint))
    step = add_step(session, actor, complaint, StepKind.TO_OFFICE, now=held.now)
    _to_office(session, complaint, step)


def _to_office(session: Session, complaint: Complaint, step: ComplaintStep) -> None:
    move(session, complaint, ComplaintState.OFFICE, now=step.at)
    code = session.get_one(Order, complaint.order_id).code
    due = spoken_moment(complaint.due_at or step.at, step.at)
    sentence = f"Lời báo hàng không đúng của đơn {code} đã chuyển xã xem. Xã kết luận trước {due}."
    tell_sides(session, complaint, step, OrderNews.COMPLAINT_AT_OFFICE, seller=sentence, buyer=sentence)


@dataclass(frozen=True, slots=True, kw_only=True)
class ComplaintDecision:
    """What an officer found, why, and for a part how much goes back. `seen` as of `ComplaintAnswer`."""

    outcome: ComplaintOutcome
    amount: Dong
    reason: str
    seen: str


_FOUND = {
    ComplaintOutcome.UPHELD: StepKind.UPHELD,
    ComplaintOutcome.PART: StepKind.UPHELD_PART,
    ComplaintOutcome.NOT_UPHELD: StepKind.NOT_UPHELD,
    ComplaintOutcome.SETTLED: StepKind.SETTLED,
}


def decide_complaint(
    session: Session, actor: Actor, commune_id: int, complaint_id: int, new: ComplaintDecision, *, clock: Clock
) -> None:
    """An officer writes what they found; an outcome for the buyer is a promise that the stall keeps. Idempotent.

    Conflict where it does not wait for the office, ChangedSince where it is not what the page showed, Refused for more
    than the goods cost or less than is promised already, NotAllowed for who is of either side; NotFound for another
    commune's.
    """
    order_id = complaint_of_commune(session, commune_id, complaint_id).order_id
    held = lock_order(session, Order.id == order_id, Order.commune_id == commune_id, clock=clock)
    if (known := newest_complaint(session, order_id)) and _is_decided(known, complaint_id, new):
        return
    complaint = open_complaint(session, order_id)
    if complaint is None or complaint.id != complaint_id or complaint.state is not ComplaintState.OFFICE:
        raise Conflict("wrong_turn", "Lời báo này không còn chờ xã kết luận. Chưa ghi gì, mời tải lại trang.")
    check_seen(new.seen, facts_of_complaint(complaint))
    _refuse_own(session, actor, held)
    said = _said_of(complaint, new)
    if said.remedy is Remedy.MONEY:
        _check_said(complaint, said)
    step = add_step(session, actor, complaint, _FOUND[new.outcome], said, now=held.now)
    code, found = held.order.row.code, _sentence(new.outcome, said)
    sentence = f"Xã kết luận về đơn {code}: {found}. Lý do ghi trong trang đơn."
    tell_sides(session, complaint, step, OrderNews.COMPLAINT_DECIDED, seller=sentence, buyer=sentence)
    if new.outcome is ComplaintOutcome.SETTLED:
        _done(session, complaint, held.now)
        return
    _promise(session, held, complaint, said)


def _is_decided(known: Complaint, complaint_id: int, new: ComplaintDecision) -> bool:
    decided = next((step for step in reversed(known.steps) if step.kind in _FOUND.values()), None)
    same = decided is not None and (decided.kind, decided.words) == (_FOUND[new.outcome], new.reason)
    return known.id == complaint_id and known.state is not ComplaintState.OFFICE and same


def _refuse_own(session: Session, actor: Actor, held: OrderMoney) -> None:
    row = held.order.row
    if actor.person_id is None:
        raise NotAllowed("own_case", OWN_CASE)
    is_seller = right_to(session, row.business_id, actor.person_id, local_day(held.now)) is not None
    if is_seller or row.purchase.contact.holder_id == actor.person_id:
        raise NotAllowed("own_case", OWN_CASE)


def _said_of(complaint: Complaint, new: ComplaintDecision) -> Said:
    """What the stall is to do by the outcome."""
    if new.outcome is ComplaintOutcome.PART:
        return Said(remedy=Remedy.MONEY, amount=new.amount, words=new.reason)
    if new.outcome is not ComplaintOutcome.UPHELD:
        return Said(words=new.reason)
    if complaint.wish is ComplaintWish.REPLACEMENT:
        return Said(remedy=Remedy.REPLACEMENT, words=new.reason)
    if complaint.wish is ComplaintWish.TOLD:
        return Said(remedy=Remedy.HEARD, words=new.reason)
    return Said(remedy=Remedy.MONEY, amount=complaint.asked, words=new.reason)


def _sentence(outcome: ComplaintOutcome, said: Said) -> str:
    if outcome is ComplaintOutcome.NOT_UPHELD:
        return "khách chưa đúng"
    if outcome is ComplaintOutcome.SETTLED:
        return "hai bên tự thỏa thuận xong"
    right = "khách đúng" if outcome is ComplaintOutcome.UPHELD else "khách đúng một phần"
    return f"{right}, người bán {offer_words(said.remedy, said.amount, goods_back=False)}"


def _promise(session: Session, held: OrderMoney, complaint: Complaint, said: Said) -> None:
    """What was agreed or found is to be done: nothing more where nothing is promised, and where the order's own money
    is owed back from here on; else the stall does it and the buyer says so."""
    if said.amount < complaint.conceded:
        given = format_dong(complaint.conceded)
        raise Refused("promised_more", f"Đơn này đã ghi phải trả lại khách {given}, không ghi ít hơn được.")
    _set_offer(complaint, said)
    complaint.fulfilled_at = None
    session.flush()
    if said.goods_back and complaint.goods_back_at is None:
        move(session, complaint, ComplaintState.PROMISED, now=held.now)
        return
    _keep_promise(session, held, complaint)


def _keep_promise(session: Session, held: OrderMoney, complaint: Complaint) -> None:
    if complaint.remedy is Remedy.MONEY:
        _concede(session, held, complaint)
    is_to_do = complaint.remedy is Remedy.REPLACEMENT or (complaint.by_hand and complaint.returned_at is None)
    state = ComplaintState.PROMISED if is_to_do else ComplaintState.DONE
    move(session, complaint, state, now=held.now)


def _concede(session: Session, held: OrderMoney, complaint: Complaint) -> None:
    """The order asks for so much less; what came in over that is owed back, the rest goes from hand to hand, but for
    what its buyer owes on credit: they owe that much less."""
    more = complaint.amount - complaint.conceded
    if more <= 0:
        return
    gained = forgiven = 0
    if held.request is not None:
        request = held.request.row
        before = request.owed_back
        if is_on_credit(session, held.order.row.id):
            forgiven = min(more, remaining(request.amount, request.received))
        request.amount = Dong(max(0, request.amount - more))
        set_sums(held, received=request.received)
        gained = request.owed_back - before
    complaint.conceded = Dong(complaint.conceded + more)
    complaint.by_hand = Dong(complaint.by_hand + more - gained - forgiven)
    session.flush()
    if gained:
        _tell_owed(session, held, complaint, Dong(gained))


def _tell_owed(session: Session, held: OrderMoney, complaint: Complaint, gained: Dong) -> None:
    code, amount = held.order.row.code, format_dong(gained)
    to_seller = f"Đơn {code}: phải trả lại khách {amount} vì hàng không đúng. Mời mở trang Tiền để trả."
    to_buyer = f"Đơn {code}: người bán sẽ trả lại bạn {amount}. Mời mở đơn ghi số tài khoản nhận tiền."
    about = ("complaint", complaint.id, "phai_tra_lai")
    tell_both(session, held, about, to_seller=to_seller, to_buyer=to_buyer, once=str(complaint.conceded))


def take_goods_back(session: Session, actor: Actor, which: OrderRef, *, clock: Clock) -> None:
    """The stall has the goods back in hand; what waited for them is owed from here on. Nothing of it goes back into the
    stock by that. Idempotent. Conflict where nothing was promised, NotAllowed for a helper, NotFound for another
    stall's order."""
    refuse_helper(actor)
    held = lock_order_of_stall(session, which.stall_id, which.order_id, clock=clock)
    complaint = _newest(session, held)
    if complaint.goods_back_at is not None:
        return
    if complaint.state not in (ComplaintState.PROMISED, ComplaintState.DONE, ComplaintState.OFFICE) or (
        complaint.remedy not in (Remedy.MONEY, Remedy.REPLACEMENT)
    ):
        raise Conflict("nothing_promised", "Chưa thỏa thuận trả hàng nên chưa ghi nhận lại hàng. Mời tải lại trang.")
    complaint.goods_back_at = held.now
    step = add_step(session, actor, complaint, StepKind.GOODS_BACK, now=held.now)
    buyer = f"Người bán ghi đã nhận lại hàng của đơn {held.order.row.code}."
    tell_sides(session, complaint, step, OrderNews.COMPLAINT_KEPT, buyer=buyer)
    if complaint.state is ComplaintState.PROMISED and complaint.goods_back:
        _keep_promise(session, held, complaint)


def _newest(session: Session, held: OrderMoney) -> Complaint:
    found = newest_complaint(session, held.order.row.id)
    if found is None:
        raise NotFound(NO_COMPLAINT)
    return found


def say_kept(session: Session, actor: Actor, which: OrderRef, *, clock: Clock) -> None:
    """The stall says that it did as promised; the buyer is asked whether it did. Idempotent. Conflict where nothing is
    promised or the goods come back first, Refused after too many goes, NotAllowed for a helper, NotFound for another
    stall's order."""
    refuse_helper(actor)
    held, complaint = _held(session, lock_order_of_stall(session, which.stall_id, which.order_id, clock=clock))
    if complaint.state is ComplaintState.PROMISED and complaint.fulfilled_at is not None:
        return
    waits = complaint.goods_back and complaint.goods_back_at is None
    if complaint.state is not ComplaintState.PROMISED or waits:
        raise Conflict("nothing_promised", "Chưa tới bước này. Mời tải lại trang xem đơn đang chờ gì.")
    complaint.fulfilled_at = held.now
    step = add_step(session, actor, complaint, StepKind.FULFILLED, now=held.now)
    move(session, complaint, ComplaintState.PROMISED, now=held.now)
    due = spoken_moment(complaint.due_at or held.now, held.now)
    buyer = f"Người bán báo đã làm xong về đơn {held.order.row.code}. Mời bấm Đã nhận hoặc Chưa nhận, trước {due}."
    tell_sides(session, complaint, step, OrderNews.COMPLAINT_KEPT, buyer=buyer)


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptAnswer:
    """Whether the buyer has what was promised, and what their page showed."""

    has_come: bool
    seen: str


def answer_kept(session: Session, actor: Actor, order_id: int, said: KeptAnswer, *, clock: Clock) -> None:
    """The buyer has what was promised, which ends it, or has not. Idempotent. Conflict where nothing is promised,
    ChangedSince where it is not what their page showed, Refused after too many goes; NotFound for no such order."""
    held = lock_order(session, Order.id == order_id, clock=clock)
    kind = StepKind.CONFIRMED if said.has_come else StepKind.NOT_GOT
    if _last_kind(session, held) is kind:
        return
    held, complaint = _held(session, held)
    if complaint.state is not ComplaintState.PROMISED:
        raise Conflict("nothing_promised", "Không còn gì chờ bạn xác nhận. Mời tải lại trang.")
    check_seen(said.seen, facts_of_complaint(complaint))
    step = add_step(session, actor, complaint, kind, now=held.now)
    code = held.order.row.code
    if said.has_come:
        _done(session, complaint, held.now)
        seller = f"Khách của đơn {code} báo đã nhận đủ. Việc này xong."
    else:
        complaint.fulfilled_at = None
        move(session, complaint, ComplaintState.PROMISED, now=held.now)
        seller = f"Khách của đơn {code} báo CHƯA nhận được như đã hứa. Mời gọi nhau và làm nốt."
    tell_sides(session, complaint, step, OrderNews.COMPLAINT_OVER, seller=seller)


def _done(session: Session, complaint: Complaint, now: datetime) -> None:
    """Over, with what was to go from hand to hand."""
    if complaint.by_hand and complaint.returned_at is None:
        complaint.returned_at = now
    move(session, complaint, ComplaintState.DONE, now=now)


def advance_complaint(session: Session, order_id: int, *, clock: Clock) -> bool:
    """What the clock does to an order's complaint: the stall's silence and a promise that was not kept go to the
    office, the buyer's silence ends it. False where somebody was first. NotFound for no such order."""
    held = lock_order(session, Order.id == order_id, clock=clock)
    complaint = open_complaint(session, order_id)
    return complaint is not None and _advance(session, complaint, held.now)


def _advance(session: Session, complaint: Complaint, now: datetime) -> bool:
    if complaint.due_at is None or now < complaint.due_at or complaint.state is ComplaintState.OFFICE:
        return False
    is_kept = complaint.state is ComplaintState.PROMISED and complaint.fulfilled_at is not None
    if complaint.state is ComplaintState.OFFERED or is_kept:
        step = add_step(session, GUEST, complaint, StepKind.LAPSED, now=now)
        _done(session, complaint, now)
        code = session.get_one(Order, complaint.order_id).code
        sentence = f"Lời báo hàng không đúng của đơn {code} đã hết hạn trả lời nên coi như xong."
        tell_sides(session, complaint, step, OrderNews.COMPLAINT_OVER, seller=sentence, buyer=sentence)
        return True
    kind = StepKind.UNANSWERED if complaint.state is ComplaintState.WAITING else StepKind.UNKEPT
    _to_office(session, complaint, add_step(session, GUEST, complaint, kind, now=now))
    return True
