"""Settings that cannot be used stop the start, with every fault in a sentence."""

from pathlib import Path

import pytest

from market.base.config import DEVELOPMENT_SECRET, OPEN_TO_OTHERS, ROOT, BadSettings, Settings, load_settings
from market.base.loopback import EVERY_ADDRESS

GOOD_KEY = "k1:" + "x" * 32
OWN = "s" * 40
PRODUCTION = {
    "CHOSO_ENV": "production",
    "CHOSO_SECRET_KEY": OWN,
    "CHOSO_DATA_KEYS": GOOD_KEY,
    "CHOSO_BASE_URL": "https://cho.daison.vn",
}


@pytest.fixture
def set_to(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """An environment without any setting."""
    for name in Settings.model_fields:
        monkeypatch.delenv(f"CHOSO_{name.upper()}", raising=False)
    return monkeypatch


def faults(environment: pytest.MonkeyPatch, **names: str) -> list[str]:
    for name, value in names.items():
        environment.setenv(name, value)
    with pytest.raises(BadSettings) as refused:
        load_settings()
    return str(refused.value).splitlines()


def test_without_any_setting_it_is_a_development_on_sqlite(set_to: pytest.MonkeyPatch) -> None:
    settings = load_settings()
    assert settings.env == "development"
    assert settings.database_url == f"sqlite:///{ROOT / 'instance' / 'choso.db'}"
    assert settings.secret == DEVELOPMENT_SECRET
    assert settings.hosts == ["127.0.0.1", "localhost"]


def test_a_whole_production_starts(set_to: pytest.MonkeyPatch) -> None:
    for name, value in PRODUCTION.items():
        set_to.setenv(name, value)
    set_to.setenv("CHOSO_TRUSTED_HOSTS", "www.daison.vn, cho.daison.vn")
    assert load_settings().hosts == ["cho.daison.vn", "www.daison.vn"]


def test_production_refuses_to_start_without_its_secrets(set_to: pytest.MonkeyPatch) -> None:
    said = faults(set_to, CHOSO_ENV="production")
    assert [line.split()[0].rstrip(":") for line in said] == ["CHOSO_SECRET_KEY", "CHOSO_DATA_KEYS", "CHOSO_BASE_URL"]


def test_production_refuses_the_development_secret(set_to: pytest.MonkeyPatch) -> None:
    assert len(faults(set_to, **PRODUCTION | {"CHOSO_SECRET_KEY": DEVELOPMENT_SECRET})) == 1


def test_every_fault_is_listed_at_once(set_to: pytest.MonkeyPatch) -> None:
    said = faults(
        set_to,
        CHOSO_ENV="production",
        CHOSO_DATABASE_URL="mysql://x",
        CHOSO_STORAGE_URL="ftp://x",
        CHOSO_PROXY_HOPS="nhiều",
        CHOSO_REDIS_URL="127.0.0.1",
        CHOSO_DATA_KEYS="ngắn",
        CHOSO_SECRET_KEY_FILE="/nowhere/secret",
    )
    named = {line.split(":")[0].split()[0] for line in said}
    assert named == {
        "CHOSO_DATABASE_URL",
        "CHOSO_STORAGE_URL",
        "CHOSO_PROXY_HOPS",
        "CHOSO_REDIS_URL",
        "CHOSO_DATA_KEYS",
        "CHOSO_SECRET_KEY_FILE",
        "CHOSO_SECRET_KEY",
        "CHOSO_BASE_URL",
    }


@pytest.mark.parametrize("address", ["cho.daison.vn", "ftp://x", "https://cho.vn/duong/dan", "https://"])
def test_the_base_address_is_a_bare_one(set_to: pytest.MonkeyPatch, address: str) -> None:
    assert faults(set_to, CHOSO_BASE_URL=address)[0].startswith("CHOSO_BASE_URL:")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("CHOSO_BASE_URL", "http://cho.test:99999"),
        ("CHOSO_TRUSTED_HOSTS", "cho.test,http://cho.test"),
        ("CHOSO_TRUSTED_HOSTS", "cho.test/x"),
        ("CHOSO_TRUSTED_HOSTS", "*"),
        ("CHOSO_BASE_URL", "http://cho.test:0"),
        ("CHOSO_BASE_URL", "http://..."),
        ("CHOSO_DATA_KEYS", f"k1:{'a' * 32},k1:{'b' * 32}"),
        ("CHOSO_DATA_KEYS", f"k1:{'a' * 32}\nk2:{'b' * 32}"),
        ("CHOSO_DATA_KEYS", f"k1:{'a' * 32} k2:{'b' * 32}"),
        ("CHOSO_DATA_KEYS", f"k1:{'a' * 32}:{'b' * 32}"),
        ("CHOSO_DATA_KEYS", f":{'a' * 32}"),
        ("CHOSO_DATABASE_URL", "postgresql://cho@db:5432x/cho"),
        ("CHOSO_DATABASE_URL", "postgresql://cho@db"),
        ("CHOSO_DATABASE_URL", "postgresql+asyncpg://cho@db/cho"),
        ("CHOSO_DATABASE_URL", "sqlite:////etc/passwd/choso.db"),
        ("CHOSO_DATABASE_URL", "sqlite:////tmp/choso.db?mode=ro"),
        ("CHOSO_REDIS_URL", "redis://"),
        ("CHOSO_REDIS_URL", "redis://127.0.0.1:port/0"),
        ("CHOSO_REDIS_URL", "redis://127.0.0.1:99999/0"),
        ("CHOSO_REDIS_URL", "redis://127.0.0.1:6379/first"),
        ("CHOSO_REDIS_URL", "unix://"),
        ("CHOSO_REDIS_URL", "unix:///"),
        ("CHOSO_REDIS_URL", "unix://run/redis.sock"),
        ("CHOSO_REDIS_URL", "memcached://127.0.0.1"),
        ("CHOSO_STORAGE_URL", "/etc/passwd"),
        ("CHOSO_STORAGE_URL", "/etc/passwd/storage"),
        ("CHOSO_STORAGE_URL", "  "),
        ("CHOSO_STORAGE_URL", "file:storage"),
        ("CHOSO_SECRET_KEY_FILE", "/etc"),
        ("CHOSO_PICTURES_KEPT", "0"),
        ("CHOSO_SECRET_KEY_FILE", "/dev/null"),
        ("CHOSO_SECRET_KEY_FILE", "/proc/none/secret"),
        ("CHOSO_PROXY_HOPS", "9" * 5000),
        ("CHOSO_DATABASE_URL", f"sqlite:////tmp/{'n' * 300}"),
        ("CHOSO_DATABASE_URL", "sqlite:///~/choso.db"),
        ("CHOSO_DATABASE_URL", "postgresql://cho@db:99999/cho"),
        ("CHOSO_DATABASE_URL", "postgresql://cho@db/cho?ssl=on"),
        ("CHOSO_STORAGE_URL", "~/storage"),
        ("CHOSO_STORAGE_URL", "file://machine/storage"),
        ("CHOSO_SEPAY_CLIENT_SECRET_FILE", "/nowhere/secret"),
        ("STRIPE_MOCK_URL", "http://"),
        ("STRIPE_MOCK_URL", "http://127.0.0.1:port"),
        ("BANK_MOCK_URL", "http://127.0.0.1:99999"),
        ("BANK_MOCK_URL", "http://127.0.0.1 :80"),
        ("STRIPE_MOCK_URL", "127.0.0.1:12111"),
        ("PUSH_MOCK_URL", "127.0.0.1:12113"),
        ("BANK_MOCK_URL", "127.0.0.1:12112"),
    ],
)
def test_a_value_that_cannot_be_meant_is_named(set_to: pytest.MonkeyPatch, name: str, value: str) -> None:
    (said,) = faults(set_to, CHOSO_SECRET_KEY=OWN, **{name: value})
    assert said.startswith(f"{name}:")


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("CHOSO_DATABSE_URL", "CHOSO_DATABASE_URL"),
        ("CHOSO_DATA_KEY", "CHOSO_DATA_KEYS"),
        ("choso_trusted_host", "CHOSO_TRUSTED_HOSTS"),
        ("CHOSO_SECRET_KEY_FILES", "CHOSO_SECRET_KEY_FILE"),
    ],
)
def test_a_mistyped_name_is_named(set_to: pytest.MonkeyPatch, typed: str, meant: str) -> None:
    """Its default would be taken without a word: an empty market on SQLite, say."""
    assert faults(set_to, **{typed: "x"}) == [f"{typed}: không có tên này, có phải {meant} không"]


def test_a_setting_left_empty_is_not_set(set_to: pytest.MonkeyPatch) -> None:
    for name in ("CHOSO_SECRET_KEY_FILE", "CHOSO_REDIS_URL", "CHOSO_TRUSTED_HOSTS", "STRIPE_MOCK_URL"):
        set_to.setenv(name, "")
    assert load_settings().secret == DEVELOPMENT_SECRET


def test_an_address_in_large_letters_is_the_same(set_to: pytest.MonkeyPatch) -> None:
    """Browsers send it small: the market would know itself at no host."""
    for name, value in PRODUCTION.items():
        set_to.setenv(name, value)
    set_to.setenv("CHOSO_BASE_URL", "https://Cho.DaiSon.VN/")
    set_to.setenv("CHOSO_TRUSTED_HOSTS", "WWW.DaiSon.vn")
    settings = load_settings()
    assert (settings.base_url, settings.hosts) == ("https://cho.daison.vn", ["cho.daison.vn", "www.daison.vn"])


@pytest.mark.parametrize("address", ["https://localhost", "https://127.0.0.1:8443", "https://cho.example.vn"])
def test_production_has_an_address_that_phones_can_open(set_to: pytest.MonkeyPatch, address: str) -> None:
    (said,) = faults(set_to, **PRODUCTION | {"CHOSO_BASE_URL": address})
    assert said.startswith("CHOSO_BASE_URL: cần tên máy thật")


@pytest.mark.parametrize("keys", ["", ",", " , "])
def test_production_without_a_data_key_is_refused(set_to: pytest.MonkeyPatch, keys: str) -> None:
    (said,) = faults(set_to, **PRODUCTION | {"CHOSO_DATA_KEYS": keys})
    assert said.startswith("CHOSO_DATA_KEYS: cần ít nhất một cặp")


def test_what_is_wrong_is_said_once(set_to: pytest.MonkeyPatch) -> None:
    said = faults(set_to, **PRODUCTION | {"CHOSO_DATA_KEYS": "short", "CHOSO_BASE_URL": "cho.daison.vn"})
    assert [line.partition(":")[0] for line in said] == ["CHOSO_BASE_URL", "CHOSO_DATA_KEYS"]


def test_a_storage_that_is_there_may_be_read_only_for_a_while(
    set_to: pytest.MonkeyPatch, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("market.base.config.os.access", lambda *_: False)
    set_to.setenv("CHOSO_DATABASE_URL", f"sqlite:///{tmp_path / 'choso.db'}")
    set_to.setenv("CHOSO_STORAGE_URL", str(tmp_path))
    assert load_settings().storage_url == str(tmp_path)
    (said,) = faults(set_to, CHOSO_STORAGE_URL=str(tmp_path / "new"))
    assert said.startswith("CHOSO_STORAGE_URL: không tạo được thư mục")


def test_production_asks_no_stand_in_about_money(set_to: pytest.MonkeyPatch) -> None:
    (said,) = faults(set_to, **PRODUCTION, BANK_MOCK_URL="https://sepay.test")
    assert said.startswith("BANK_MOCK_URL: chỉ để thử.")


def test_a_trusted_host_may_be_named_with_its_port(set_to: pytest.MonkeyPatch) -> None:
    set_to.setenv("CHOSO_SECRET_KEY", OWN)
    set_to.setenv("CHOSO_TRUSTED_HOSTS", "cho.test:8000,.daison.vn")
    assert load_settings().hosts == ["127.0.0.1", "cho.test", ".daison.vn", "localhost"]


def test_an_unknown_environment_is_named(set_to: pytest.MonkeyPatch) -> None:
    assert faults(set_to, CHOSO_ENV="staging") == ["CHOSO_ENV: chỉ có thể là development hoặc production"]


def test_the_secret_may_stand_in_a_file(set_to: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("s" * 40 + "\n")
    for name, value in PRODUCTION.items():
        set_to.setenv(name, value)
    set_to.delenv("CHOSO_SECRET_KEY")
    set_to.setenv("CHOSO_SECRET_KEY_FILE", str(tmp_path / "secret"))
    assert load_settings().secret == "s" * 40


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_postgresql_is_named_as_people_name_it(set_to: pytest.MonkeyPatch, scheme: str) -> None:
    set_to.setenv("CHOSO_DATABASE_URL", f"{scheme}://cho@db/cho")
    assert load_settings().database_url == "postgresql+psycopg://cho@db/cho"


def test_a_relative_path_is_taken_from_where_one_stands(set_to: pytest.MonkeyPatch, tmp_path: Path) -> None:
    set_to.chdir(tmp_path)
    set_to.setenv("CHOSO_DATABASE_URL", "sqlite:///instance/choso.db")
    assert load_settings().database_url == f"sqlite:///{tmp_path / 'instance' / 'choso.db'}"


def test_a_secret_is_not_shown_by_accident(set_to: pytest.MonkeyPatch) -> None:
    set_to.setenv("CHOSO_SECRET_KEY", "very-secret-" * 4)
    assert "very-secret" not in repr(load_settings())


def test_redis_may_stand_behind_a_unix_socket() -> None:
    assert Settings(redis_url="unix:///run/redis/redis.sock").redis_url == "unix:///run/redis/redis.sock"
    with pytest.raises(ValueError, match="unix:///run"):
        Settings(redis_url="unix://run/redis.sock")


# --- the secret that anybody can read -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "address",
    ["http://127.0.0.1:8000", "http://localhost", "http://LOCALHOST:8000", "https://localhost", "http://127.9.8.7"],
)
def test_on_this_machine_alone_development_needs_no_secret(set_to: pytest.MonkeyPatch, address: str) -> None:
    set_to.setenv("CHOSO_BASE_URL", address)
    set_to.setenv("CHOSO_TRUSTED_HOSTS", "127.0.0.2,localhost:8000")
    assert load_settings(listens_at="127.0.0.1,::1,localhost").secret == DEVELOPMENT_SECRET


NOBODY_S_OWN = [
    "",
    DEVELOPMENT_SECRET,
    f" {DEVELOPMENT_SECRET} ",
    DEVELOPMENT_SECRET.upper(),
    DEVELOPMENT_SECRET[:32],
    "short",
    " " * 40,
]


@pytest.mark.parametrize(
    "given",
    [
        {"CHOSO_BASE_URL": "https://cho.daison.vn"},
        {"CHOSO_BASE_URL": "https://cho.daison.vn", "CHOSO_ENV": "development"},
        {"CHOSO_BASE_URL": "http://cho.daison.vn"},
        {"CHOSO_BASE_URL": "http://192.168.1.5:8000"},
        {"CHOSO_BASE_URL": "http://0.0.0.0:8000"},
        {"CHOSO_BASE_URL": "http://127.0.0.1.nip.io"},
        {"CHOSO_BASE_URL": "http://localhost.daison.vn"},
        {"CHOSO_BASE_URL": "http://2130706433"},
        {"CHOSO_TRUSTED_HOSTS": "cho.daison.vn"},
        {"CHOSO_TRUSTED_HOSTS": ".daison.vn"},
    ],
)
@pytest.mark.parametrize("key", NOBODY_S_OWN)
def test_elsewhere_it_is_refused_with_what_to_do(set_to: pytest.MonkeyPatch, given: dict[str, str], key: str) -> None:
    (said,) = faults(set_to, CHOSO_SECRET_KEY=key, **given)
    host = next(value for name, value in given.items() if name != "CHOSO_ENV").rpartition("//")[2].partition(":")[0]
    assert said.startswith("CHOSO_SECRET_KEY")
    assert host in said
    assert said.endswith(OPEN_TO_OTHERS)


@pytest.mark.parametrize("host", [EVERY_ADDRESS, "::", "192.168.1.5", "fe80::1", "cho.test"])
def test_a_server_that_others_reach_needs_a_secret_too(set_to: pytest.MonkeyPatch, host: str) -> None:
    with pytest.raises(BadSettings, match="CHOSO_SECRET_KEY.*cần một chuỗi bí mật của riêng") as refused:
        load_settings(listens_at=host)
    assert host in str(refused.value)
    set_to.setenv("CHOSO_DATABASE_URL", "mysql://x")
    with pytest.raises(BadSettings) as refused:
        load_settings(listens_at=host)
    assert [line.split()[0].rstrip(":") for line in str(refused.value).splitlines()] == [
        "CHOSO_DATABASE_URL",
        "CHOSO_SECRET_KEY",
    ]


def test_with_one_s_own_secret_a_phone_of_the_house_may_try_it(set_to: pytest.MonkeyPatch) -> None:
    set_to.setenv("CHOSO_BASE_URL", "http://192.168.1.5:8000")
    set_to.setenv("CHOSO_SECRET_KEY", OWN)
    assert load_settings(listens_at=EVERY_ADDRESS).host == "192.168.1.5:8000"


def test_the_secret_of_development_in_a_file_is_the_same_secret(set_to: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text(f"{DEVELOPMENT_SECRET}\n")
    given = {"CHOSO_BASE_URL": "http://cho.daison.vn", "CHOSO_SECRET_KEY_FILE": str(tmp_path / "secret")}
    assert len(faults(set_to, CHOSO_SECRET_KEY=OWN, **given)) == 1


@pytest.mark.parametrize("keys", [f"k1:{DEVELOPMENT_SECRET}", f"{GOOD_KEY},dev:{DEVELOPMENT_SECRET}"])
def test_bank_data_is_not_encrypted_with_what_anybody_can_read(set_to: pytest.MonkeyPatch, keys: str) -> None:
    said = faults(set_to, **PRODUCTION | {"CHOSO_DATA_KEYS": keys})
    assert said[0].startswith("CHOSO_DATA_KEYS: khóa ")
    assert "ai cũng biết" in said[0]


def test_an_ipv6_base_address_is_not_taken(set_to: pytest.MonkeyPatch) -> None:
    assert faults(set_to, CHOSO_BASE_URL="http://[2001:db8::1]:8000")[0].startswith("CHOSO_BASE_URL:")
