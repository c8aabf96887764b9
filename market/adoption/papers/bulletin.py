"""The loudspeaker's bulletin as a Word file: a sentence a paragraph, in letters that are read while standing."""

from market.adoption.rules.reporting.bulletin import TITLE, Bulletin
from market.base.documents.official import OfficialDocument, Properties
from market.values.period import day_start


def bulletin_docx(told: Bulletin, author: str) -> bytes:
    document = OfficialDocument(
        properties=Properties(title=told.subject, author=author, made_at=day_start(told.week.start))
    )
    document.title(TITLE, told.subject)
    for sentence in told.sentences:
        document.paragraph(sentence)
    return document.to_bytes()
