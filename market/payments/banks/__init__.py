"""The providers of bank notices, one module each, by the name in the webhook's address."""

from market.payments.banks.sepay import SePay
from market.payments.ports import BankFeed

FEEDS: dict[str, BankFeed] = {feed.name: feed for feed in (SePay(),)}
