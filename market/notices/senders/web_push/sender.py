"""Push as a way for notices to leave the market: every browser on which somebody asked for it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from market.base import clock
from market.base.commands import directory
from market.base.config import current_settings
from market.base.db import reading, transaction
from market.base.errors import OutsideError
from market.base.http import Http
from market.base.ports import SettingField
from market.notices.models import EndedWhy
from market.notices.ports import Address, Destination, NotTaken, OutgoingNotice, Receiver, SendingLimits
from market.notices.senders.web_push.carrying import Carried, Outcome, PushMessage, Target, carry
from market.notices.senders.web_push.settings import KEY, LABEL, NAME, TOLD_FOR, WORD
from market.notices.senders.web_push.vapid import public_key
from market.notices.senders.web_push.words import payload_of, topic_of
from market.notices.subscriptions import end_subscriptions, note_carried, with_ids

PATIENCE = Http(read_seconds=8, whole_seconds=10, tries=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class WebPush:
    """The `Sender`. One browser that took the message is enough: the others of the same person are not tried again."""

    name: str = NAME
    label: str = LABEL
    word: str = WORD
    fields: tuple[SettingField, ...] = (KEY,)
    limits: SendingLimits = field(default=SendingLimits(most_time=timedelta(minutes=2), at_once=4))
    address: Address = Address.OWN
    is_paid: bool = False
    http: Http = PATIENCE

    def takes_keys(self, entered: Mapping[str, str]) -> bool:
        """By its topic a push service keeps the last of several tries, by its tag a phone shows one."""
        return True

    def reaches(self, to: Receiver) -> bool:
        return bool(_browsers(to))

    def send(self, notice: OutgoingNotice, to: Destination, entered: Mapping[str, str]) -> None:
        key = entered[KEY.name]
        targets, old = _targets(_browsers(to.recipient), public_key(key))
        message = PushMessage(
            payload=payload_of(notice), topic=topic_of(notice), ttl=TOLD_FOR, contact=current_settings().base_url
        )
        ends = {one.id: carry(message, one, key, self.http, now=clock.now()) for one in targets}
        _note(ends, old)
        _tell(list(ends.values()))


def _browsers(to: Receiver) -> Sequence[int]:
    """A household that the register alone knows has none."""
    if to.person_id is not None:
        return directory().browsers_of_person(to.commune_id, to.person_id)
    about = to.addressee
    if about.business_id is not None:
        return ()
    return directory().browsers_of_guest(to.commune_id, order_id=about.order_id, purchase_id=about.purchase_id)


def _targets(ids: Sequence[int], server_key: str) -> tuple[list[Target], list[int]]:
    """Those that can be opened and subscribed with the key of now, and the ids of those that did with another."""
    rows = with_ids(reading(), ids)
    old = [one.id for one in rows if one.server_key != server_key]
    return [Target.of(one) for one in rows if one.server_key == server_key], old


def _note(ends: Mapping[int, Carried], old: Sequence[int]) -> None:
    now = clock.now()
    carried = [one for one, end in ends.items() if end.outcome is Outcome.CARRIED]
    gone = [one for one, end in ends.items() if end.outcome is Outcome.GONE]
    if not (carried or gone or old):
        return
    with transaction() as session:
        end_subscriptions(session, gone, EndedWhy.GONE, now=now)
        end_subscriptions(session, old, EndedWhy.OLD_KEY, now=now)
        note_carried(session, carried, now=now)


def _tell(ends: Sequence[Carried]) -> None:
    """OutsideError where no browser was told: permanent where none ever will be."""
    outcomes = {one.outcome for one in ends}
    if Outcome.CARRIED in outcomes:
        return
    if Outcome.UNSURE in outcomes:
        raise OutsideError("no push service answered", permanent=False)
    if Outcome.LATER in outcomes:
        pauses = [one.after for one in ends if one.after]
        raise NotTaken("push services are busy", permanent=False, after=max(pauses, default=None))
    raise OutsideError("no browser is told by push any more", permanent=True)
