"""The three forms in which SePay sends a call, as its owner chose there: JSON, or a form as browsers send it. In a form
every value is text."""

from codecs import BOM_UTF8
from urllib.parse import parse_qsl

from market.payments.banks.fields import read_object

_MULTIPART = b"Content-Type: multipart/form-data; boundary="
MOST_FIELDS = 100


def fields_of(body: bytes) -> dict[str, object]:
    """The fields of a call, whichever form it has: the signature is of the bytes, so they alone say which. ValueError
    where it has none of them."""
    body = body.removeprefix(BOM_UTF8)
    if body.startswith(b"--"):
        return _of_parts(body)
    if b"=" in body and not body.lstrip().startswith((b"{", b"[")):
        return dict(parse_qsl(body.decode(), keep_blank_values=True, strict_parsing=True, max_num_fields=MOST_FIELDS))
    return read_object(body)


def _of_parts(body: bytes) -> dict[str, object]:
    """multipart/form-data (RFC 7578): its first line is the boundary."""
    boundary = body.split(b"\n", 1)[0].strip()[2:]
    from email.parser import BytesParser  # here, since few call so, and what reads mail is 0.7 MB of every process
    from email.policy import HTTP

    message = BytesParser(policy=HTTP).parsebytes(_MULTIPART + b'"' + boundary + b'"\r\n\r\n' + body)
    fields: dict[str, object] = {}
    for part in message.iter_parts():
        name = part.get_param("name", header="content-disposition")
        value = part.get_payload(decode=True)
        if not isinstance(name, str) or not isinstance(value, bytes):
            raise ValueError("not a form")
        fields[name] = value.decode().strip("\r\n")
    if not fields:
        raise ValueError("not a form")
    return fields
