"""The path to OCOP: versions that an office writes, and where a product stands on it."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from market.base.audit import Actor
from market.base.db import transaction
from market.base.errors import Conflict, NotFound, Refused
from market.base.seen import ChangedSince, seen_of
from market.outreach.actions.ocop import (
    Assessment,
    NewOcopEntry,
    StepDone,
    assess,
    begin_path,
    certify_entry,
    note_step,
    renew_path,
    stop_entry,
)
from market.outreach.models import OcopEntry
from market.outreach.queries.ocop import EntryLine, entry_facts, entry_line
from market.outreach.rules.ocop import OcopStage, Points, read_parts
from market.values.period import local_day
from tests.cast import Cast
from tests.conftest import Clock
from tests.outreach.steps import a_paper, a_path


def begin(cast: Cast, now: Clock) -> int:
    new = NewOcopEntry(commune_id=cast.commune, business_id=cast.htx.business, name="Gạo nếp")
    with transaction() as session:
        return begin_path(session, Actor(person_id=cast.hung), new, clock=now)


def do(cast: Cast, entry: int, words: str, now: Clock) -> None:
    done = StepDone(commune_id=cast.commune, entry_id=entry, words=words, done_on=local_day(now()), proof="hồ sơ số 3")
    with transaction() as session:
        note_step(session, Actor(person_id=cast.hung), done, clock=now)


def points(cast: Cast, entry: int, now: Clock, given: Points, seen: str | None = None) -> None:
    with transaction() as session:
        shown = seen or seen_of(entry_facts(session, session.get_one(OcopEntry, entry)))
        said = Assessment(
            commune_id=cast.commune, entry_id=entry, assessed_on=local_day(now()), points=given, note="BB 1", seen=shown
        )
        assess(session, Actor(person_id=cast.hung), said, clock=now)


def line(session: Session, cast: Cast, entry: int, now: Clock) -> EntryLine:
    session.expire_all()
    return entry_line(session, cast.commune, entry, local_day(now()))


def test_a_product_goes_from_its_first_paper_to_a_certificate_that_ends(
    cast: Cast, session: Session, now: Clock
) -> None:
    with pytest.raises(Refused, match="chưa ghi đường"):
        begin(cast, now)
    a_path(cast, now)
    entry = begin(cast, now)
    assert begin(cast, now) == entry
    stages = [line(session, cast, entry, now).stage]
    for words in ("phiếu đăng ký", "Phiếu đăng ký", "Ảnh sản phẩm"):
        do(cast, entry, words, now)
        stages.append(line(session, cast, entry, now).stage)
    points(cast, entry, now, Points(a=30, b=20, c=25))
    stages.append(line(session, cast, entry, now).stage)
    paper = a_paper(cast, cast.htx.business, "OCOP 4 sao", 10, now)
    with transaction() as writing:
        certify_entry(writing, Actor(person_id=cast.hung), cast.commune, entry, paper, clock=now)
    stages.append(line(session, cast, entry, now).stage)
    now.move(days=11)
    stages.append(line(session, cast, entry, now).stage)

    assert stages == [
        OcopStage.BEGUN,
        OcopStage.IN_DOSSIER,
        OcopStage.IN_DOSSIER,
        OcopStage.DOSSIER_WHOLE,
        OcopStage.ASSESSED,
        OcopStage.CERTIFIED,
        OcopStage.LAPSED,
    ]


def test_a_new_version_judges_who_is_moved_to_it_and_knows_steps_by_their_words(
    cast: Cast, session: Session, now: Clock
) -> None:
    a_path(cast, now)
    entry = begin(cast, now)
    do(cast, entry, "Ảnh sản phẩm", now)
    a_path(cast, now, "Câu chuyện sản phẩm\nẢNH SẢN PHẨM", since=local_day(now()) + timedelta(days=2))
    now.move(days=2)
    assert line(session, cast, entry, now).missing == ["Phiếu đăng ký"]
    with transaction() as writing:
        renew_path(writing, Actor(person_id=cast.hung), cast.commune, entry, clock=now)
    assert line(session, cast, entry, now).missing == ["Câu chuyện sản phẩm"]


def test_a_version_is_never_changed_and_comes_to_a_hundred(cast: Cast, session: Session, now: Clock) -> None:
    first = a_path(cast, now)
    assert a_path(cast, now) == first
    with pytest.raises(Conflict, match="đã có một bản"):
        a_path(cast, now, "Khác hẳn")
    with pytest.raises(Refused, match="hôm nay hoặc một ngày sau"):
        a_path(cast, now, since=local_day(now()) - timedelta(days=1))
    assert read_parts("40/25/35") == Points(a=40, b=25, c=35)
    for typed in ("40/25/30", "100/0/0", "40 25", ""):
        with pytest.raises(ValueError, match="cộng lại bằng 100"):
            read_parts(typed)


def test_points_rest_on_the_dossier_that_was_seen_and_stay_within_each_part(
    cast: Cast, session: Session, now: Clock
) -> None:
    a_path(cast, now)
    entry = begin(cast, now)
    with transaction() as writing:
        shown = seen_of(entry_facts(writing, writing.get_one(OcopEntry, entry)))
    do(cast, entry, "Ảnh sản phẩm", now)
    with pytest.raises(ChangedSince, match="Ảnh sản phẩm"):
        points(cast, entry, now, Points(a=1, b=1, c=1), shown)
    with pytest.raises(Refused, match="40/25/35"):
        points(cast, entry, now, Points(a=40, b=26, c=30))
    for kind, business in (("VietGAP", cast.htx.business), ("OCOP 3 sao", cast.tu.business)):
        paper = a_paper(cast, business, kind, 90, now)
        with pytest.raises(NotFound), transaction() as writing:
            certify_entry(writing, Actor(person_id=cast.hung), cast.commune, entry, paper, clock=now)
    with transaction() as writing:
        stop_entry(writing, Actor(person_id=cast.hung), cast.commune, entry, "hộ xin thôi", clock=now)
    with pytest.raises(Refused, match="đã thôi"):
        do(cast, entry, "Phiếu đăng ký", now)
