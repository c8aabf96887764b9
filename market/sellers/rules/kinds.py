"""Kinds and states of a business in the words of clerks."""

import re
from collections.abc import Mapping

from market.sellers.rules.register import BusinessKind, BusinessStatus
from market.values.text import fold

_KINDS = {
    BusinessKind.COOPERATIVE: r"htx\w*|hop tac xa|hop tac xa [a-z ]*|lien hiep htx",
    BusinessKind.COOPERATIVE_GROUP: r"to hop tac|tht|to ht|nhom ho hop tac",
    BusinessKind.ENTERPRISE: (
        r"doanh nghiep(?: tu nhan| nho| vua)*|dn|dntn|dnnn|cong ty|cty|ct tnhh|tnhh|co phan|ctcp|mtv"
    ),
    BusinessKind.FARM_HOUSEHOLD: (
        r"(?:ho )?(?:nong dan|nong ho|nong nghiep|san xuat nong nghiep|chan nuoi|trong trot|nong nghiep ho gia dinh)"
        r"|nong ho|nong dan|ho san xuat|ho san xuat nong nghiep|trang trai|ho nuoi trong thuy san"
    ),
    BusinessKind.HOUSEHOLD_BUSINESS: (
        r"(?:ho )?(?:kinh doanh|kd) ca the|ho kinh doanh|ho kd|hkd|h kd|hkdct|ho kdct|kdct|kd ct|ho ca the|ca the|hct"
        r"|ho tieu thuong|tieu thuong|ho kinh doanh gia dinh"
    ),
    BusinessKind.INDIVIDUAL: r"ca nhan(?: kinh doanh| kd)?|cnkd",
}
_STATES = {
    BusinessStatus.SUSPENDED: r"tam (?:ngung|nghi|dung|dong)|ngung tam thoi|nghi mua vu",
    BusinessStatus.TERMINATED: (
        r"cham dut|da nghi|nghi han|nghi kinh doanh|nghi kd|giai the|dong cua|dong mst|dong ma so thue|pha san"
        r"|(?:da )?(?:ngung|dung) (?:hoat dong|kinh doanh|kd|han)|khong con (?:hoat dong|kinh doanh|kd)"
        r"|nghi|da ngung|thoi kinh doanh"
    ),
    BusinessStatus.ACTIVE: (
        r"dang (?:hoat dong|kinh doanh|kd|hd|ban|san xuat|sxkd|mo|mo cua)|con (?:hoat dong|kinh doanh|kd|hd|ban)"
        r"|hoat dong|binh thuong|hd|mo cua|co"
    ),
}
_KIND_PATTERNS = {kind: re.compile(rf"(?:{words})") for kind, words in _KINDS.items()}
_KIND_WITHIN = {kind: re.compile(rf"\b(?:{words})\b") for kind, words in _KINDS.items()}
_STATE_PATTERNS = {state: re.compile(rf"(?:{words})(?: .*)?") for state, words in _STATES.items()}
_BODIES = {BusinessKind.COOPERATIVE, BusinessKind.COOPERATIVE_GROUP, BusinessKind.ENTERPRISE}
_NOT_SAID = re.compile(r".*\b(?:khong|chua)\b.*")
_BY_VALUE: Mapping[str, BusinessKind] = {fold(kind.value): kind for kind in BusinessKind}


def kind_named(text: str, *, whole: bool = False) -> BusinessKind:
    """The kind that the words of a sheet mean; ValueError where they mean none, or several. `whole`: they say nothing
    else."""
    words = fold(text)
    if words in _BY_VALUE:
        return _BY_VALUE[words]
    patterns = _KIND_PATTERNS if whole else _KIND_WITHIN
    found = {kind for kind, pattern in patterns.items() if (pattern.fullmatch if whole else pattern.search)(words)}
    if found & _BODIES:  # `HTX nông nghiệp`: what a body deals in is not what it is
        found -= {BusinessKind.FARM_HOUSEHOLD, BusinessKind.INDIVIDUAL}
    if len(found) != 1:
        raise ValueError(f"Không rõ loại hình “{text[:60]}”: ghi hộ kinh doanh, HTX, tổ hợp tác, hộ nông dân, ...")
    return next(iter(found))


def kind_in_name(name: str) -> BusinessKind | None:
    """The kind that a name begins with (`HTX Sen Vàng`, `Công ty TNHH An`)."""
    words = fold(name)
    begun = [(found.end(), kind) for kind, pattern in _KIND_PATTERNS.items() if (found := pattern.match(words + " "))]
    whole = [(end, kind) for end, kind in begun if end >= len(words) or words[end] == " "]
    return max(whole, key=lambda one: one[0])[1] if whole else None


def state_named(text: str) -> BusinessStatus:
    """Whether a business trades, in the words of a sheet; ValueError where they do not say it."""
    words = fold(text).removeprefix("nnt ")
    for state, pattern in _STATE_PATTERNS.items():
        is_denied = state is BusinessStatus.ACTIVE and _NOT_SAID.fullmatch(words)
        if pattern.fullmatch(words) and not is_denied:
            return state
    raise ValueError(f"Không rõ tình trạng “{text[:60]}”: ghi đang hoạt động, tạm ngừng hoặc chấm dứt.")
