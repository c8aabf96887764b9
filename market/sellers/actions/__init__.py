"""What happens to businesses and stalls: claims, verification, settings, bank accounts, mandates, posts."""

from market.sellers.actions.bank import FAMILY_TEXT_VERSION, NewBankAccount, connect_bank, set_bank_account
from market.sellers.actions.claims import Verify, claim_business, refuse_claim, verify_claim
from market.sellers.actions.imports import IMPORT_SOURCE, import_register, register_rows
from market.sellers.actions.posts import (
    LONGEST_MANDATE_DAYS,
    NewMandate,
    NewPost,
    add_post,
    end_post,
    grant_mandate,
    revoke_mandate,
)
from market.sellers.actions.register import EDITABLE, HISTORIC, NewBusiness, add_business, edit_business, log_business
from market.sellers.actions.stalls import StallSettings, change_stall, open_stall

__all__ = [
    "EDITABLE",
    "FAMILY_TEXT_VERSION",
    "HISTORIC",
    "IMPORT_SOURCE",
    "LONGEST_MANDATE_DAYS",
    "NewBankAccount",
    "NewBusiness",
    "NewMandate",
    "NewPost",
    "StallSettings",
    "Verify",
    "add_business",
    "add_post",
    "change_stall",
    "claim_business",
    "connect_bank",
    "edit_business",
    "end_post",
    "grant_mandate",
    "import_register",
    "log_business",
    "open_stall",
    "refuse_claim",
    "register_rows",
    "revoke_mandate",
    "set_bank_account",
    "verify_claim",
]
