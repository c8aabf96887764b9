"""How much a person may prepare before there is a stall."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftQuota:
    """How many pictures a person may keep before there is a stall, papers among them, and how many goods. No more is
    read of it either, for no page."""

    pictures: int = 60
    papers: int = 8
    drafts: int = 20


QUOTA = DraftQuota()
