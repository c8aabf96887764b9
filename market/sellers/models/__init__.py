"""The register of businesses with its history, their people, stalls, mandates, papers and bank accounts."""

from market.sellers.models.change_requests import ChangeRequest, RequestState
from market.sellers.models.changes import ChangeKind, ChangeState, WaitingChange
from market.sellers.models.drafts import DraftedAccount, DraftedListing, ListingLeave, PicturePurpose, PrivatePicture
from market.sellers.models.identity import IdentityEvent
from market.sellers.models.intake import RegisterJoin, UnreadCell
from market.sellers.models.posts import Appointment, CityPost, Mandate, MandateMethod, Post, PostRole
from market.sellers.models.register import (
    AnswerAbout,
    Business,
    BusinessHistory,
    BusinessMember,
    BusinessProposal,
    Certificate,
    ClaimState,
    MemberRole,
    RegisterAnswer,
    Verification,
    VerificationState,
)
from market.sellers.models.stalls import (
    ACCOUNT_DIGEST,
    IS_NOT_CLOSED,
    BankAccount,
    BankConnection,
    HamletFee,
    HolderRelation,
    OldStallSlug,
    Stall,
    StallState,
    StallVisit,
)
from market.sellers.rules import BusinessKind, BusinessStatus

__all__ = [
    "ACCOUNT_DIGEST",
    "IS_NOT_CLOSED",
    "AnswerAbout",
    "Appointment",
    "BankAccount",
    "BankConnection",
    "Business",
    "BusinessHistory",
    "BusinessKind",
    "BusinessMember",
    "BusinessProposal",
    "BusinessStatus",
    "Certificate",
    "ChangeKind",
    "ChangeRequest",
    "ChangeState",
    "CityPost",
    "ClaimState",
    "DraftedAccount",
    "DraftedListing",
    "HamletFee",
    "HolderRelation",
    "IdentityEvent",
    "ListingLeave",
    "Mandate",
    "MandateMethod",
    "MemberRole",
    "OldStallSlug",
    "PicturePurpose",
    "Post",
    "PostRole",
    "PrivatePicture",
    "RegisterAnswer",
    "RegisterJoin",
    "RequestState",
    "Stall",
    "StallState",
    "StallVisit",
    "UnreadCell",
    "Verification",
    "VerificationState",
    "WaitingChange",
]
