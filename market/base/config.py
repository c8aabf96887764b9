"""Typed settings from the environment; a bad or missing one stops the start with every fault listed."""

import importlib.util
import os
import re
from difflib import get_close_matches
from pathlib import Path
from typing import Literal, Self
from urllib.parse import urlsplit

from flask import current_app
from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict
from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from market.base.loopback import is_loopback

ROOT = Path(__file__).resolve().parents[2]
PUBLISHED = "development-only"
DEVELOPMENT_SECRET = f"{PUBLISHED}-{'0' * 32}"
"""Anybody can read it here: it signs nothing that another machine is shown."""
MEGABYTE = 1024 * 1024
SHORTEST_SECRET = 32
LAST_PORT = 65535
SURELY_MEANT = 0.9
"""Of the letters of two names: one mistyped, or one left out."""
EXAMPLE_HOST = "cho.example.vn"
"""Stands in the files of docs/operation until somebody writes their own there."""
NOT_OWN = "cần một chuỗi bí mật của riêng chợ này, từ 32 ký tự"
_NO_SECRET = f"CHOSO_SECRET_KEY (hoặc CHOSO_SECRET_KEY_FILE): {NOT_OWN}"
OPEN_TO_OTHERS = (
    "Khóa của bản thử thì ai cũng biết, người lạ dùng nó mà vào tài khoản và đơn của người khác. Chạy thật: đặt "
    "CHOSO_ENV=production. Chỉ thử bằng điện thoại cùng mạng: đặt CHOSO_SECRET_KEY của riêng bạn."
)


class BadSettings(Exception):
    """The settings cannot be used; the message lists every fault, one a line."""


_HOST = r"[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*"
_REDIS_AS = "viết như redis://127.0.0.1:6379/0 hoặc unix:///run/redis/redis.sock"
_POSTGRESQL_AS = "viết như postgresql://người:mật-khẩu@máy:5432/tên-cơ-sở-dữ-liệu"


def _file_of(path: str) -> Path:
    """The file of an SQLite database; ValueError where there can be none."""
    if "?" in path:
        raise ValueError("sau sqlite:/// chỉ viết đường dẫn của tệp, không kèm dấu ?")
    file = _absolute(path)
    _check_folder(file.parent)
    try:
        file.exists()
    except OSError as error:
        raise ValueError(f"không mở được tệp {file} ({error.strerror})") from error
    return file


def _absolute(path: str) -> Path:
    """ValueError for what only a shell would read: a folder called `~` is not meant."""
    if path.startswith("~") or "\0" in path:
        raise ValueError("viết cả đường dẫn, bắt đầu bằng dấu /, không dùng dấu ~")
    return Path(path).absolute()


def _check_folder(folder: Path) -> None:
    """ValueError where a folder is none, or is not there and cannot be made. One that is there may be read-only for a
    while: the market goes on and `flask doctor` says so."""
    try:
        nearest = next(one for one in (folder, *folder.parents) if one.exists())
        can_be = nearest.is_dir() and (nearest == folder or os.access(nearest, os.W_OK | os.X_OK))
    except OSError as error:
        raise ValueError(f"không vào được thư mục {folder} ({error.strerror})") from error
    if not can_be:
        raise ValueError(f"không tạo được thư mục {folder}: {nearest} không phải là thư mục ghi được")


def _postgresql(url: str) -> str:
    try:
        parts = make_url(url)
    except (ArgumentError, ValueError) as error:
        raise ValueError(_POSTGRESQL_AS) from error
    if not parts.database:
        raise ValueError(f"thiếu tên cơ sở dữ liệu; {_POSTGRESQL_AS}")
    if parts.port is not None and not 0 < parts.port <= LAST_PORT:
        raise ValueError(f"cổng là một số từ 1 đến {LAST_PORT}; {_POSTGRESQL_AS}")
    if importlib.util.find_spec("psycopg") is None:
        raise ValueError("máy này chưa cài psycopg: pip install '.[postgres]'")
    _check_options(parts)
    return url


def _check_options(url: URL) -> None:
    """ValueError where what stands after the "?" is nothing that PostgreSQL's library knows."""
    from psycopg import ProgrammingError
    from psycopg.conninfo import make_conninfo

    try:
        make_conninfo(**{name: value if isinstance(value, str) else value[-1] for name, value in url.query.items()})
    except ProgrammingError as error:
        raise ValueError(f"sau dấu ? có tên mà PostgreSQL không biết; {_POSTGRESQL_AS}") from error


def _is_address(url: str) -> bool:
    """Whether it is a whole http address of some machine."""
    try:
        parts = urlsplit(url)
        return (
            parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0 and not re.search(r"\s", url)
        )
    except ValueError:
        return False


def _redis(url: str) -> str:
    try:
        parts = urlsplit(url)
        is_there = parts.hostname and parts.port != 0 and re.fullmatch(r"/?[0-9]*", parts.path)
    except ValueError as error:
        raise ValueError(_REDIS_AS) from error
    is_socket = parts.scheme == "unix" and not parts.netloc and len(parts.path) > 1 and not parts.path.endswith("/")
    if not is_socket and not (parts.scheme in ("redis", "rediss") and is_there):
        raise ValueError(_REDIS_AS)
    return url


def _check_secret_in(path: str) -> None:
    """ValueError where a file that a setting names holds no secret."""
    try:
        secret = Path(path).read_text("utf-8").strip()
    except (OSError, ValueError) as error:
        raise ValueError(f"không đọc được tệp {path}") from error
    if not secret:
        raise ValueError(f"tệp {path} còn trống")


def _pairs(data_keys: SecretStr) -> list[str]:
    return [pair for pair in data_keys.get_secret_value().split(",") if pair.strip()]


def _is_key(key: str) -> bool:
    """Whether it can be one key: no comma was forgotten in it."""
    return len(key) >= SHORTEST_SECRET and not re.search(r"[\s:]", key)


def is_published(secret: str) -> bool:
    return PUBLISHED in secret.lower()


class Settings(BaseSettings):
    """The settings of one installation; names and meaning are those of the README's table."""

    model_config = SettingsConfigDict(env_prefix="CHOSO_", extra="ignore", frozen=True)

    env: Literal["development", "production"] = "development"
    secret_key: SecretStr = SecretStr("")
    secret_key_file: Path | None = None
    database_url: str = f"sqlite:///{ROOT / 'instance' / 'choso.db'}"
    redis_url: str | None = None
    """Nothing is kept there since tries and calls are counted in the database; a bad address is named still."""
    storage_url: str = str(ROOT / "instance" / "storage")
    base_url: str = "http://127.0.0.1:8000"
    trusted_hosts: str = ""
    proxy_hops: int = Field(default=0, ge=0, le=5)
    data_keys: SecretStr = SecretStr("")
    pictures_kept: int = Field(default=4000, ge=1, le=1_000_000)
    pictures_a_day: int = Field(default=400, ge=1, le=100_000)
    stripe_mock_url: str | None = Field(default=None, validation_alias="STRIPE_MOCK_URL")
    bank_mock_url: str | None = Field(default=None, validation_alias="BANK_MOCK_URL")
    push_mock_url: str | None = Field(default=None, validation_alias="PUSH_MOCK_URL")
    zalo_mock_url: str | None = Field(default=None, validation_alias="ZALO_MOCK_URL")

    @field_validator("base_url")
    @classmethod
    def _base_url(cls, value: str) -> str:
        address = re.fullmatch(rf"https?://{_HOST}(?::([0-9]{{1,5}}))?/?", value)
        if not address or not 0 < int(address[1] or 443) <= LAST_PORT:
            raise ValueError("viết như https://cho.daison.vn, không kèm đường dẫn")
        return value.rstrip("/").lower()

    @field_validator("trusted_hosts")
    @classmethod
    def _trusted_hosts(cls, value: str) -> str:
        for host in filter(None, (part.strip() for part in value.split(","))):
            if not re.fullmatch(rf"\.?{_HOST}(?::[0-9]{{1,5}})?", host):
                raise ValueError("viết tên máy cách nhau bằng dấu phẩy, như cho.daison.vn,www.daison.vn")
        return value.lower()

    @field_validator("database_url")
    @classmethod
    def _database_url(cls, value: str) -> str:
        value = value.strip()
        path = value.removeprefix("sqlite:///")
        if value.startswith("sqlite:///") and path not in ("", ":memory:"):
            return f"sqlite:///{_file_of(path)}"
        if value.startswith(("postgres://", "postgresql://", "postgresql+psycopg://")):
            return _postgresql("postgresql+psycopg://" + value.split("://", 1)[1])
        raise ValueError("dùng sqlite:///tệp hoặc postgresql://…")

    @field_validator("storage_url")
    @classmethod
    def _storage_url(cls, value: str) -> str:
        path = value.strip().removeprefix("file://")
        is_elsewhere = path != value.strip() and not path.startswith("/")
        if not path or is_elsewhere or re.match(r"[A-Za-z][A-Za-z0-9+.-]+:", path):
            raise ValueError("hiện chỉ nhận đường dẫn của một thư mục")
        folder = _absolute(path)
        _check_folder(folder)
        return str(folder)

    @field_validator("secret_key_file", mode="before")
    @classmethod
    def _secret_key_file(cls, value: str | None) -> str | None:
        if value:
            _check_secret_in(value)
        return value or None

    @field_validator("redis_url")
    @classmethod
    def _redis_url(cls, value: str | None) -> str | None:
        return _redis(value) if value else None

    @field_validator("stripe_mock_url", "bank_mock_url", "push_mock_url", "zalo_mock_url")
    @classmethod
    def _mock_url(cls, value: str | None) -> str | None:
        if value and not _is_address(value):
            raise ValueError("viết như http://127.0.0.1:12111")
        return value or None

    @field_validator("data_keys")
    @classmethod
    def _data_keys(cls, value: SecretStr) -> SecretStr:
        names = set()
        for pair in _pairs(value):
            name, _, key = pair.partition(":")
            if not re.fullmatch(r"[A-Za-z0-9_.-]+", name.strip()) or not _is_key(key.strip()):
                raise ValueError("mỗi khóa có dạng tên:khóa, khóa dài từ 32 ký tự liền nhau; giữa các khóa là dấu phẩy")
            if is_published(key):
                raise ValueError(f"khóa {name.strip()} là khóa chung của bản thử, ai cũng biết; hãy tạo khóa khác")
            if name.strip() in names:
                raise ValueError(f"có hai khóa cùng tên {name.strip()}")
            names.add(name.strip())
        return value

    @model_validator(mode="after")
    def _others_need_secrets_of_their_own(self) -> Self:
        faults = self._faults_of_production() if self.is_production else self._faults_of_development()
        if faults:
            raise ValueError("\n".join(faults))
        return self

    def _faults_of_production(self) -> list[str]:
        faults = []
        if not self.has_own_secret:
            faults.append(_NO_SECRET)
        if not _pairs(self.data_keys):
            faults.append("CHOSO_DATA_KEYS: cần ít nhất một cặp tên:khóa để mã hóa số tài khoản")
        if not self.is_https:
            faults.append("CHOSO_BASE_URL: chạy thật phải là https://")
        elif is_loopback(self.hosts[0]) or self.hosts[0] == EXAMPLE_HOST:
            faults.append("CHOSO_BASE_URL: cần tên máy thật của chợ, như https://cho.daison.vn, để ai cũng mở được")
        if self.bank_mock_url:
            faults.append("BANK_MOCK_URL: chỉ để thử. Chạy thật thì phải hỏi chính nơi báo có, hãy bỏ dòng này")
        if self.push_mock_url:
            faults.append("PUSH_MOCK_URL: chỉ để thử. Chạy thật thì tin báo đi qua hãng trình duyệt, hãy bỏ dòng này")
        if self.zalo_mock_url:
            faults.append("ZALO_MOCK_URL: chỉ để thử. Chạy thật thì tin báo đi qua Zalo, hãy bỏ dòng này")
        return faults

    def _faults_of_development(self) -> list[str]:
        elsewhere = [name for name in self.reached_at() if not is_loopback(name)]
        if not elsewhere or self.has_own_secret:
            return []
        return [f"{_NO_SECRET}, vì {' và '.join(elsewhere)} mở cho cả máy khác. {OPEN_TO_OTHERS}"]

    @property
    def is_production(self) -> bool:
        return self.env == "production"

    @property
    def is_https(self) -> bool:
        return self.base_url.startswith("https://")

    def reached_at(self) -> list[str]:
        """The names and addresses under which somebody may ask for the market."""
        return self.hosts

    @property
    def has_own_secret(self) -> bool:
        """Whether what signs is known to this installation alone, and long enough not to be guessed."""
        return len(self.secret.strip()) >= SHORTEST_SECRET and not is_published(self.secret)

    @property
    def secret(self) -> str:
        """The secret that signs cookies and links."""
        if self.secret_key_file:
            return self.secret_key_file.read_text("utf-8").strip()
        return self.secret_key.get_secret_value() or ("" if self.is_production else DEVELOPMENT_SECRET)

    @property
    def host(self) -> str:
        return self.base_url.split("://", 1)[1]

    @property
    def own_host(self) -> str:
        """The base address's host without its port, as a request's host is compared and a commune's is named."""
        return self.host.partition(":")[0]

    @property
    def hosts(self) -> list[str]:
        """The hosts a request may name; the base address's own is always one of them."""
        named = [host.strip().partition(":")[0] for host in self.trusted_hosts.split(",") if host.strip()]
        local = [] if self.is_production else ["127.0.0.1", "localhost"]
        return list(dict.fromkeys([self.own_host, *named, *local]))

    def trusts(self, host: str) -> bool:
        """Whether a host name is one of those a request may name; `.daison.vn` stands for all beneath it."""
        return any(host == one or (one.startswith(".") and host.endswith(one)) for one in self.hosts)


class SettingsOfServer(Settings):
    """The settings with what they must fit: the hosts, by comma, at which this process's server was told to listen."""

    listens_at: str = ""

    def reached_at(self) -> list[str]:
        return list(dict.fromkeys([*self.hosts, *filter(None, self.listens_at.split(","))]))


def load_settings(*, listens_at: str = "") -> Settings:
    """The settings of this process, whose server was told to listen at those hosts; or BadSettings with every fault."""
    faults, settings = _faults_of_names(), None
    try:
        settings = SettingsOfServer(listens_at=listens_at)
    except ValidationError as error:
        wrong = {str(fault["loc"][0]) for fault in error.errors() if fault["loc"]}
        faults = _sentences(error) + _faults_beside(wrong, listens_at) + faults
    if faults or settings is None:
        raise BadSettings("\n".join(faults))
    return settings


def _faults_of_names() -> list[str]:
    """What no field of the settings sees: a name that was mistyped, whose default would be taken without a word, and a
    file of another part of the market that is not there."""
    known = {f"CHOSO_{name.upper()}" for name in Settings.model_fields}
    faults = []
    for name, value in sorted(os.environ.items()):
        if not name.upper().startswith("CHOSO_") or name.upper() in known:
            continue
        if meant := get_close_matches(name.upper(), known, n=1, cutoff=SURELY_MEANT):
            faults.append(f"{name}: không có tên này, có phải {meant[0]} không")
        elif name.endswith("_FILE") and value.strip():
            faults += _faults_of_file(name, value.strip())
    return faults


def _faults_of_file(name: str, path: str) -> list[str]:
    try:
        _check_secret_in(path)
    except ValueError as error:
        return [f"{name}: {error}"]
    return []


def _sentences(error: ValidationError) -> list[str]:
    sentences = []
    for fault in error.errors():
        name = "_".join(str(part) for part in fault["loc"]).upper()
        message = _RANGES.get(name) if fault["type"] in _NO_NUMBER else _WORDS.get(fault["type"])
        message = message or fault["msg"].removeprefix("Value error, ")
        named = name if name.endswith("_MOCK_URL") else f"CHOSO_{name}"
        sentences.append(f"{named}: {message}" if name else message)
    return sentences


_WORDS = {"literal_error": "chỉ có thể là development hoặc production"}
_NO_NUMBER = frozenset({"int_parsing", "int_parsing_size", "less_than_equal", "greater_than_equal"})
_RANGES = {
    "PROXY_HOPS": "phải là một số từ 0 đến 5",
    "PICTURES_KEPT": "phải là một số từ 1 đến 1000000",
    "PICTURES_A_DAY": "phải là một số từ 1 đến 100000",
}


def _faults_beside(wrong: set[str], listens_at: str) -> list[str]:
    """What else is wrong: pydantic looks at the settings together only once each of them reads well alone. Not said of
    those that do not, whose default stands in for them here."""
    good = {name: field.default for name, field in Settings.model_fields.items() if name in wrong}
    try:
        SettingsOfServer(listens_at=listens_at, **good)
    except ValidationError as error:
        said = [line for fault in _sentences(error) for line in fault.splitlines()] if good else []
        return [line for line in said if not line.startswith(tuple(f"CHOSO_{name.upper()}:" for name in wrong))]
    return []


def current_settings() -> Settings:
    """The settings of the application at work; RuntimeError outside of one."""
    found: Settings = current_app.config["CHOSO"]
    return found
