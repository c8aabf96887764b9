"""What pages say of tickets and ideas, and a picture of one for whom its page is.

Nobody else keeps such a picture, and no address names its file.
"""

from flask import Response

from market.base import clock
from market.catalog import pictures
from market.feedback.models import Idea, Ticket, TicketPhoto, TicketStep
from market.feedback.rules.ideas import STATE_WORDS as IDEA_WORDS
from market.feedback.rules.tickets import DESK_WORDS, KIND_WORDS, STEP_WORDS, Desk, TicketState
from market.values.period import spoken_moment
from market.web.base.blueprint import blueprint
from market.web.base.caching import NOBODY
from market.web.base.commune import current_commune

SHOWN_WIDTH = 960


def ticket_picture(photo: TicketPhoto) -> Response:
    """The caller has asked who may see it. NotFound where its time is over."""
    content = pictures.load(photo.key, SHOWN_WIDTH)
    return Response(content, mimetype="image/webp", headers={"Cache-Control": NOBODY})


@blueprint.app_template_global()
def desk_words(desk: Desk) -> str:
    """A desk as this commune calls it: what is a ward's is not called a commune's."""
    words = DESK_WORDS[desk]
    return words.replace("xã", "phường") if current_commune().name.lower().startswith("phường") else words


@blueprint.app_template_global()
def ticket_kind(ticket: Ticket) -> str:
    return KIND_WORDS[ticket.kind]


@blueprint.app_template_global()
def ticket_step(step: TicketStep) -> str:
    return f"{STEP_WORDS[step.kind]} {desk_words(step.desk)}"


@blueprint.app_template_global()
def ticket_stand(ticket: Ticket) -> str:
    """Where a ticket stands, as anybody who may see it reads it."""
    if ticket.state is TicketState.ANSWERED or ticket.due_at is None:
        return f"{desk_words(ticket.desk)} đã trả lời"
    now = clock.now()
    due = spoken_moment(ticket.due_at, now)
    is_late = ticket.due_at < now
    return f"{desk_words(ticket.desk)} {'quá hạn trả lời từ' if is_late else 'trả lời trước'} {due}"


@blueprint.app_template_global()
def ticket_age(ticket: Ticket) -> str:
    """How many days ago it was sent, in words."""
    days = (clock.now() - ticket.sent_at).days
    return f"gửi {days} ngày trước" if days else "gửi hôm nay"


@blueprint.app_template_global()
def idea_stand(idea: Idea) -> str:
    return IDEA_WORDS[idea.state]
