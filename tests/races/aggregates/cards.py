"""A go at paying by card, and the account of the stall that is paid so."""

from itertools import count

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from market.base.audit import GUEST, Actor
from market.base.clock import Clock
from market.base.db import transaction
from market.base.secrets import vault
from market.payments import actions
from market.payments.models import CardAccount, CardPayment
from market.payments.ports import COMPLETE, EXPIRED, OPEN, SUCCEEDED, Checkout, CheckoutSnapshot, Intent
from market.sellers.actions import OwnPassword
from market.sellers.models import ChangeKind, Stall, WaitingChange
from market.sellers.queries import change_words
from market.values.money import Dong
from tests.cast import Cast
from tests.factories import own_word
from tests.payments.gate import keys_seen
from tests.races.aggregates.orders import BY_ORDER, EXACT, SHORT, Sale, request_of, sale_picture
from tests.races.aggregates.waiting import a_day_ago
from tests.races.harness import Aggregate, running_now, verbs_of, writing
from tests.sellers.changing import owner_of, save_keys

_numbers = count(1)


class CardSale(Sale):
    """An order whose buyer has typed a card at the gateway's page; the card's bank has let nothing go yet."""

    payment: int
    session_id: str

    def begun(self) -> int:
        at = self.start()
        self.session_id = f"cs_{next(_numbers)}"
        with transaction() as session:
            self.payment = actions.begin_card(session, GUEST, self.stall, at, clock=running_now)
            actions.note_checkout(session, self.payment, self.checkout(OPEN))
            actions.sync_checkout(session, GUEST, self.payment, self.told(OPEN, Dong(0)), clock=running_now)
        return at

    def checkout(self, status: str) -> Checkout:
        is_paid, url = status == COMPLETE, "http://gate.test/pay" if status == OPEN else None
        return Checkout(id=self.session_id, status=status, is_paid=is_paid, url=url, intent_id=f"pi_{self.session_id}")

    def told(self, status: str, received: Dong) -> CheckoutSnapshot:
        return CheckoutSnapshot(checkout=self.checkout(status), intent=self.intent(received))

    def intent(self, received: Dong) -> Intent:
        status = SUCCEEDED if received else "requires_action"
        return Intent(id=f"pi_{self.session_id}", status=status, amount=Dong(EXACT), received=received, currency="vnd")

    def begin(self, session: Session, at: int) -> object:
        return actions.begin_card(session, GUEST, self.stall, at, clock=running_now)


def enable_card_payments(stall: int) -> None:
    with transaction() as session:
        seen = keys_seen(session, stall)
        new = actions.NewCardKeys(stall_id=stall, secret_key="sk_test_lan", hook_secret="whsec_lan", seen=seen)
        save_keys(session, new, running_now)
        owner = Actor(person_id=owner_of(session, session.get_one(Stall, stall).business_id))
        actions.enable_card_payments(session, owner, stall, seen=keys_seen(session, stall), now=running_now())


def goes_picture(session: Session, at: int) -> object:
    of_order = CardPayment.request_id == request_of(session, at).id
    goes = session.scalars(select(CardPayment).where(of_order).order_by(CardPayment.id))
    told = [(one.amount, one.received, one.session_id is None, one.closed_at is None) for one in goes]
    return told, sale_picture(session, at)


def card_beginnings(cast: Cast) -> Aggregate:
    """An order that nobody has begun to pay by card."""
    sale = CardSale(cast, coming=SHORT)
    enable_card_payments(cast.lan.stall)
    return Aggregate(
        start=sale.start,
        moves={
            "begin": writing(sale.begin),
            "pay part": sale.pay,
            "confirm": sale.confirm,
            "cancel": sale.cancel,
            "say paid": sale.say_paid,
        },
        picture=goes_picture,
        tables=["order"],
        spare=BY_ORDER,
    )


def card_payments(cast: Cast) -> Aggregate:
    sale = CardSale(cast)
    enable_card_payments(cast.lan.stall)

    def sync(session: Session, status: str, received: int) -> None:
        actions.sync_checkout(session, GUEST, sale.payment, sale.told(status, Dong(received)), clock=running_now)

    def settle(session: Session, received: int) -> None:
        actions.settle_card(session, GUEST, sale.payment, sale.intent(Dong(received)), clock=running_now)

    return Aggregate(
        start=sale.begun,
        moves={
            "begin": writing(sale.begin),
            "note": writing(lambda s, _: actions.note_checkout(s, sale.payment, sale.checkout(OPEN))),
            "settle part": writing(lambda s, _: settle(s, SHORT)),
            "settle": writing(lambda s, _: settle(s, EXACT)),
            "sync": writing(lambda s, _: sync(s, COMPLETE, EXACT)),
            "over": writing(lambda s, _: sync(s, EXPIRED, 0)),
            "cancel": sale.cancel,
            "expire": sale.expire,
            "pay": sale.pay,
        },
        picture=goes_picture,
        tables=["card_payment", "order"],
        spare=BY_ORDER,
    )


def card_accounts(cast: Cast) -> Aggregate:
    return _card_accounts(cast, has_keys=True)


def new_card_accounts(cast: Cast) -> Aggregate:
    return _card_accounts(cast, has_keys=False)


def _card_accounts(cast: Cast, *, has_keys: bool) -> Aggregate:
    """A stall's account at the gateway: its keys kept, others whose day is over waiting, and cards taken or not."""
    begun: dict[int, int] = {}
    seen: dict[int, str] = {}
    words: dict[int, OwnPassword] = {}
    tu, at = Actor(person_id=cast.tu.person), cast.tu.stall

    def start() -> int:
        with transaction() as session:
            session.execute(delete(CardAccount).where(CardAccount.stall_id == at))
            session.execute(delete(WaitingChange).where(WaitingChange.subject_id == at))
            words[at] = own_word(session, cast.tu.person, running_now())
            session.get_one(Stall, at).accepts_card = True
            begun[at] = len(verbs_of(session, "stall", at))
            seen[at] = keys_seen(session, at)
            if has_keys:
                for secret in ("first", "second"):
                    keep(session, secret, clock=a_day_ago)
                    seen[at] = keys_seen(session, at)
        return at

    def keep(session: Session, secret: str, *, clock: Clock = running_now) -> None:
        keys = {"secret_key": f"sk_test_{secret}", "hook_secret": f"whsec_{secret}"}
        new = actions.NewCardKeys(stall_id=at, seen=seen[at], **keys)
        actions.keep_card_keys(session, tu, new, words[at], clock=clock)

    def begin(session: Session, _at: int) -> object:
        due = session.scalars(select(WaitingChange.id).where(WaitingChange.kind == ChangeKind.CARD_KEYS)).first()
        return due is not None and actions.begin_card_keys(session, due, clock=running_now)

    def picture(session: Session, at: int) -> object:
        kept = session.scalars(select(CardAccount).where(CardAccount.stall_id == at))
        keys = [(vault().decrypt(one.secret_cipher), vault().decrypt(one.hook_secret_cipher)) for one in kept]
        changes = session.scalars(
            select(WaitingChange).where(WaitingChange.subject_id == at).order_by(WaitingChange.id)
        )
        waits = [(one.state, change_words(one)) for one in changes]
        return keys, waits, session.get_one(Stall, at).accepts_card, verbs_of(session, "stall", at)[begun[at] :]

    return Aggregate(
        start=start,
        moves={
            "keep": writing(lambda s, _: keep(s, "one")),
            "keep other": writing(lambda s, _: keep(s, "other")),
            "take cards": writing(
                lambda s, at: actions.enable_card_payments(s, tu, at, seen=seen[at], now=running_now())
            ),
            "take no cards": writing(lambda s, at: actions.disable_card_payments(s, tu, at, now=running_now())),
            "begin": writing(begin),
        },
        picture=picture,
        tables=["business", "stall"] if has_keys else ["stall"],
        spare={} if has_keys else {"business": "no move here gives or ends its verification"},
    )
