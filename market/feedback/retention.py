"""How long what people tell the commune is kept, and who told it."""

from datetime import datetime

from sqlalchemy import ColumnElement, exists, func, or_

from market.accounts.models import Person
from market.base.retention import Rule
from market.feedback.jobs import FORGET_TICKET_PHOTOS
from market.feedback.models import DeskSeat, Idea, Story, StoryConsent, Ticket, TicketContact, TicketPhoto, TicketStep
from market.feedback.queries.tickets import is_done_with
from market.feedback.rules.ideas import SENDER_KEPT as IDEA_SENDER_KEPT
from market.feedback.rules.tickets import WORDS_KEPT

NO_LONGER = "Luật Bảo vệ dữ liệu cá nhân 91/2025/QH15: không giữ lâu hơn mục đích"


def _old_contact(now: datetime) -> ColumnElement[bool]:
    """Of a ticket that was answered long ago, or that nobody has answered for longer still, and of somebody whose
    account is gone."""
    answered = Ticket.id == TicketContact.ticket_id, is_done_with(now)
    gone = Person.id == TicketContact.person_id, Person.erased_at.is_not(None)
    return or_(exists().where(*answered), exists().where(*gone))


def _old_words(now: datetime) -> ColumnElement[bool]:
    return (Ticket.words != "") & Ticket.due_at.is_(None) & (Ticket.answered_at < now - WORDS_KEPT)


def _old_step(now: datetime) -> ColumnElement[bool]:
    of_old = Ticket.id == TicketStep.ticket_id, Ticket.due_at.is_(None), Ticket.answered_at < now - WORDS_KEPT
    return TicketStep.words.is_not(None) & exists().where(*of_old)


def _old_idea(now: datetime) -> ColumnElement[bool]:
    """That was decided long ago, or sent long before; of who has no account any more."""
    decided = func.coalesce(Idea.decided_at, Idea.sent_at) < now - IDEA_SENDER_KEPT
    gone = exists().where(Person.id == Idea.person_id, Person.erased_at.is_not(None))
    return Idea.forgotten_at.is_(None) & or_(decided, gone)


RULES = (
    Rule(
        model=TicketContact,
        says="Tên, số máy, tài khoản của người gửi phản ánh: 180 ngày sau khi trả lời, chưa trả lời thì 2 năm "
        "sau khi gửi; người gửi xóa được bằng mã; tài khoản xóa thì xóa.",
        source=NO_LONGER,
        is_old=_old_contact,
    ),
    Rule(
        model=TicketPhoto,
        says="Ảnh gửi kèm phản ánh: 180 ngày sau khi trả lời, chưa trả lời thì 2 năm sau khi gửi; người gửi xóa được "
        "ngay bằng mã.",
        source=NO_LONGER,
        task=FORGET_TICKET_PHOTOS.name,
    ),
    Rule(
        model=Ticket,
        says="Phản ánh: giữ loại việc, nơi trả lời, ngày để thống kê; lời viết xóa 2 năm sau khi trả lời.",
        source=NO_LONGER,
        is_old=_old_words,
        cleared={"words": "", "page": None, "about_said": None},
    ),
    Rule(
        model=TicketStep,
        says="Trả lời phản ánh, lý do chuyển: lời viết xóa 2 năm sau khi trả lời.",
        source=NO_LONGER,
        is_old=_old_step,
        cleared={"words": None},
    ),
    Rule(model=DeskSeat, says="Giữ hẳn: cán bộ nào nhận phản ánh của nơi nào, từ ngày nào."),
    Rule(
        model=Idea,
        says="Góp ý: giữ; số máy, tài khoản, tên ký của người gửi xóa một năm sau khi xã trả lời (chưa trả lời: sau "
        "khi gửi), hoặc khi tài khoản xóa.",
        source=NO_LONGER,
        is_old=_old_idea,
        cleared={"phone": None, "person_id": None, "signed": None},
        cleared_at="forgotten_at",
    ),
    Rule(model=Story, says="Chuyện người thật: giữ; chỉ hiện khi người trong chuyện còn đồng ý đúng bài ấy."),
    Rule(
        model=StoryConsent,
        says="Giữ hẳn: bằng chứng người trong chuyện đã đồng ý hay đã rút lại.",
        source="Luật Bảo vệ dữ liệu cá nhân 91/2025/QH15",
    ),
)
