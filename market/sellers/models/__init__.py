"""The register of businesses with its history, their people, stalls, mandates, papers and bank accounts."""

from market.sellers.models.change_requests import ChangeRequest, RequestState
from market.sellers.models.changes import ChangeKind, ChangeState, WaitingChange
from market.sellers.models.drafts import DraftedAccount, DraftedListing, ListingLeave, PicturePurpose, PrivatePicture
from market.sellers.models.help_visits import STEP_COLUMNS, HelpVisit, VisitPlan
from market.sellers.models.identity import IdentityEvent
from market.sellers.models.intake import RegisterJoin, UnreadCell
from market.sellers.models.merges import BusinessMerge, CheckFinding, RegisterCheck
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
    "STEP_COLUMNS",
    "AnswerAbout",
    "Appointment",
    "BankAccount",
    "BankConnection",
    "Business",
    "BusinessHistory",
    "BusinessKind",
    "BusinessMember",
    "BusinessMerge",
    "BusinessProposal",
    "BusinessStatus",
    "Certificate",
    "ChangeKind",
    "ChangeRequest",
    "ChangeState",
    "CheckFinding",
    "CityPost",
    "ClaimState",
    "DraftedAccount",
    "DraftedListing",
    "HamletFee",
    "HelpVisit",
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
    "RegisterCheck",
    "RegisterJoin",
    "RequestState",
    "Stall",
    "StallState",
    "StallVisit",
    "UnreadCell",
    "Verification",
    "VerificationState",
    "VisitPlan",
    "WaitingChange",
]
