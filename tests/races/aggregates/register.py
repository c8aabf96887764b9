"""The register: businesses, who claims and who proposes them, what is verified of them, their stalls and accounts."""

from dataclasses import replace
from itertools import count

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from market.accounts.models import Consent
from market.base.audit import Actor
from market.base.db import transaction
from market.notices.models import Notice
from market.places.models import Hamlet
from market.sellers import actions
from market.sellers.models import (
    BankAccount,
    BankConnection,
    Business,
    BusinessHistory,
    BusinessKind,
    BusinessMember,
    BusinessProposal,
    BusinessStatus,
    Certificate,
    ClaimState,
    Stall,
    Verification,
    VerificationState,
    WaitingChange,
)
from market.sellers.queries import change_words
from market.sellers.rules import TypedRow
from market.values.period import local_day
from tests import factories as make
from tests.cast import Cast
from tests.races.aggregates.people import make_person
from tests.races.harness import Aggregate, Move, running_now, verbs_of, writing
from tests.sellers import shown

_numbers = count(1)


class Register:
    """A new business of the register, and what the office and its people do about it."""

    name: str
    business: int
    people: list[int]
    claims: list[int]
    certificate: int
    other_stall: int
    account_seen: str
    feed_seen: str
    business_seen: str
    stall_seen: dict[int, str]
    owner: Actor
    word: actions.OwnPassword

    def __init__(self, cast: Cast) -> None:
        self.cast, self.hung = cast, Actor(person_id=cast.hung)

    def entered(self) -> int:
        self.name = f"Bánh đa {next(_numbers)}"
        with transaction() as session:
            hamlet = session.get_one(Hamlet, self.cast.nghia_dung)
            self.business = make.make_business(session, hamlet, self.name, running_now()).id
            self.people = [make_person(session, self.cast).id for _ in range(3)]
        self.business_seen = shown.business(self.business)
        return self.business

    def claimed(self) -> int:
        """Claimed by two people, before the office has looked."""
        at = self.entered()
        self.claims = []
        for person in self.people[:2]:
            with transaction() as session:
                self.claims.append(
                    actions.claim_business(session, Actor(person_id=person), self.cast.commune, at, now=running_now())
                )
        self.seen = [shown.claim(self.cast.commune, member) for member in self.claims]
        return at

    def stalled(self) -> int:
        """With a stall, as another business has; returns the stall."""
        other = self.entered()
        with transaction() as session:
            self.other_stall = actions.open_stall(session, self.hung, self.cast.commune, other, now=running_now())
        at = self.entered()
        with transaction() as session:
            stall = actions.open_stall(session, self.hung, self.cast.commune, at, now=running_now())
        self.stall_seen = {one: shown.stall(one) for one in (stall, self.other_stall)}
        return stall

    def certified(self) -> int:
        at = self.entered()
        with transaction() as session:
            self.certificate = actions.record_certificate(session, self.hung, self.paper(at, "1"), now=running_now())
        return at

    def paid_by_transfer(self) -> int:
        """Verified, with one owner on a phone of their own, an account and its bank's feed."""
        at = self.entered()
        self.owner = Actor(person_id=self.people[0])
        with transaction() as session:
            owner = BusinessMember(business_id=at, person_id=self.people[0], claimed_at=running_now())
            owner.state = ClaimState("da_xac_nhan")
            session.add(owner)
            self.word = make.own_word(session, self.people[0], running_now())
            session.add(
                Verification(
                    business_id=at,
                    state=VerificationState.VERIFIED,
                    full_name="Phạm Thị Lan",
                    paper="CCCD",
                    verified_by=self.cast.hung,
                    verified_at=running_now(),
                )
            )
            business = session.get_one(Business, at)
            account = make.make_bank_account(session, business, "PHAM THI LAN", "0900000001", running_now())
            make.make_connection(session, account, f"hook-{at}", "whsec", running_now())
        self.account_seen, self.feed_seen = shown.bank_account(at), shown.bank_feed(at)
        return at

    # --- moves ---

    def new_business(self, **fields: object) -> actions.NewBusiness:
        known = actions.NewBusiness(
            commune_id=self.cast.commune,
            hamlet_id=self.cast.nghia_dung,
            kind=BusinessKind.HOUSEHOLD_BUSINESS,
            name=self.name,
            valid_from=local_day(running_now()),
            source="sổ",
        )
        return replace(known, **fields)  # type: ignore[arg-type]

    def edit(self, **fields: object) -> Move:
        def act(session: Session, _at: int) -> object:
            new = self.new_business(**fields)
            return actions.edit_business(
                session, self.hung, self.business, new, seen=self.business_seen, clock=running_now
            )

        return writing(act)

    def add_twin(self, session: Session, _at: int) -> object:
        """Another one that is not told apart from one renamed `… mới`."""
        return actions.add_business(session, self.hung, self.new_business(name=f"{self.name} mới"), now=running_now())

    def take_in(self, session: Session, _at: int) -> object:
        sheet = f"Tên cơ sở,Loại hình,Thôn\n{self.name} mới,Hộ nông dân,thôn Mỗ Đoạn\n".encode()
        rows: list[TypedRow] = actions.register_rows(sheet)
        return actions.import_register(session, self.hung, self.cast.commune, rows, clock=running_now)

    def claim(self, which: int) -> Move:
        def act(session: Session, _at: int) -> object:
            actor = Actor(person_id=self.people[which])
            return actions.claim_business(session, actor, self.cast.commune, self.business, now=running_now())

        return writing(act)

    def verify(self, which: int) -> Move:
        def act(session: Session, _at: int) -> object:
            new = replace(shown.paper(self.cast.commune, self.claims[which]), seen=self.seen[which].seen)
            return actions.verify_claim(session, self.hung, new, now=running_now())

        return writing(act)

    def refuse(self, which: int) -> Move:
        def act(session: Session, _at: int) -> None:
            actions.refuse_claim(session, self.hung, self.seen[which], "Thiếu giấy", now=running_now())

        return writing(act)

    def open_stall(self, session: Session, _at: int) -> object:
        return actions.open_stall(session, self.hung, self.cast.commune, self.business, now=running_now())

    def paper(self, business: int, number: str) -> actions.NewCertificate:
        return actions.NewCertificate(
            commune_id=self.cast.commune,
            business_id=business,
            kind="OCOP 4 sao",
            number=number,
            issuer="UBND thành phố",
            scope="Bánh đa",
            valid_from=local_day(running_now()),
            valid_to=None,
        )

    def record_paper(self, number: str) -> Move:
        def act(session: Session, at: int) -> object:
            return actions.record_certificate(session, self.hung, self.paper(at, number), now=running_now())

        return writing(act)

    def end_paper(self, session: Session, at: int) -> None:
        actions.end_certificate(session, self.hung, self.cast.commune, at, self.certificate, clock=running_now)

    def account(self, number: str, **fields: object) -> actions.NewBankAccount:
        new = actions.NewBankAccount(
            business_id=self.business,
            bin="970422",
            number=number,
            holder="PHAM THI LAN",
            is_family=False,
            family_phone=None,
            seen=self.account_seen,
        )
        return replace(new, **fields)  # type: ignore[arg-type]

    def save_account(self, number: str, **fields: object) -> Move:
        def act(session: Session, _at: int) -> object:
            new = self.account(number, **fields)
            return actions.set_bank_account(session, self.owner, new, self.word, clock=running_now)

        return writing(act)

    def save_by_paper(self, number: str, **fields: object) -> Move:
        def act(session: Session, _at: int) -> object:
            paper = actions.PaperSeen(paper="Giấy đồng ý")
            return actions.set_bank_account(
                session, self.hung, self.account(number, **fields), paper, clock=running_now
            )

        return writing(act)

    def close_account(self, session: Session, at: int) -> None:
        actions.close_bank_account(session, self.owner, at, seen=self.account_seen, clock=running_now)

    def connect(self, provider: str) -> Move:
        def act(session: Session, at: int) -> object:
            new = actions.NewConnection(
                business_id=at, provider=provider, credentials={"secret": "whsec_moi"}, seen=self.feed_seen
            )
            return actions.connect_bank(session, Actor(person_id=self.cast.lan.person), new, now=running_now())

        return writing(act)

    def disconnect(self, session: Session, at: int) -> None:
        lan = Actor(person_id=self.cast.lan.person)
        actions.disconnect_bank(session, lan, at, seen=self.feed_seen, now=running_now())


# --- what is compared -----------------------------------------------------------------------------------------------


def business_picture(register: Register, session: Session) -> object:
    alike = Business.name.startswith(register.name)
    rows = session.scalars(select(Business).where(alike).order_by(Business.id))
    written = select(func.count(BusinessHistory.id)).join(Business).where(alike)
    verbs = verbs_of(session, "business", register.business)
    return [(one.name[len(register.name) :], one.status, one.kind) for one in rows], session.scalar(written), verbs


def claims_picture(register: Register, session: Session) -> object:
    of_it = BusinessMember.business_id == register.business
    members = session.scalars(select(BusinessMember).where(of_it).order_by(BusinessMember.person_id)).all()
    verified = session.scalar(select(func.count()).where(Verification.business_id == register.business))
    stalls = session.scalar(select(func.count()).where(Stall.business_id == register.business))
    keys = [Notice.dedupe_key.startswith(f"claim:{member}:") for member in register.claims]
    answers = [session.scalar(select(func.count(Notice.id)).where(key)) for key in keys]
    said = [(one.state, one.role, one.refusal) for one in members]
    return said, verified, stalls, answers, business_picture(register, session)


def accounts_picture(session: Session, at: int) -> object:
    rows = session.scalars(select(BankAccount).where(BankAccount.business_id == at).order_by(BankAccount.id)).all()
    feeds = select(BankConnection).where(BankConnection.bank_account_id.in_([one.id for one in rows]))
    connected = session.scalars(feeds.order_by(BankConnection.id)).all()
    consents = session.scalar(select(func.count(Consent.id)).where(Consent.business_id == at))
    changes = session.scalars(select(WaitingChange).where(WaitingChange.business_id == at).order_by(WaitingChange.id))
    which = {row.id: number for number, row in enumerate(rows)}
    return (
        [(one.number_last4, one.relation, one.closed_at is None) for one in rows],
        [(which[one.bank_account_id], one.provider, one.ended_at is None) for one in connected],
        [(one.state, change_words(one), one.consent_id is None) for one in changes],
        consents,
        verbs_of(session, "business", at),
    )


# --- aggregates -----------------------------------------------------------------------------------------------------


def businesses(cast: Cast) -> Aggregate:
    register = Register(cast)

    def renamed(session: Session, _at: int) -> object:
        new = register.new_business(name=f"{register.name} mới")
        seen = register.business_seen
        return actions.edit_business(session, register.hung, register.business, new, seen=seen, clock=running_now)

    def told_by_a_sheet(session: Session, _at: int) -> object:
        new = register.new_business(trade="bánh kẹo")
        return actions.update_business(session, register.hung, register.business, new, now=running_now())

    return Aggregate(
        start=register.entered,
        moves={
            "rename": writing(renamed),
            "update": writing(told_by_a_sheet),
            "suspend": register.edit(status=BusinessStatus.SUSPENDED),
            "move": register.edit(hamlet_id=cast.mo_doan),
            "add a twin": writing(register.add_twin),
            "take in": writing(register.take_in),
        },
        picture=lambda session, _: business_picture(register, session),
        tables=["commune"],
        spare={"business": "what the register says of a business changes under the register's lock"},
    )


def claims(cast: Cast) -> Aggregate:
    register = Register(cast)
    return Aggregate(
        start=register.claimed,
        moves={
            "claim again": register.claim(0),
            "claim": register.claim(2),
            "verify": register.verify(0),
            "verify other": register.verify(1),
            "refuse": register.refuse(0),
            "open stall": writing(register.open_stall),
        },
        picture=lambda session, _: claims_picture(register, session),
        tables=["business"],
        spare={
            "commune": "claims are decided under their business's lock",
            "person": "each person claims one business here: how many they may is raced apart",
            "business_member": "a claim is decided under its business's lock",
        },
    )


def verifications(cast: Cast) -> Aggregate:
    """Two claims that the office decides on, while somebody edits the business."""
    register = Register(cast)
    return Aggregate(
        start=register.claimed,
        moves={
            "verify": register.verify(0),
            "verify other": register.verify(1),
            "refuse": register.refuse(0),
            "refuse other": register.refuse(1),
            "suspend": register.edit(status=BusinessStatus.SUSPENDED),
            "record paper": register.record_paper("1"),
        },
        picture=lambda session, _: claims_picture(register, session),
        tables=["business"],
    )


def papers(cast: Cast) -> Aggregate:
    register = Register(cast)

    def picture(session: Session, at: int) -> object:
        kept = session.scalars(select(Certificate).where(Certificate.business_id == at).order_by(Certificate.number))
        return [(one.number, one.valid_to) for one in kept], sorted(verbs_of(session, "business", at))

    return Aggregate(
        start=register.certified,
        moves={
            "record": register.record_paper("2"),
            "record other": register.record_paper("3"),
            "end": writing(register.end_paper),
        },
        picture=picture,
        tables=["business"],
        spare={"certificate": "a paper ends under its business's lock"},
    )


def bank_accounts(cast: Cast) -> Aggregate:
    register = Register(cast)
    family = {"holder": "PHAM VAN CON", "is_family": True}
    return Aggregate(
        start=register.paid_by_transfer,
        moves={
            "save": register.save_account("0900000013"),
            "save other": register.save_account("0900000099"),
            "save family's": register.save_by_paper("0900000077", **family),
            "close": writing(register.close_account),
            "connect": register.connect("sepay"),
            "connect other": register.connect("other"),
            "disconnect": writing(register.disconnect),
        },
        picture=accounts_picture,
        tables=["business"],
        spare={
            "bank_account": "an account is opened and closed under its business's lock",
            "bank_connection": "a feed begins and ends under its business's lock",
        },
    )


def proposals(cast: Cast) -> Aggregate:
    """A person who may propose one more business, and a proposal of theirs that waits."""
    officer = Actor(person_id=cast.hung)
    owners: dict[int, int] = {}

    def start() -> int:
        with transaction() as session:
            owner = make_person(session, cast).id
        for _ in range(actions.MOST_WAITING - 1):
            at = propose(owner, f"Mật ong {next(_numbers)}")
        owners[at] = owner
        return at

    def propose(owner: int, name: str) -> int:
        new = actions.NewProposal(
            commune_id=cast.commune,
            hamlet_id=cast.mo_doan,
            kind=BusinessKind.FARM_HOUSEHOLD,
            name=name,
            trade=None,
            tax_id=None,
        )
        with transaction() as session:
            return actions.propose_business(session, Actor(person_id=owner), new, now=running_now())

    def accept(session: Session, at: int) -> object:
        page = actions.SeenRequest(commune_id=cast.commune, id=at, seen=shown.proposal(cast.commune, at).seen)
        return actions.accept_proposal(session, officer, page, now=running_now())

    def refuse(session: Session, at: int) -> None:
        page = shown.proposal(cast.commune, at)
        actions.refuse_proposal(session, officer, page, "Có trong sổ rồi", now=running_now())

    def picture(session: Session, at: int) -> object:
        of_person = BusinessProposal.person_id == owners[at]
        rows = session.scalars(select(BusinessProposal).where(of_person).order_by(BusinessProposal.id)).all()
        entered = [row.business_id for row in rows if row.business_id]
        members = session.scalar(select(func.count()).where(BusinessMember.business_id.in_(entered)))
        told = session.scalar(select(func.count(Notice.id)).where(Notice.dedupe_key.startswith(f"proposal:{at}:")))
        return [row.state for row in rows], len(entered), members, told, verbs_of(session, "business_proposal", at)

    return Aggregate(
        start=start,
        moves={
            "propose": lambda at: propose(owners[at], "Vườn"),
            "propose another": lambda at: propose(owners[at], "Bãi"),
            "accept": writing(accept),
            "refuse": writing(refuse),
        },
        picture=picture,
        tables=["person", "business_proposal"],
        spare={"commune": "another row of the same name is refused by its unique key or comes later"},
    )
