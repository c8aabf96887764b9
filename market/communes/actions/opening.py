"""A commune is opened from one file and one register: with its hamlets, points, numbers and officers, or not at all."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from market.base.audit import Actor
from market.base.clock import Clock
from market.base.errors import Refused
from market.communes.rules.opening_file import FileFault, Item, OpeningFile, day_of, text_of, texts_of
from market.places.actions import NewCommune, Switch, add_commune, switch_on, take_places
from market.places.models import Commune, Hamlet
from market.places.rules import bare_name
from market.seeding.actions.places import load_country
from market.seeding.files import Seeds
from market.sellers.actions import NewAppointment, import_register, make_appointment, register_file
from market.sellers.models import PostRole
from market.sellers.queries import Beside, plan_beside
from market.sellers.queries.answers import Answers
from market.sellers.rules import HamletNames, ImportReport, RowOutcome, TypedRow, row_words, vocabulary
from market.values.period import local_day
from market.values.phone import Phone
from market.values.text import slug

OPERATOR = "lệnh của người vận hành chợ"


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """What came of it. `is_new` False: the commune was there, and nothing was added. `codes`: officer -> the code to
    hand over. `told`: rows that are in, but for a cell."""

    commune_id: int
    is_new: bool
    businesses: int = 0
    codes: Mapping[str, str] = field(default_factory=dict)
    told: Sequence[FileFault] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """What a commune is opened from: the file as it was read, its name, the register's bytes and name."""

    file: OpeningFile
    called: str
    register: bytes | None = None
    register_called: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Register:
    """A register's rows with what would become of them; `faults` where it cannot be read at all."""

    rows: Sequence[TypedRow] = ()
    report: ImportReport = field(default_factory=lambda: ImportReport(decisions=()))
    faults: Sequence[FileFault] = ()


def open_commune(session: Session, opening: Opening, *, seeds: Seeds, own_host: str, clock: Clock) -> Opened:
    """Open the commune of a file with the register beside it. One that is there already is left as it is by now:
    `is_new` is False then.

    Refused with every fault of both files, each with its line; and as by `add_commune`.
    """
    file, now = opening.file, clock()
    known = None if file.faults else session.scalar(select(Commune).where(Commune.code == file.commune["code"]))
    if known is not None:
        _refuse_otherwise(known, file.commune)
        return Opened(commune_id=known.id, is_new=False)
    read = _read_register(file, opening.register, now)
    _refuse_faults(opening, read)
    commune_id = add_commune(session, Actor(), new_commune(file.commune), own_host=own_host, now=now)
    load_country(session, seeds, commune_id, decided={text_of(one, "key") for one in file.lists.get("facts", ())})
    take_places(session, Actor(), commune_id, _places(file), now=now)
    _hamlets_more(session, commune_id, file, clock)
    if read:
        report = import_register(session, Actor(), commune_id, read.rows, clock=clock)
        _refuse_faults(opening, _Register(rows=read.rows, report=report))
    return Opened(
        commune_id=commune_id,
        is_new=True,
        businesses=read.report.count(RowOutcome.CREATED) if read else 0,
        codes=_officers(session, commune_id, file.lists.get("officers", ()), clock),
        told=[FileFault(one.number, one.reason) for one in read.report.partly_read] if read else (),
    )


def new_commune(said: Item) -> NewCommune:
    """A commune as a file or a command says it; its office is called by its name where nothing is said."""
    phone, name = text_of(said, "office_phone"), text_of(said, "name")
    return NewCommune(
        code=text_of(said, "code"),
        name=name,
        province_code=text_of(said, "province_code"),
        province_name=text_of(said, "province_name"),
        letters=text_of(said, "letters"),
        office_name=text_of(said, "office_name") or f"Phòng Kinh tế {name}",
        office_phone=Phone(phone) if phone else None,
        office_address=text_of(said, "office_address"),
        office_email=text_of(said, "office_email"),
        welcome=text_of(said, "welcome"),
        complaints=text_of(said, "complaints"),
        own_rules=text_of(said, "own_rules"),
        host=text_of(said, "host") or None,
    )


def _refuse_otherwise(known: Commune, said: Item) -> None:
    """What the file says otherwise than the commune that is there: it was not opened from it, or changed since."""
    names = ("name", "letters", "province_code")
    other = [name for name in names if text_of(said, name) != getattr(known, name)]
    if other:
        raise Refused(
            "other_commune",
            f"Chợ đã có {known.name} mang mã {known.code}, khác tệp ở: {', '.join(other)}. Chưa đổi gì. Muốn sửa "
            f"xã ấy: flask --app wsgi commune edit {known.code}.",
        )


def _refuse_faults(opening: Opening, read: _Register | None) -> None:
    rows = [*read.report.refused, *read.report.asked] if read else []
    of_register = [
        *(read.faults if read else ()),
        *(FileFault(one.number, f"{one.name}: {one.reason}") for one in rows),
    ]
    told = [fault_line(one, opening.called) for one in opening.file.faults]
    told += [row_line(one, opening.register_called) for one in of_register]
    if told:
        raise Refused("bad_file", "\n".join(["Chưa mở xã nào, chưa ghi gì. Mời sửa các chỗ sau rồi chạy lại:", *told]))


def _read_register(file: OpeningFile, raw: bytes | None, now: datetime) -> _Register | None:
    """The register as it would go into a commune with the file's hamlets, before anything is written."""
    if raw is None:
        return None
    named = list(enumerate((text_of(one, "name") for one in file.lists.get("hamlets", ())), start=1))
    names = HamletNames(named, [])
    try:
        rows = register_file(raw, vocabulary({}, names)).rows
    except Refused as error:
        return _Register(faults=[FileFault(0, error.sentence)])
    beside = Beside(hamlets=dict(named), names=names, answers=Answers(), known=[])
    return _Register(rows=rows, report=plan_beside(beside, rows, today=local_day(now)))


def _places(file: OpeningFile) -> dict[str, object]:
    """The file's lists as `take_places` reads them."""
    lists = file.lists
    hamlets = lists.get("hamlets", ())
    called = {bare_name(text_of(one, "name")): text_of(one, "name") for one in hamlets}

    def by_name(item: Item, *keys: str) -> dict[str, object]:
        return dict(item) | {key: called[bare_name(text_of(item, key))] for key in keys}

    return {
        "hamlets": [{key: one[key] for key in ("name", "source", "old_commune") if key in one} for one in hamlets],
        "neighbours": [by_name(one, "hamlet", "beside") for one in lists.get("neighbours", ())],
        "pickup_points": [by_name(one, "hamlet") for one in lists.get("pickup_points", ())],
        "old_places": [
            {"old_name": old, "hamlet": text_of(one, "name")} for one in hamlets for old in texts_of(one, "old_names")
        ],
        "facts": [
            {**one, "value": text_of(one, "value"), "valid_from": text_of(one, "valid_from")}
            for one in lists.get("facts", ())
        ],
    }


def _hamlets_more(session: Session, commune_id: int, file: OpeningFile, clock: Clock) -> None:
    """The shapes of hamlets, and from when the market is on in them."""
    rows = {one.slug: one for one in session.scalars(select(Hamlet).where(Hamlet.commune_id == commune_id))}
    for item in file.lists.get("hamlets", ()):
        hamlet = rows[slug(text_of(item, "name"))]
        hamlet.outline = " ".join(text_of(item, "outline").split()) or None
        if text_of(item, "on_from"):
            on = Switch(
                commune_id=commune_id,
                hamlet_id=hamlet.id,
                from_day=day_of(text_of(item, "on_from")),
                source=text_of(item, "on_source"),
            )
            switch_on(session, Actor(), on, clock=clock)


def _officers(session: Session, commune_id: int, items: Sequence[Item], clock: Clock) -> dict[str, str]:
    codes = {}
    for item in items:
        new = NewAppointment(
            commune_id=commune_id,
            role=PostRole.OFFICER,
            hamlet_id=None,
            name=text_of(item, "name"),
            paper=text_of(item, "paper") or OPERATOR,
        )
        codes[new.name] = make_appointment(session, Actor(), new, clock=clock) or ""
    return codes


def fault_line(fault: FileFault, file: str) -> str:
    """A fault of the TOML file as it is told: `tep.toml, dòng 7: …`."""
    return f"{file}, dòng {fault.line}: {fault.says}" if fault.line else f"{file}: {fault.says}"


def row_line(fault: FileFault, file: str) -> str:
    """A fault of a register's row."""
    return f"{file}, {row_words(fault.line)}: {fault.says}" if fault.line else f"{file}: {fault.says}"
