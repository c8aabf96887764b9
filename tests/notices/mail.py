"""A mail server as tests and development see it: it keeps the letters that it takes."""

import smtplib
from dataclasses import dataclass, field
from email.message import EmailMessage
from typing import Any


@dataclass(slots=True, kw_only=True)
class FakeMailServer:
    """Stands where `connect` is called. `faults`: raised instead of taking a letter, one each time; `after_it_took`:
    raised after it took one."""

    letters: list[EmailMessage] = field(default_factory=list)
    logins: list[tuple[str, str]] = field(default_factory=list)
    asked: list[tuple[str, int]] = field(default_factory=list)
    faults: list[Exception] = field(default_factory=list)
    after_it_took: list[Exception] = field(default_factory=list)

    def connect(self, host: str, port: int) -> Any:
        """Itself, in the place of an `smtplib.SMTP`."""
        self.asked.append((host, port))
        return self

    def login(self, user: str, password: str) -> None:
        self.logins.append((user, password))

    def send_message(self, letter: EmailMessage) -> None:
        if self.faults:
            raise self.faults.pop(0)
        self.letters.append(letter)
        if self.after_it_took:
            raise self.after_it_took.pop(0)

    def close(self) -> None:
        """Nothing is open."""


REFUSED = smtplib.SMTPRecipientsRefused({"nobody@thu.test": (550, b"no such user")})
BUSY = smtplib.SMTPDataError(451, b"try again later")
BROKE_OFF = smtplib.SMTPServerDisconnected("Connection unexpectedly closed")
