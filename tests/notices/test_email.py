"""Letters: what stands in one, over which connection, and what a mail server's answers mean."""

import smtplib
import ssl
from dataclasses import replace
from typing import Any

import pytest

from market.base.errors import OutsideError
from market.notices.ports import Addressee, Destination, NotTaken, OutgoingNotice, Receiver
from market.notices.senders import email
from market.notices.senders.email import Mail
from tests.nights import database_by_day_on
from tests.notices.mail import BROKE_OFF, BUSY, REFUSED, FakeMailServer

database_url = database_by_day_on("sqlite")
ENTERED = {"host": "smtp.thu.test", "port": "465", "user": "cho", "password": "mat-khau", "from": "cho@thu.test"}
NOTICE = OutgoingNotice(key="KEY1", kind="don_moi", sentence="Đơn mới DS7K3M9P: 2 món.", link="http://cho.test/don/D")
NOBODY = Addressee(business_id=None, person_id=None, order_id=None, purchase_id=None)


def to(address: str) -> Destination:
    return Destination(recipient=Receiver(commune_id=1, addressee=NOBODY, person_id=1), email=address)


def send(server: FakeMailServer, address: str = "lan@thu.test", notice: OutgoingNotice = NOTICE) -> None:
    Mail(connect=server.connect).send(notice, to(address), ENTERED)


def test_a_letter_says_the_sentence_and_where_to_look(app: object) -> None:
    server = FakeMailServer()
    send(server)
    [letter] = server.letters
    assert (server.asked, server.logins) == ([("smtp.thu.test", 465)], [("cho", "mat-khau")])
    said = {name: str(letter[name]) for name in ("To", "From", "Subject", "Message-ID", "Auto-Submitted")}
    assert said == {
        "To": "lan@thu.test",
        "From": "Chợ số <cho@thu.test>",
        "Subject": NOTICE.sentence,
        "Message-ID": "<key1@thu.test>",
        "Auto-Submitted": "auto-generated",
    }
    assert NOTICE.sentence in letter.get_content()
    assert NOTICE.link in letter.get_content()


@pytest.mark.parametrize(
    "address",
    [
        "lan@thu.test\r\nBcc: ai@thu.test",
        "lan@thu.test\nBcc: ai@thu.test",
        "lan@thu.test, ai@thu.test",
        "Lan <lan@thu.test>",
        "",
        "@",
        "lan",
    ],
)
def test_what_is_no_address_makes_no_header(app: object, address: str) -> None:
    server = FakeMailServer()
    with pytest.raises(NotTaken) as failed:
        send(server, address)
    assert (failed.value.permanent, server.asked) == (True, []), "nobody was called"


def test_a_sentence_of_two_lines_stays_in_its_header(app: object) -> None:
    server = FakeMailServer()
    send(server, notice=replace(NOTICE, sentence="Đơn mới.\r\nBcc: ai@thu.test\n" + "x" * 500))
    [letter] = server.letters
    raw = letter.as_bytes()
    assert letter["Bcc"] is None
    assert b"\nBcc:" not in raw.partition(b"\r\n\r\n")[0]


@pytest.mark.parametrize(
    ("fault", "is_known", "is_permanent"), [(REFUSED, True, True), (BUSY, True, False), (BROKE_OFF, False, False)]
)
def test_what_the_mail_server_refuses_was_not_sent_and_what_broke_off_may_have_been(
    app: object, fault: Exception, *, is_known: bool, is_permanent: bool
) -> None:
    with pytest.raises(OutsideError) as failed:
        send(FakeMailServer(faults=[fault]))
    assert (isinstance(failed.value, NotTaken), failed.value.permanent) == (is_known, is_permanent)
    assert "thu.test" not in str(failed.value)


def test_no_mail_server_is_no_letter(app: object) -> None:
    def nobody(host: str, port: int) -> Any:
        raise ConnectionRefusedError

    with pytest.raises(NotTaken):
        Mail(connect=nobody).send(NOTICE, to("lan@thu.test"), ENTERED)


@pytest.mark.parametrize("port", [465, 587])
def test_no_letter_goes_without_tls_and_a_certificate_that_is_checked(
    monkeypatch: pytest.MonkeyPatch, port: int
) -> None:
    began: list[tuple[str, ssl.SSLContext]] = []

    class Server(smtplib.SMTP):
        def __init__(self, host: str, port: int, *, timeout: float, context: ssl.SSLContext | None = None) -> None:
            if context is not None:
                began.append(("at once", context))

        def starttls(self, *, context: ssl.SSLContext | None = None) -> tuple[int, bytes]:
            assert context is not None
            began.append(("asked for", context))
            return 220, b""

    monkeypatch.setattr(smtplib, "SMTP", Server)
    monkeypatch.setattr(smtplib, "SMTP_SSL", Server)
    email.connect("smtp.thu.test", port)
    [(how, context)] = began
    assert how == ("at once" if port == 465 else "asked for")
    assert (context.check_hostname, context.verify_mode) == (True, ssl.CERT_REQUIRED)
