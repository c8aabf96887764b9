"""Carries notices out of the market, each way by jobs of its own kind, so that a slow one holds up no other."""

from market.base.db import reading
from market.base.jobs import Handler, Payload
from market.notices.actions import sending_kind
from market.notices.ports import OutgoingNotice, Sender
from market.notices.queries import addressee_of, notice_with_id
from market.notices.senders import SENDERS, entered_for


def send_notice(payload: Payload) -> None:
    """Send one notice one way. OutsideError of the sender: the queue tries again, unless it is permanent."""
    notice = notice_with_id(reading(), int(str(payload["notice_id"])))
    if notice is not None:
        outgoing = OutgoingNotice(key=notice.dedupe_key, kind=notice.kind, sentence=notice.sentence)
        sender = SENDERS[str(payload["way"])]
        sender.send(outgoing, addressee_of(notice), entered_for(sender))


def handlers() -> dict[str, Handler]:
    """One kind of job for each sender."""
    return {sending_kind(one.name): _handler(one) for one in SENDERS.values()}


def _handler(sender: Sender) -> Handler:
    limits = sender.limits
    return Handler(do=send_notice, limit=limits.most_time, runs_apart=True, threads=limits.at_once)
