"""Carries notices out of the market, each way by jobs of its own kind, so that a slow one holds up no other."""

import re

from market.base.commands import directory, links
from market.base.db import reading
from market.base.errors import OutsideError
from market.base.jobs import Handler, Payload
from market.base.jobs.apart import place_of
from market.notices.actions import sending_kind
from market.notices.models import Notice
from market.notices.ports import Destination, OutgoingNotice, Sender
from market.notices.queries import addressee_of, notice_with_id
from market.notices.senders import SENDERS, entered_for

_NUMBER = re.compile(r"\+?\d(?:[\s.-]?\d){6,}")


def send_notice(payload: Payload) -> None:
    """Send one notice one way. OutsideError of the sender: the queue tries again, unless it is permanent."""
    notice = notice_with_id(reading(), int(str(payload["notice_id"])))
    if notice is None:
        return
    sender = SENDERS[str(payload["way"])]
    phones = directory().phones(notice.id) if sender.needs_phones else ()
    if phones or not sender.needs_phones:
        _send(sender, notice, Destination(addressee=addressee_of(notice), phones=phones))


def _send(sender: Sender, notice: Notice, to: Destination) -> None:
    """The queue writes down what a failure says: a number must not be in it, and of faults that nobody foresaw there is
    only the place."""
    link = links(None).notice(notice.id)
    outgoing = OutgoingNotice(key=notice.dedupe_key, kind=notice.kind, sentence=notice.sentence, link=link)
    try:
        sender.send(outgoing, to, entered_for(sender))
    except OutsideError as error:
        raise OutsideError(_NUMBER.sub("…", str(error)), permanent=error.permanent) from None
    except Exception as error:  # noqa: BLE001 - whatever a sender raises is tried again
        raise OutsideError(place_of(error), permanent=False) from None


def handlers() -> dict[str, Handler]:
    """One kind of job for each sender."""
    return {sending_kind(one.name): _handler(one) for one in SENDERS.values()}


def _handler(sender: Sender) -> Handler:
    limits = sender.limits
    return Handler(do=send_notice, limit=limits.most_time, runs_apart=True, threads=limits.at_once)
