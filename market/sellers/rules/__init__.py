"""The slice's pure rules: the register's words, the banks."""

from market.sellers.rules.banks import BANKS, Bank, account_number, holder_name
from market.sellers.rules.register import BusinessKind, BusinessStatus

__all__ = ["BANKS", "Bank", "BusinessKind", "BusinessStatus", "account_number", "holder_name"]
