"""Questions about businesses: who may act for which stall, the register, bank accounts, mandates, posts."""

from market.sellers.queries.bank import (
    account_number,
    connection_by_key,
    connection_of,
    live_bank_account,
    sealed_samples,
)
from market.sellers.queries.claims import (
    claim_of,
    claims_of_person,
    claims_waiting,
    members_of,
    verification_of,
    visitors_of_business,
)
from market.sellers.queries.imports import known_businesses, plan_import
from market.sellers.queries.posts import (
    PostHolder,
    is_live,
    mandate_of,
    mandates_of_business,
    mandates_of_helper,
    post_holders,
    posts_of,
)
from market.sellers.queries.register import (
    PAGE,
    RegisterFilter,
    RegisterPage,
    business_of,
    certificates_in_force,
    find_in_register,
    history_of,
    register,
)
from market.sellers.queries.stalls import Right, right_to, slug_now, stall_by_slug, stalls_of_person, stalls_open

__all__ = [
    "PAGE",
    "PostHolder",
    "RegisterFilter",
    "RegisterPage",
    "Right",
    "account_number",
    "business_of",
    "certificates_in_force",
    "claim_of",
    "claims_of_person",
    "claims_waiting",
    "connection_by_key",
    "connection_of",
    "find_in_register",
    "history_of",
    "is_live",
    "known_businesses",
    "live_bank_account",
    "mandate_of",
    "mandates_of_business",
    "mandates_of_helper",
    "members_of",
    "plan_import",
    "post_holders",
    "posts_of",
    "register",
    "right_to",
    "sealed_samples",
    "slug_now",
    "stall_by_slug",
    "stalls_of_person",
    "stalls_open",
    "verification_of",
    "visitors_of_business",
]
