"""A report as an officer makes it, in words and as files."""

from dataclasses import replace

from sqlalchemy.orm import Session

from market.adoption import queries
from market.adoption.actions import NewReport, make_report
from market.adoption.papers.report_docx import report_docx
from market.adoption.rules.reporting.content import ReportContent, report_content
from market.adoption.rules.reporting.signing import ReportKind, ReportRecipient, Signatory
from market.adoption.rules.reporting.spans import ReportSpan, SpanKind
from market.base.audit import Actor
from market.base.db import reading, transaction
from tests.cast import Cast
from tests.conftest import Clock

NOVEMBER, DECEMBER = (ReportSpan(kind=SpanKind.MONTH, year=2026, number=n, by_decree=True) for n in (11, 12))
"""The second has begun on 15/11 and is not over."""


def asked_of(cast: Cast, **changed: object) -> NewReport:
    """November by the decree, signed by the deputy; number and day left to the clerk."""
    asked = NewReport(
        commune_id=cast.commune,
        kind=ReportKind.ECONOMY,
        span=NOVEMBER,
        signatory=Signatory.DEPUTY_HEAD,
        signer="Nguyễn Thị Minh Huệ",
        document_number=None,
        dated_on=None,
        recipients=(ReportRecipient.PARTY, ReportRecipient.CHAIRS),
        other_recipients="",
        grounds="",
        limits="",
        tasks="",
        proposals="",
        client_key=None,
    )
    return replace(asked, **changed)  # type: ignore[arg-type]


def made(cast: Cast, now: Clock, **changed: object) -> str:
    """The code of a new report."""
    with transaction() as writing:
        return make_report(writing, Actor(person_id=cast.hung), asked_of(cast, **changed), clock=now)


def content_of(cast: Cast, code: str, session: Session | None = None) -> ReportContent:
    session = session or reading()
    report = queries.report_with_code(session, cast.commune, code)
    return report_content(queries.report_figures(session, report), queries.paper_of(session, report))


def address_of(code: str) -> str:
    return f"https://daison.test/van-phong/so-lieu/{code}"


def file_of(cast: Cast, code: str) -> bytes:
    return report_docx(content_of(cast, code), address_of)
