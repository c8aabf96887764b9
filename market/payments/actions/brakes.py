"""How often a call of another machine may come unsigned before it is not even counted any more."""

from dataclasses import replace
from datetime import timedelta

from market.base.attempts import Brake, Limit, most_tries
from market.payments.ports import CallLimits

A_DAY = Limit(most=1000, within=timedelta(days=1))
"""What is counted of them to be told of; from there on nothing more is written that day."""


_IN_A_DAY = Brake(kind="unsigned-call", sentence="Gọi sai chữ ký quá nhiều lần.", limits=(A_DAY,))


def unsigned_calls(limits: CallLimits) -> Brake:
    """Counts, by the address they are sent to, calls whose signature does not hold: one row a limit, however many come
    from wherever. It is asked after the signature, so that it never keeps a signed one out."""
    a_minute = Limit(most=limits.failures_a_minute, within=timedelta(minutes=1))
    return replace(_IN_A_DAY, limits=(a_minute, A_DAY))


def count_unsigned(provider: str, key: str) -> int:
    """How many calls without a signature that holds came to this address in the day that runs, up to `A_DAY`."""
    return most_tries(_IN_A_DAY, provider, key)
