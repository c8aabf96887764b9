"""What pages say of goods that were not right, and a picture of them for whom its page is.

Nobody else keeps such a picture, and no address names its file.
"""

from flask import Response

from market.base import clock
from market.base.db import reading
from market.catalog import pictures
from market.orders.models import Complaint, ComplaintLine, ComplaintPhoto, ComplaintStep
from market.orders.queries.complaints import complaint_terms, offer_words, wish_words
from market.orders.rules.complaints import REASON_WORDS, STATE_WORDS, STEP_WORDS, ComplaintState, StepKind
from market.values.period import spoken_moment
from market.values.quantity import unit
from market.web.base.blueprint import blueprint
from market.web.base.caching import NOBODY
from market.web.base.commune import current_commune

SHOWN_WIDTH = 960


def complaint_picture(photo: ComplaintPhoto) -> Response:
    """The caller has asked who may see it. NotFound where its time is over."""
    content = pictures.load(photo.key, SHOWN_WIDTH)
    return Response(content, mimetype="image/webp", headers={"Cache-Control": NOBODY})


@blueprint.app_template_global()
def complaint_words(one: Complaint) -> str:
    return STATE_WORDS[one.state]


@blueprint.app_template_global()
def complaint_reason(one: Complaint) -> str:
    return REASON_WORDS[one.reason]


@blueprint.app_template_global()
def complaint_wish(one: Complaint) -> str:
    return wish_words(one)


@blueprint.app_template_global()
def complaint_offer(one: Complaint) -> str:
    """What the stall offers or has promised."""
    return offer_words(one.remedy, one.amount, goods_back=one.goods_back)


@blueprint.app_template_global()
def complaint_unit(one: ComplaintLine) -> str:
    return unit(one.line.unit).name


@blueprint.app_template_global()
def complaint_hours() -> int:
    """In how many hours of the day a stall of this commune answers."""
    return complaint_terms(reading(), current_commune().id, clock.now()).answer_hours


_TURNS = {
    ComplaintState.WAITING: "Người bán trả lời trước {due}",
    ComplaintState.OFFERED: "Khách trả lời trước {due}",
    ComplaintState.OFFICE: "Xã kết luận trước {due}",
}


@blueprint.app_template_global()
def complaint_due(one: Complaint) -> str:
    """Whose turn it is, and until when; nothing where it is over."""
    if one.due_at is None:
        return ""
    due = spoken_moment(one.due_at, clock.now())
    if one.state is ComplaintState.PROMISED:
        return f"Khách xác nhận trước {due}" if one.fulfilled_at else f"Người bán làm xong trước {due}"
    return _TURNS[one.state].format(due=due)


_GIVES = frozenset({StepKind.AGREED, StepKind.OFFERED, StepKind.ACCEPTED, StepKind.UPHELD, StepKind.UPHELD_PART})


@blueprint.app_template_global()
def complaint_step(step: ComplaintStep) -> str:
    """What happened, with what was offered or promised by it."""
    words = STEP_WORDS[step.kind]
    if step.kind not in _GIVES or step.remedy is None:
        return words
    return f"{words}: {offer_words(step.remedy, step.amount, goods_back=step.goods_back)}"
