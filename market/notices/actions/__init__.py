"""What is written to the outbox, how it leaves the market, and where people want to hear."""

from market.notices.actions.choices import ChosenWays, choose_ways, send_test
from market.notices.actions.deliveries import DueDelivery, begin, end_sent, fail, know_unreached, plan
from market.notices.actions.outbox import Message, enqueue_notifications, see_news

__all__ = [
    "ChosenWays",
    "DueDelivery",
    "Message",
    "begin",
    "choose_ways",
    "end_sent",
    "enqueue_notifications",
    "fail",
    "know_unreached",
    "plan",
    "see_news",
    "send_test",
]
