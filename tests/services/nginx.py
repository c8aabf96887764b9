"""nginx with the file that is shipped, on ports of its own and with a certificate of its own."""

import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from market.base.config import ROOT
from tests.services import absent

SHIPPED = ROOT / "docs" / "operation" / "nginx.conf"
HOST = "cho.example.vn"
_FOLDERS = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")


@dataclass(frozen=True, slots=True, kw_only=True)
class Nginx:
    """One that serves: its two ports and its access log."""

    http: int
    https: int
    log: Path


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def _write_certificate(folder: Path) -> None:
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, HOST)])
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .sign(key, SHA256())
    )
    (folder / "fullchain.pem").write_bytes(certificate.public_bytes(Encoding.PEM))
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (folder / "privkey.pem").write_bytes(private)


def _written(folder: Path, ports: dict[str, int]) -> Path:
    """The shipped file, its ports and paths alone replaced, inside the least that nginx needs around it."""
    text = SHIPPED.read_text("utf-8")
    for old, new in {
        "listen 80;": f"listen 127.0.0.1:{ports['http']};",
        "listen 443 ": f"listen 127.0.0.1:{ports['https']} ",
        "    listen [::]:80;\n": "",
        "    listen [::]:443 ssl http2;\n": "",
        f"/etc/letsencrypt/live/{HOST}/": f"{folder}/",
        "/srv/choso/app/": f"{ROOT}/",
        "/var/log/nginx/": f"{folder}/",
        "root /var/www/html;": f"root {folder}/www;",
        "/var/cache/choso": f"{folder}/cache",
        "127.0.0.1:8000": f"127.0.0.1:{ports['market']}",
    }.items():
        assert old in text, old
        text = text.replace(old, new)
    (folder / "choso.conf").write_text(text, "utf-8")
    scratch = "".join(f"  {name}_temp_path {folder}/{name};\n" for name in _FOLDERS)
    mime = "  include /etc/nginx/mime.types;\n" if Path("/etc/nginx/mime.types").exists() else ""
    around = folder / "nginx.conf"
    around.write_text(
        f"pid {folder}/pid;\nerror_log {folder}/start.log;\ndaemon off;\nmaster_process off;\n"
        f"events {{}}\nhttp {{\n{scratch}{mime}  include {folder}/choso.conf;\n}}\n",
        "utf-8",
    )
    return around


def program() -> str:
    return shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin") or absent("no nginx")


def check(folder: Path) -> str:
    """What `nginx -t` says of the shipped file; fails where it refuses it."""
    _write_certificate(folder)
    written = _written(folder, {"http": _free_port(), "https": _free_port(), "market": _free_port()})
    done = subprocess.run([program(), "-t", "-c", written], capture_output=True, text=True, timeout=30, check=False)
    assert done.returncode == 0, done.stderr
    return done.stderr


@contextmanager
def serving(folder: Path, market: int) -> Iterator[Nginx]:
    """nginx before a market at this port, until the block is left."""
    _write_certificate(folder)
    ports = {"http": _free_port(), "https": _free_port(), "market": market}
    process = subprocess.Popen([program(), "-c", _written(folder, ports)])
    try:
        _wait_for(ports["https"])
        yield Nginx(http=ports["http"], https=ports["https"], log=folder / "choso.log")
    finally:
        process.terminate()
        process.wait(timeout=10)


def _wait_for(port: int) -> None:
    for _ in range(200):
        with socket.socket() as one:
            if one.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.02)
    raise AssertionError("nginx did not come up")
