"""The account that money came from: known by a keyed hash alone."""

from market.base.secrets import vault

_PURPOSE = "payer-account"


def account_digest(number: str) -> str:
    """The keyed hash of an account's number alone: a provider tells the number of who paid without its bank."""
    return vault().digest(_PURPOSE, _written(number))


def account_digests(number: str) -> list[str]:
    """Every hash under which the account may be kept as one that paid: nobody can make the older ones anew."""
    return vault().digests(_PURPOSE, _written(number))


def _written(number: str) -> str:
    return number.replace(" ", "").upper()
