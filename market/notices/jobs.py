"""Carries notices out of the market, each way by jobs of its own kind, so that a slow one holds up no other."""

import logging
import re
from datetime import datetime, timedelta

from market.base import clock
from market.base.commands import directory, links
from market.base.db import reading, transaction
from market.base.errors import OutsideError
from market.base.http import Http
from market.base.jobs import Handler, Payload, PeriodicTask, enqueue_again
from market.base.jobs.apart import place_of
from market.base.secrets import sign
from market.notices.actions import DueDelivery, begin, end_sent, fail, plan
from market.notices.actions.deliveries import sending_kind
from market.notices.actions.outbox import PLAN
from market.notices.models import Notice, NoticeDelivery
from market.notices.ports import Address, OutgoingNotice, Receiver, Sender
from market.notices.queries import deliveries_left_over, delivery_with_id, notice_with_id
from market.notices.routing import MOST_PEOPLE, destination_of, recipient_of, route_to, usable
from market.notices.rules import Route
from market.notices.senders import SENDERS, ZALO, entered_for, missing_for
from market.notices.senders.zalo.renewing import RefreshRefused, renewed_pair
from market.notices.zalo_tokens import RENEW_ZALO, claim_renewal, keep_pair, refuse_renewal, zalo_token
from market.values.period import local_day

log = logging.getLogger(__name__)

_PRIVATE = re.compile(r"\+?\d(?:[\s.-]?\d){6,}|[^\s@<>]+@[^\s@<>]+")
LEFT_OVER = timedelta(minutes=30)


def plan_notice(payload: Payload) -> None:
    """Begin the ways to those whom a notice is for; `way` in the payload: that one alone."""
    session, notice_id = reading(), int(str(payload["notice_id"]))
    notice = notice_with_id(session, notice_id)
    if notice is None or directory().is_over(notice_id):
        return
    only = payload.get("way")
    ways = [one for one in usable(session, notice.commune_id, local_day(clock.now())) if only in (None, one.name)]
    people = directory().people(notice_id)[:MOST_PEOPLE]
    routes = [route_to(session, notice, recipient_of(session, notice, one), ways) for one in people]
    with transaction() as writing:
        plan(writing, notice_id, routes, now=clock.now())


def send_notice(payload: Payload) -> None:
    """Send one notice one way, if its turn has come. What fails is written down with the delivery, not raised."""
    found = delivery_with_id(reading(), int(str(payload["delivery_id"])))
    if found is None:
        return
    notice, sender = reading().get_one(Notice, found.notice_id), SENDERS[found.way]
    to = _recipient(notice, found)
    standing = _standing(notice, sender, to)
    with transaction() as session:
        is_mine = begin(session, found.id, standing, now=clock.now())
    if is_mine and to is not None:
        failed = _call(sender, notice, found, to)
        with transaction() as session:
            if failed is None:
                end_sent(session, found.id, standing, now=clock.now())
            else:
                fail(session, found.id, standing, failed, now=clock.now())


def _recipient(notice: Notice, delivery: NoticeDelivery) -> Receiver | None:
    """Whom a delivery is for, as they are known now; None where they are known no more."""
    people = [one for one in directory().people(notice.id) if one.person_id == delivery.person_id]
    return recipient_of(reading(), notice, people[0]) if people else None


def _standing(notice: Notice, sender: Sender, to: Receiver | None) -> DueDelivery:
    ways = usable(reading(), notice.commune_id, local_day(clock.now()))
    return DueDelivery(
        route=route_to(reading(), notice, to, ways) if to else Route(person_id=None, steps=()),
        is_over=to is None or directory().is_over(notice.id),
        takes_keys=sender.takes_keys(entered_for(sender)),
        is_paid=sender.is_paid,
        most_time=sender.limits.most_time,
    )


def _call(sender: Sender, notice: Notice, delivery: NoticeDelivery, to: Receiver) -> OutsideError | None:
    """Carry it out of the market. What went wrong, in the log without numbers and addresses; of faults that nobody
    foresaw the place alone."""
    outgoing = OutgoingNotice(
        key=sign("notice-delivery", str(delivery.id)),
        kind=notice.kind,
        sentence=notice.sentence,
        link=links(None).notice(notice.id, to_signed_in=sender.address is Address.OWN),
    )
    try:
        sender.send(outgoing, destination_of(sender, to), entered_for(sender))
    except OutsideError as error:
        failed, told = error, _PRIVATE.sub("…", str(error))
    except Exception as error:  # noqa: BLE001 - whatever a sender raises is a failure of its way
        failed, told = OutsideError("fault of the sender", permanent=False), place_of(error)
    else:
        return None
    log.warning("notice not sent", extra={"way": sender.name, "delivery": delivery.id, "fault": told[:300]})
    return failed


def look_after_deliveries(now: datetime) -> None:
    """Deliveries that should have gone on and did not: a job was lost, or dropped."""
    for one in deliveries_left_over(reading(), before=now - LEFT_OVER):
        if one.way in SENDERS:
            kind, payload = sending_kind(one.way), {"delivery_id": one.id}
            with transaction() as session:
                enqueue_again(session, kind, payload, dedupe_key=f"{kind}:left-over:{one.id}")


def renew_zalo_token(payload: Payload) -> None:
    """Ask Zalo for the next pair of tokens, where it is time and nobody else is at it. What Zalo refuses is written
    down for people; where nobody knows whether it took the token, the next round asks once more."""
    if missing_for(ZALO):
        return
    with transaction() as session:
        refresh = claim_renewal(session, now=clock.now())
    if refresh is None:
        return
    try:
        pair = renewed_pair(refresh, entered_for(ZALO), Http())
    except RefreshRefused:
        with transaction() as session:
            refuse_renewal(session, refresh)
        log.error("zalo took the refresh token no more")
        return
    with transaction() as session:
        keep_pair(session, refresh, pair, now=clock.now())


def look_after_zalo(now: datetime) -> None:
    """Renew the token of Zalo ahead of its end."""
    if zalo_token(reading()) is not None:
        with transaction() as session:
            enqueue_again(session, RENEW_ZALO, {}, dedupe_key=RENEW_ZALO)


def handlers() -> dict[str, Handler]:
    """One kind of job that looks for ways, and one for each sender."""
    renewing = Handler(do=renew_zalo_token, limit=timedelta(minutes=2), runs_apart=True)
    sending = {sending_kind(one.name): _handler(one) for one in SENDERS.values()}
    return {PLAN: Handler(do=plan_notice), RENEW_ZALO: renewing} | sending


def _handler(sender: Sender) -> Handler:
    limits = sender.limits
    return Handler(do=send_notice, limit=limits.most_time, runs_apart=True, threads=limits.at_once)


PERIODIC_TASKS = (
    PeriodicTask(name="look after deliveries", every=timedelta(minutes=10), do=look_after_deliveries),
    PeriodicTask(name="look after zalo", every=timedelta(minutes=10), do=look_after_zalo),
)
