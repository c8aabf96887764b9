"""Letters over SMTP with TLS: the standard library's own client."""

import re
import smtplib
import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from email.errors import MessageError
from email.headerregistry import Address as MailAddress
from email.message import EmailMessage
from email.policy import SMTP

from market.base.db import leave_database
from market.base.errors import OutsideError
from market.base.ports import SettingField
from market.notices.ports import Address, Destination, NotTaken, OutgoingNotice, Receiver, SendingLimits

SECONDS = 20.0
TLS_AT_ONCE = 465
"""The port where TLS begins with the connection (RFC 8314); at any other it is asked for, and insisted on."""
SUBJECT = 120
_SPACES = re.compile(r"\s+")

LIMITS = SendingLimits(most_time=timedelta(seconds=60))
FIELDS = (
    SettingField(name="host", label="Máy chủ thư", called="máy chủ thư", hint="Như smtp.tenxa.vn.", least=4),
    SettingField(name="port", label="Cổng", called="cổng", hint="465 (TLS) hoặc 587 (STARTTLS).", least=2, most=5),
    SettingField(name="user", label="Tên đăng nhập", called="tên đăng nhập", hint="Của hộp thư gửi đi.", least=2),
    SettingField(name="password", label="Mật khẩu", called="mật khẩu", hint="Của hộp thư gửi đi.", least=4),
    SettingField(
        name="from", label="Thư gửi từ", called="địa chỉ gửi thư", hint="Như cho@tenxa.vn.", least=6, most=254
    ),
)


def connect(host: str, port: int) -> smtplib.SMTP:
    """A connection under TLS whose certificate is checked. OSError, SMTPException where there is none."""
    context = ssl.create_default_context()
    if port == TLS_AT_ONCE:
        return smtplib.SMTP_SSL(host, port, timeout=SECONDS, context=context)
    server = smtplib.SMTP(host, port, timeout=SECONDS)
    server.starttls(context=context)
    return server


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """The `Sender` of letters. Nothing tells a mail server of a key: what broke off may have been sent."""

    name: str = "email"
    label: str = "thư điện tử"
    word: str = "Thư điện tử"
    fields: tuple[SettingField, ...] = FIELDS
    limits: SendingLimits = LIMITS
    address: Address = Address.EMAIL
    is_paid: bool = False
    connect: Callable[[str, int], smtplib.SMTP] = connect

    def takes_keys(self, entered: Mapping[str, str]) -> bool:
        return False

    def reaches(self, to: Receiver) -> bool:
        return True

    def send(self, notice: OutgoingNotice, to: Destination, entered: Mapping[str, str]) -> None:
        leave_database()
        letter = letter_of(notice, to.email or "", entered)
        try:
            server = self.connect(entered["host"], int(entered["port"]))
        except (OSError, ValueError, smtplib.SMTPException) as error:
            raise NotTaken(f"no mail server: {type(error).__name__}", permanent=False) from error
        try:
            server.login(entered["user"], entered["password"])
            server.send_message(letter)
        except smtplib.SMTPRecipientsRefused as error:
            raise NotTaken("the recipient was refused", permanent=_is_permanent(error)) from error
        except smtplib.SMTPResponseException as error:
            raise NotTaken(f"the mail server answers {error.smtp_code}", permanent=False) from error
        except (OSError, smtplib.SMTPException) as error:
            raise OutsideError(f"the letter broke off: {type(error).__name__}", permanent=False) from error
        finally:
            server.close()


def _is_permanent(error: smtplib.SMTPRecipientsRefused) -> bool:
    return all(code >= 500 for code, _ in error.recipients.values())


def letter_of(notice: OutgoingNotice, email: str, entered: Mapping[str, str]) -> EmailMessage:
    """A plain letter. NotTaken, permanent, for an address that is none: no header is ever made of what was typed but
    through `email.headerregistry`, which refuses line breaks."""
    letter = EmailMessage(policy=SMTP)
    try:
        letter["To"] = MailAddress(addr_spec=email)
        letter["From"] = MailAddress(display_name="Chợ số", addr_spec=entered["from"])
    except (ValueError, IndexError, MessageError) as error:
        raise NotTaken("no address", permanent=True) from error
    letter["Subject"] = _SPACES.sub(" ", notice.sentence)[:SUBJECT].strip()
    letter["Message-ID"] = f"<{notice.key.lower()}@{entered['from'].rpartition('@')[2]}>"
    letter["Auto-Submitted"] = "auto-generated"
    letter.set_content(f"{notice.sentence}\n\n{notice.link}\n\nThư tự động của chợ số, mời không trả lời thư này.\n")
    return letter
