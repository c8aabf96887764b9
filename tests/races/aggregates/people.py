"""People: signing up, their codes and passwords, the posts they hold, the mandates that hang on these."""

from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from itertools import count

import pyotp
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from market.accounts import actions as accounts
from market.accounts import second_factor as factors
from market.accounts.models import (
    CodePurpose,
    Consent,
    LoginSession,
    OneTimeCode,
    PasswordReset,
    Person,
    RecoveryCode,
    ResetWay,
    SecondFactor,
)
from market.accounts.queries import PasswordMatch, live_codes
from market.accounts.step_up import step_up
from market.base.audit import Actor
from market.base.db import transaction
from market.base.secrets import fingerprint, hash_password, vault
from market.places.models import Commune, Hamlet
from market.sellers import actions
from market.sellers.models import (
    Appointment,
    Business,
    BusinessMember,
    ClaimState,
    Mandate,
    MandateMethod,
    Post,
    PostRole,
)
from market.values.codes import squash
from market.values.period import local_day
from market.values.phone import Phone
from market.web.account.queries import is_proven
from tests import factories as make
from tests.cast import Cast
from tests.factories import PASSWORD_HASH
from tests.races.harness import Aggregate, Move, running_now, verbs_of, writing
from tests.services.databases import OPENING

_numbers = count(1)
OTHER_HASH = hash_password("mua ruoi chin")


def today() -> date:
    return local_day(running_now())


def make_person(session: Session, cast: Cast) -> Person:
    phone = f"0911 {next(_numbers):06d}"
    return make.make_person(session, session.get_one(Commune, cast.commune), "Vũ Văn Mới", phone, running_now())


# --- signing up and in ----------------------------------------------------------------------------------------------


def newcomers(cast: Cast) -> Aggregate:
    """Two of a family who sign up with one phone, each of them on two screens, where there is room for one more; `at`
    numbers the phone."""

    def start() -> int:
        at = next(_numbers)
        with transaction() as session:
            for number in range(accounts.MOST_UNPROVEN - 1):
                phone, name = Phone(f"0912 {at:06d}"), f"Người thứ {number}"
                session.add(Person(commune_id=cast.commune, name=name, phone=phone, created_at=running_now()))
        return at

    def sign_up(password_hash: str) -> Move:
        def act(session: Session, at: int) -> object:
            new = accounts.NewPerson(
                commune_id=cast.commune,
                name="Vũ Văn Mới",
                phone=Phone(f"0912 {at:06d}"),
                password_hash=password_hash,
                client_key=password_hash,
            )
            return accounts.sign_up(session, new, is_proven=is_proven, now=running_now())

        return writing(act)

    def picture(session: Session, at: int) -> object:
        here = select(Person.id).where(Person.phone == Phone(f"0912 {at:06d}"))
        consents = select(func.count(Consent.id)).where(Consent.person_id.in_(here))
        return len(session.scalars(here).all()), session.scalar(consents)

    return Aggregate(
        start=start,
        moves={"sign up": sign_up(PASSWORD_HASH), "another": sign_up(OTHER_HASH)},
        picture=picture,
        tables=["name"],
    )


BROWSER = "browser-that-wants-in"


def waiting_reset(session: Session, cast: Cast, person: int, browser: str, *, code: str = "") -> PasswordReset:
    """A slip of a person, typed on a browser a day ago; with a `code`, a slip that is not typed yet."""
    begun = OPENING - timedelta(hours=25)
    row = PasswordReset(
        commune_id=cast.commune,
        way=ResetWay.SLIP,
        person_id=person,
        code_digest=vault().digest(f"reset:{ResetWay.SLIP}", squash(code)),
        drops_second_factor=True,
        created_at=begun,
        expires_at=OPENING + timedelta(days=6),
    )
    if not code:
        row.visitor, row.started_at, row.effective_at = browser, begun, OPENING - timedelta(hours=1)
    session.add(row)
    session.flush()
    return row


def sign_in_codes(cast: Cast) -> Aggregate:
    """A person who is signed in, and has waited a day on another browser to set another password."""
    resets: dict[int, int] = {}
    logins: dict[int, int] = {}
    matches: dict[int, PasswordMatch] = {}

    def sign_in(session: Session, at: int) -> str:
        """With the password of then."""
        phone = accounts.Device(commune_id=cast.commune, name="Máy", visitor=f"v{at}")
        return accounts.begin_login(session, matches[at], phone, clock=running_now)

    def start() -> int:
        with transaction() as session:
            at = make_person(session, cast).id
            matches[at] = PasswordMatch(person_id=at, password_hash=session.get_one(Person, at).password_hash)
            resets[at] = waiting_reset(session, cast, at, BROWSER).id
            key = sign_in(session, at)
            session.flush()
            logins[at] = session.scalars(select(LoginSession.id).where(LoginSession.key_hash == fingerprint(key))).one()
        return at

    def reset(session: Session, at: int, password_hash: str) -> object:
        new = accounts.ResetPassword(password="ba cau thuoc long", password_hash=password_hash, commune="xã Đại Sơn")
        return actions.finish_reset(session, resets[at], BROWSER, new, clock=running_now)

    def change(session: Session, at: int) -> None:
        new = accounts.NewPassword(person_id=at, password_hash="doi", instead_of=PASSWORD_HASH, keep=logins[at])
        accounts.change_password(session, Actor(person_id=at), new, now=running_now())

    def stop(session: Session, at: int) -> None:
        actions.stop_reset(session, Actor(person_id=at), resets[at], clock=running_now)

    def picture(session: Session, at: int) -> object:
        found = session.scalars(select(PasswordReset).where(PasswordReset.person_id == at).order_by(PasswordReset.id))
        ended = session.get_one(LoginSession, logins[at]).ended_at is not None
        signed_in = select(func.count()).where(LoginSession.person_id == at, LoginSession.ended_at.is_(None))
        hashed = session.get_one(Person, at).password_hash, session.scalar(signed_in)
        ways = [(one.used_at is None, one.stopped_at is None, one.expires_at > running_now()) for one in found]
        return hashed, ended, ways, verbs_of(session, "person", at)

    return Aggregate(
        start=start,
        moves={
            "reset": writing(lambda s, at: reset(s, at, "mot")),
            "reset too": writing(lambda s, at: reset(s, at, "hai")),
            "stop": writing(stop),
            "change": writing(change),
            "sign in": writing(sign_in),
            "sign out": writing(lambda s, at: accounts.end_login(s, at, logins[at], now=running_now())),
            "step up": writing(lambda s, at: step_up(s, matches[at], logins[at], clock=running_now)),
            "see": writing(lambda s, at: accounts.see_login(s, logins[at], now=running_now())),
        },
        picture=picture,
        tables=["person"],
        spare={
            "password_reset": "a reset is stopped and used under the lock of its person",
            "login_session": "a session ends once: who comes later leaves the time as it is",
        },
    )


def another_slip(cast: Cast) -> Move:
    """Made for somebody who has lost their phone: what is signed in on it ends."""

    def act(session: Session, at: int) -> str:
        new = actions.NewSlip(commune_id=cast.commune, person_id=at, paper="căn cước", is_phone_lost=True)
        return actions.make_slip(session, Actor(person_id=cast.hung), new, clock=running_now)

    return writing(act)


def ways_back_in(cast: Cast) -> Aggregate:
    """A slip that nobody has typed yet, and a code on the screen of somebody who only buys; `at` is that person."""
    slips: dict[int, int] = {}
    digits: dict[int, str] = {}

    def start() -> int:
        with transaction() as session:
            at = make_person(session, cast).id
            slips[at] = waiting_reset(session, cast, at, "", code=f"SLIP{at}").id
            digits[at] = actions.show_code(session, cast.commune, f"{BROWSER}-{at}", clock=running_now)
        return at

    def typed(browser: str) -> Move:
        def act(session: Session, at: int) -> object:
            return actions.start_with_slip(session, cast.commune, f"slip{at}", browser, clock=running_now)

        return writing(act)

    def vouch(session: Session, at: int) -> object:
        said = actions.VouchedReset(commune_id=cast.commune, digits=digits[at], person_id=at)
        return actions.vouch(session, Actor(person_id=cast.vy), said, clock=running_now)

    def stop(session: Session, at: int) -> None:
        actions.stop_reset(session, Actor(person_id=at), slips[at], clock=running_now)

    def show(session: Session, at: int) -> object:
        return actions.show_code(session, cast.commune, f"{BROWSER}-{at}", clock=running_now)

    def picture(session: Session, at: int) -> object:
        found = session.scalars(select(PasswordReset).order_by(PasswordReset.id))
        ways = [(one.way, one.person_id, one.started_at is None, one.stopped_at is None) for one in found]
        live = [one.expires_at > running_now() for one in session.scalars(select(PasswordReset))]
        return ways, sorted(live), verbs_of(session, "person", at)

    return Aggregate(
        start=start,
        moves={
            "make": another_slip(cast),
            "type": typed("one"),
            "type elsewhere": typed("another"),
            "vouch": writing(vouch),
            "stop": writing(stop),
            "show": writing(show),
        },
        picture=picture,
        tables=["name", "person"],
        spare={"password_reset": "it is begun and stopped under the lock of its person"},
    )


def second_factors(cast: Cast) -> Aggregate:
    """Somebody with an authenticator app, another one offered, and codes on paper; signed in on two phones."""
    secret, offered = pyotp.random_base32(), pyotp.random_base32()
    logins: dict[int, list[int]] = {}
    papers: dict[int, list[str]] = {}

    def code(of: str) -> str:
        return pyotp.TOTP(of).generate_otp(int(OPENING.timestamp()) // factors.STEP_SECONDS)

    def start() -> int:
        with transaction() as session:
            at = make_person(session, cast).id
            match = PasswordMatch(person_id=at, password_hash=PASSWORD_HASH)
            for number in (1, 2):
                phone = accounts.Device(commune_id=cast.commune, name="Máy", visitor=f"v{at}-{number}")
                accounts.begin_login(session, match, phone, clock=running_now)
            session.flush()
            logins[at] = list(session.scalars(select(LoginSession.id).where(LoginSession.person_id == at)))
            session.add(SecondFactor(person_id=at, offered_cipher=vault().encrypt(secret), created_at=OPENING))
            session.flush()
            earlier = OPENING - timedelta(minutes=1)
            typed = pyotp.TOTP(secret).generate_otp(int(earlier.timestamp()) // factors.STEP_SECONDS)
            papers[at] = factors.confirm(session, Actor(person_id=at), logins[at][0], typed, clock=lambda: earlier)
            row = session.scalars(select(SecondFactor).where(SecondFactor.person_id == at)).one()
            row.offered_cipher = vault().encrypt(offered)
            session.scalars(select(LoginSession).where(LoginSession.id == logins[at][0])).one().second_factor_at = None
        return at

    def give(phone: int, typed: Callable[[int], str]) -> Move:
        def act(session: Session, at: int) -> None:
            factors.give(session, Actor(person_id=at), logins[at][phone], typed(at), clock=lambda: OPENING)

        return writing(act)

    def confirm(session: Session, at: int) -> None:
        factors.confirm(session, Actor(person_id=at), logins[at][0], code(offered), clock=lambda: OPENING)

    def picture(session: Session, at: int) -> object:
        row = session.scalars(select(SecondFactor).where(SecondFactor.person_id == at)).one()
        given = session.scalars(select(LoginSession.second_factor_at).where(LoginSession.person_id == at))
        unused = select(func.count()).where(RecoveryCode.person_id == at, RecoveryCode.used_at.is_(None))
        in_force = row.secret_cipher and vault().decrypt(row.secret_cipher) == secret
        return in_force, sorted(one is None for one in given), session.scalar(unused)

    return Aggregate(
        start=start,
        moves={
            "app": give(0, lambda _: code(secret)),
            "app elsewhere": give(1, lambda _: code(secret)),
            "paper": give(0, lambda at: papers[at][0]),
            "paper elsewhere": give(1, lambda at: papers[at][0]),
            "confirm": writing(confirm),
            "offer": writing(lambda s, at: factors.offer(s, at, now=OPENING)),
        },
        picture=picture,
        tables=["person"],
        spare={"login_session": "what is noted in it is noted under the lock of its person"},
    )


# --- posts and mandates ---------------------------------------------------------------------------------------------


class Help:
    """A helper of a hamlet and a business of another person there, both new."""

    helper: int
    owner: int
    business: int
    post: int
    mandate: int
    digits: str
    codes: list[int]

    def __init__(self, cast: Cast) -> None:
        self.cast, self.hung = cast, Actor(person_id=cast.hung)

    def appointed(self) -> int:
        """The helper's post."""
        with transaction() as session:
            helper, owner = make_person(session, self.cast), make_person(session, self.cast)
            hamlet = session.get_one(Hamlet, self.cast.nghia_dung)
            business = make.make_business(session, hamlet, f"Nem chua {next(_numbers)}", running_now())
            session.add(BusinessMember(business_id=business.id, person_id=owner.id, claimed_at=running_now()))
            session.flush()
            member = session.scalars(select(BusinessMember).where(BusinessMember.business_id == business.id)).one()
            member.state = ClaimState.CONFIRMED
            self.helper, self.owner, self.business = helper.id, owner.id, business.id
            self.post = make.make_post(session, helper, PostRole.HELPER, hamlet, running_now()).id
        return self.post

    def mandated(self) -> int:
        """The helper's mandate; its owner has the code of another one on their screen."""
        self.appointed()
        with transaction() as session:
            people = session.get_one(Person, self.helper), session.get_one(Person, self.cast.hung)
            self.mandate = make.make_mandate(
                session, session.get_one(Business, self.business), *people, running_now()
            ).id
            self.digits = self.make_mandate_code(session, 0)
            self.codes = list(live_codes(session, CodePurpose.GRANT_MANDATE, [self.owner], now=running_now()))
        return self.mandate

    def add_post(self, role: PostRole) -> Move:
        hamlet = self.cast.nghia_dung if role is PostRole.HELPER else None

        def act(session: Session, _at: int) -> object:
            new = actions.NewPost(
                commune_id=self.cast.commune,
                person_id=self.helper,
                role=role,
                hamlet_id=hamlet,
                starts_on=today(),
            )
            return actions.add_post(session, self.hung, new, now=running_now())

        return writing(act)

    def end_post(self, session: Session, _at: int) -> None:
        actions.end_post(session, self.hung, self.cast.commune, self.post, today(), now=running_now())

    def dismiss(self, session: Session, _at: int) -> None:
        actions.dismiss(session, self.hung, self.cast.commune, self.post, clock=running_now)

    def grant(self, paper: str) -> Move:
        def act(session: Session, _at: int) -> object:
            new = actions.NewMandate(
                business_id=self.business,
                helper_id=self.helper,
                granted_by="Vũ Văn Mới",
                method=MandateMethod.PAPER,
                paper=paper,
                starts_on=today(),
                ends_on=today() + timedelta(days=30),
            )
            return actions.grant_mandate(session, self.hung, new, clock=running_now)

        return writing(act)

    def revoke(self, session: Session, _at: int) -> None:
        actions.revoke_mandate(session, Actor(person_id=self.owner), self.business, self.mandate, now=running_now())

    def end_lapsed(self, session: Session, _at: int) -> object:
        return actions.end_lapsed(session, self.mandate, clock=running_now)

    def make_mandate_code(self, session: Session, _at: int) -> str:
        last_day, owner = today() + timedelta(days=60), Actor(person_id=self.owner)
        return actions.make_mandate_code(session, owner, self.business, last_day, clock=running_now)

    def take(self, session: Session, _at: int) -> None:
        tried = accounts.CodeTry(digits=self.digits, code_ids=self.codes)
        actions.take_mandate(session, Actor(person_id=self.helper), self.business, tried, clock=running_now)

    def picture(self, session: Session, _at: int) -> object:
        posts = session.scalars(select(Post).where(Post.person_id == self.helper).order_by(Post.id))
        mandates = session.scalars(select(Mandate).where(Mandate.helper_id == self.helper).order_by(Mandate.id))
        codes = session.scalars(select(OneTimeCode).where(OneTimeCode.person_id == self.owner).order_by(OneTimeCode.id))
        return (
            [(one.role, one.ends_on, verbs_of(session, "post", one.id)) for one in posts],
            [(one.method, one.paper, one.revoked_at is None) for one in mandates],
            [(one.purpose, one.used_at is None) for one in codes],
            verbs_of(session, "business", self.business),
        )


def posts(cast: Cast) -> Aggregate:
    work = Help(cast)
    return Aggregate(
        start=work.appointed,
        moves={
            "appoint again": work.add_post(PostRole.HELPER),
            "appoint officer": work.add_post(PostRole.OFFICER),
            "end": writing(work.end_post),
            "dismiss": writing(work.dismiss),
            "grant": work.grant("Giấy số 9"),
        },
        picture=work.picture,
        tables=["person"],
        spare={"post": "a post is given and ended under its person's lock"},
    )


def mandates(cast: Cast) -> Aggregate:
    work = Help(cast)
    return Aggregate(
        start=work.mandated,
        moves={
            "grant": work.grant("Giấy số 9"),
            "grant another": work.grant("Giấy số 10"),
            "revoke": writing(work.revoke),
            "dismiss": writing(work.dismiss),
            "end where it has lapsed": writing(work.end_lapsed),
            "make a code": writing(work.make_mandate_code),
            "take": writing(work.take),
        },
        picture=work.picture,
        tables=["person", "mandate"],
        spare={
            "business": "a code is locked as well where it is used, and no move here changes who is a member",
            "one_time_code": "a code is made and used under its business's lock",
        },
    )


def appointments(cast: Cast) -> Aggregate:
    """Three officers; one is being appointed, a second word is missing; a helper's slip is handed over; of the officers
    two have been asked to go by the third, one by another."""
    work = Appointing(cast)
    return Aggregate(
        start=work.begun,
        moves={
            "confirm": writing(work.confirm(0)),
            "confirm by another": writing(work.confirm(1)),
            "withdraw": writing(work.withdraw),
            "take": writing(work.take(0)),
            "take by a namesake": writing(work.take(1)),
            "make": writing(work.make),
            "end one": writing(work.end(0, by=1)),
            "end another": writing(work.end(1, by=0)),
        },
        picture=work.picture,
        tables=["name"],
        spare={
            "appointment": "appointments are changed while who the officers are is held",
            "person": "the posts of officers too; a helper's are raced among the posts",
            "post": "and so are they",
        },
    )


class Appointing:
    """Officers 0, 1 and 2: the last one proposed an appointment, and that 0 and 1 shall go."""

    officers: list[int]
    posts: list[int]
    takers: list[int]
    proposed: int
    code: str

    def __init__(self, cast: Cast) -> None:
        self.cast = cast

    def begun(self) -> int:
        with transaction() as session:
            people = [make_person(session, self.cast) for _ in range(5)]
            posts = [make.make_post(session, one, PostRole.OFFICER, None, running_now()) for one in people[:3]]
            self.officers, self.takers = [one.id for one in people[:3]], [one.id for one in people[3:]]
            self.posts = [one.id for one in posts]
            proposer = Actor(person_id=self.officers[2])
            actions.make_appointment(session, proposer, self.new(PostRole.OFFICER), clock=running_now)
            self.proposed = session.scalars(select(func.max(Appointment.id))).one()
            self.code = actions.make_appointment(session, proposer, self.new(PostRole.HELPER), clock=running_now) or ""
            for post in self.posts[:2]:
                actions.dismiss(session, proposer, self.cast.commune, post, clock=running_now)
        return self.proposed

    def new(self, role: PostRole) -> actions.NewAppointment:
        hamlet = self.cast.nghia_dung if role is PostRole.HELPER else None
        return actions.NewAppointment(
            commune_id=self.cast.commune, role=role, hamlet_id=hamlet, name="Vũ Văn Mới", paper="QĐ số 12"
        )

    def confirm(self, officer: int) -> Callable[[Session, int], object]:
        return lambda session, at: actions.confirm_appointment(
            session, Actor(person_id=self.officers[officer]), self.cast.commune, at, clock=running_now
        )

    def withdraw(self, session: Session, at: int) -> None:
        actor = Actor(person_id=self.officers[2])
        actions.withdraw_appointment(session, actor, self.cast.commune, at, clock=running_now)

    def make(self, session: Session, _at: int) -> object:
        actor = Actor(person_id=self.officers[0])
        return actions.make_appointment(session, actor, self.new(PostRole.OFFICER), clock=running_now)

    def take(self, taker: int) -> Callable[[Session, int], object]:
        typed = partial(actions.CodeTyped, commune_id=self.cast.commune, visitor=f"taker-{taker}")
        return lambda session, _at: actions.take_appointment(
            session, Actor(person_id=self.takers[taker]), typed(code=self.code), clock=running_now
        )

    def end(self, officer: int, *, by: int) -> Callable[[Session, int], object]:
        return lambda session, _at: actions.dismiss(
            session, Actor(person_id=self.officers[by]), self.cast.commune, self.posts[officer], clock=running_now
        )

    def picture(self, session: Session, _at: int) -> object:
        rows = session.scalars(select(Appointment).where(Appointment.id >= self.proposed).order_by(Appointment.id))
        posts = session.scalars(select(Post).where(Post.id >= self.posts[0]).order_by(Post.id))
        return (
            [(one.confirmed_by, one.withdrawn_at is None, one.taken_by) for one in rows],
            [(one.person_id, one.role, one.ends_on is None, verbs_of(session, "post", one.id)) for one in posts],
        )
