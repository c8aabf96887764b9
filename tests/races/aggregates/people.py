"""People: signing up, their codes and passwords, the posts they hold, the mandates that hang on these."""

from datetime import date, timedelta
from itertools import count

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from market.accounts import actions as accounts
from market.accounts.models import CodePurpose, Consent, LoginSession, OneTimeCode, Person
from market.accounts.queries import PasswordMatch, live_codes
from market.accounts.step_up import step_up
from market.base.audit import Actor
from market.base.db import transaction
from market.base.secrets import fingerprint, hash_password
from market.places.models import Commune, Hamlet
from market.sellers import actions
from market.sellers.models import Business, BusinessMember, ClaimState, Mandate, MandateMethod, Post, PostRole
from market.values.period import local_day
from market.values.phone import Phone
from market.web.account.queries import is_proven
from tests import factories as make
from tests.cast import Cast
from tests.factories import PASSWORD_HASH
from tests.races.harness import Aggregate, Move, running_now, verbs_of, writing

_numbers = count(1)
OTHER_HASH = hash_password("mua ruoi chin")


def today() -> date:
    return local_day(running_now())


def make_person(session: Session, cast: Cast) -> Person:
    phone = f"0911 {next(_numbers):06d}"
    return make.make_person(session, session.get_one(Commune, cast.commune), "Vũ Văn Mới", phone, running_now())


# --- signing up and in ----------------------------------------------------------------------------------------------


def newcomers(cast: Cast) -> Aggregate:
    """Two of a family who sign up with one phone, each of them on two screens; `at` numbers the phone."""

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
        start=lambda: next(_numbers),
        moves={"sign up": sign_up(PASSWORD_HASH), "another": sign_up(OTHER_HASH)},
        picture=picture,
        tables=["name"],
    )


def sign_in_codes(cast: Cast) -> Aggregate:
    """A person who is signed in, and has the code with which they may set another password."""
    digits: dict[int, str] = {}
    ids: dict[int, list[int]] = {}
    logins: dict[int, int] = {}
    matches: dict[int, PasswordMatch] = {}

    def sign_in(session: Session, at: int) -> str:
        """With the password of then."""
        phone = accounts.Device(name="Máy", visitor=f"v{at}")
        return accounts.begin_login(session, matches[at], phone, clock=running_now)

    def start() -> int:
        with transaction() as session:
            at = make_person(session, cast).id
            matches[at] = PasswordMatch(person_id=at, password_hash=session.get_one(Person, at).password_hash)
            digits[at] = make_code(session, at)
            ids[at] = list(live_codes(session, CodePurpose.RESET_PASSWORD, [at], now=running_now()))
            key = sign_in(session, at)
            session.flush()
            logins[at] = session.scalars(select(LoginSession.id).where(LoginSession.key_hash == fingerprint(key))).one()
        return at

    def make_code(session: Session, at: int) -> str:
        new = accounts.NewCode(purpose=CodePurpose.RESET_PASSWORD, person_id=at, commune_id=cast.commune)
        return accounts.make_code(session, Actor(person_id=cast.vy), new, now=running_now())

    def reset(session: Session, at: int, password_hash: str) -> object:
        tried = accounts.CodeTry(digits=digits[at], code_ids=ids[at])
        new = accounts.ResetPassword(password="ba cau thuoc long", password_hash=password_hash, commune="xã Đại Sơn")
        return accounts.reset_password(session, Actor(), tried, new, clock=running_now)

    def change(session: Session, at: int) -> None:
        new = accounts.NewPassword(person_id=at, password_hash="doi", instead_of=PASSWORD_HASH, keep=logins[at])
        accounts.change_password(session, Actor(person_id=at), new, now=running_now())

    def picture(session: Session, at: int) -> object:
        codes = session.scalars(select(OneTimeCode).where(OneTimeCode.person_id == at).order_by(OneTimeCode.id))
        ended = session.get_one(LoginSession, logins[at]).ended_at is not None
        signed_in = select(func.count()).where(LoginSession.person_id == at, LoginSession.ended_at.is_(None))
        hashed = session.get_one(Person, at).password_hash, session.scalar(signed_in)
        return hashed, ended, [one.used_at is None for one in codes], verbs_of(session, "person", at)

    return Aggregate(
        start=start,
        moves={
            "make": writing(make_code),
            "reset": writing(lambda s, at: reset(s, at, "mot")),
            "reset too": writing(lambda s, at: reset(s, at, "hai")),
            "change": writing(change),
            "sign in": writing(sign_in),
            "sign out": writing(lambda s, at: accounts.end_login(s, at, logins[at], now=running_now())),
            "step up": writing(lambda s, at: step_up(s, matches[at], logins[at], clock=running_now)),
            "see": writing(lambda s, at: accounts.see_login(s, logins[at], now=running_now())),
        },
        picture=picture,
        tables=["person"],
        spare={
            "one_time_code": "a code is made and used under the lock of the person it stands for",
            "login_session": "a session ends once: who comes later leaves the time as it is",
        },
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

    def make_reset_code(self, session: Session, _at: int) -> None:
        helper = Actor(person_id=self.helper, on_behalf_of=self.business, mandate_id=self.mandate)
        actions.make_reset_code(session, helper, self.business, self.owner, clock=running_now)

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
            "reset a password": writing(work.make_reset_code),
        },
        picture=work.picture,
        tables=["person", "mandate"],
        spare={
            "business": "a code is locked as well where it is used, and no move here changes who is a member",
            "one_time_code": "a code is made and used under its business's lock",
        },
    )
