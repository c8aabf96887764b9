"""What can go wrong: refusals said to people, and faults of outside systems."""

from datetime import timedelta

from market.values.period import waiting_text


class Refused(Exception):
    """A rule said no: a stable code for machines (`out_of_stock`), a sentence for the person.

    The sentence says what happened, what is kept, what to do.
    """

    status = 422

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code

    @property
    def sentence(self) -> str:
        return str(self)


class NotFound(Refused):
    """The thing does not exist, or is not this person's to see: both answer alike."""

    status = 404

    def __init__(self, sentence: str = "Không tìm thấy trang này.") -> None:
        super().__init__("not_found", sentence)


class NotAllowed(Refused):
    """The person may see the thing but not do this to it."""

    status = 403


class Conflict(Refused):
    """Somebody else was first: the state moved on since the page was opened."""

    status = 409


class TooManyTries(Refused):
    """A limit of tries is reached. `wait` is the time until it opens again; "{wait}" in the sentence becomes its words
    ("15 phút")."""

    status = 429

    def __init__(self, sentence: str, *, wait: timedelta, code: str = "too_many_tries") -> None:
        super().__init__(code, sentence.replace("{wait}", waiting_text(wait)))
        self.wait = wait


class SignInNeeded(Exception):
    """Nobody is signed in on this phone: the answer is the sign-in page, and then back."""


class SecondFactorNeeded(Exception):
    """The person decides for others here and has not given their second factor in this login session: the answer is
    the page that asks for it, or, where they have none yet, the one that sets it up; and then back."""

    def __init__(self, *, has_one: bool) -> None:
        super().__init__()
        self.has_one = has_one


class OutsideError(Exception):
    """A system outside failed. `permanent` says that trying again cannot help; a job retries the others. `after`: not
    before so long, as the outside itself says."""

    def __init__(self, message: str, *, permanent: bool, after: timedelta | None = None) -> None:
        super().__init__(message)
        self.permanent, self.after = permanent, after
