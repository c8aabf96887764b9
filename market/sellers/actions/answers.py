"""How a person hears what the office answered to what they asked of it."""

from datetime import datetime

from sqlalchemy.orm import Session

from market.notices.actions import Message, tell
from market.notices.rules import News, news_key
from market.sellers.models import BusinessMember, BusinessProposal

Asked = BusinessMember | BusinessProposal
SUBJECTS: dict[type[Asked], str] = {BusinessMember: "claim", BusinessProposal: "proposal"}


def tell_answer(session: Session, asked: Asked, news: News, sentence: str, *, now: datetime) -> None:
    """Tell whoever claimed or proposed a business; read on the page of their stalls."""
    message = Message(
        dedupe_key=news_key(SUBJECTS[type(asked)], asked.id, news, now),
        kind=news,
        sentence=sentence,
        person_id=asked.person_id,
    )
    tell(session, [message], now=now)
