"""What happens to businesses and stalls: claims, verification, settings, bank accounts, mandates, posts."""

from market.sellers.actions.answers import SeenRequest
from market.sellers.actions.bank import (
    FAMILY_TEXT_VERSION,
    NewBankAccount,
    NewConnection,
    connect_bank,
    disconnect_bank,
    set_bank_account,
)
from market.sellers.actions.claims import Verify, claim_business, refuse_claim, verify_claim
from market.sellers.actions.imports import IMPORT_SOURCE, NO_HEADER, import_register, register_rows
from market.sellers.actions.papers import NewCertificate, end_certificate, record_certificate
from market.sellers.actions.posts import (
    LONGEST_MANDATE_DAYS,
    NewMandate,
    NewPost,
    add_post,
    dismiss,
    end_post,
    grant_mandate,
    make_mandate_code,
    make_reset_code,
    revoke_mandate,
    take_mandate,
)
from market.sellers.actions.proposals import (
    MOST_WAITING,
    PROPOSAL_SOURCE,
    NewProposal,
    accept_proposal,
    propose_business,
    refuse_proposal,
)
from market.sellers.actions.register import (
    EDITABLE,
    HISTORIC,
    NewBusiness,
    add_business,
    edit_business,
    log_business,
    update_business,
)
from market.sellers.actions.stalls import StallSettings, change_stall, open_stall

__all__ = [
    "EDITABLE",
    "FAMILY_TEXT_VERSION",
    "HISTORIC",
    "IMPORT_SOURCE",
    "LONGEST_MANDATE_DAYS",
    "MOST_WAITING",
    "NO_HEADER",
    "PROPOSAL_SOURCE",
    "NewBankAccount",
    "NewBusiness",
    "NewCertificate",
    "NewConnection",
    "NewMandate",
    "NewPost",
    "NewProposal",
    "SeenRequest",
    "StallSettings",
    "Verify",
    "accept_proposal",
    "add_business",
    "add_post",
    "change_stall",
    "claim_business",
    "connect_bank",
    "disconnect_bank",
    "dismiss",
    "edit_business",
    "end_certificate",
    "end_post",
    "grant_mandate",
    "import_register",
    "log_business",
    "make_mandate_code",
    "make_reset_code",
    "open_stall",
    "propose_business",
    "record_certificate",
    "refuse_claim",
    "refuse_proposal",
    "register_rows",
    "revoke_mandate",
    "set_bank_account",
    "take_mandate",
    "update_business",
    "verify_claim",
]
