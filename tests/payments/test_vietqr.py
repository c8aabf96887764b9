"""VietQR payloads: byte for byte what others make, strict about what goes in, and nothing torn is read."""

import unicodedata
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from market.payments.rules.vietqr import (
    BadPayload,
    BadTransfer,
    Beneficiary,
    Extras,
    QrService,
    Scanned,
    Transfer,
    check_bank,
    parse_amount,
    read_payload,
)
from market.sellers.rules.banks import BANKS
from tests.payments.vectors import VIETQR

AGRIBANK = {"bin": "970405", "account": "3607205012345"}


def transfer_of(case: Mapping[str, Any]) -> Transfer:
    extras = {name: case[name] for name in ("mcc", "name", "city", "reference") if name in case}
    if "zip" in case:
        extras["postcode"] = case["zip"]
    return Transfer(
        to=Beneficiary(bin=case["bin"], number=case["account"]),
        amount=case.get("amount"),
        memo=case.get("memo"),
        is_static=case.get("init") == "11",
        extras=Extras(**extras) if extras else None,
    )


def pay(**case: Any) -> Transfer:
    return transfer_of(AGRIBANK | case)


DISAGREEMENTS = [one["case"] | {"payload": one["expected"]} for one in VIETQR["disagreements_on_valid_input"]]
KNOWN = [*VIETQR["vectors"], *VIETQR["extended"], *DISAGREEMENTS]


@pytest.mark.parametrize("case", KNOWN, ids=lambda case: case["payload"][-12:])
def test_a_payload_is_what_other_tools_make_of_the_same_transfer(case: Mapping[str, Any]) -> None:
    assert transfer_of(case).payload() == case["payload"]


@pytest.mark.parametrize("case", KNOWN, ids=lambda case: case["payload"][-12:])
def test_a_payload_of_other_tools_is_read(case: Mapping[str, Any]) -> None:
    read = read_payload(case["payload"])
    assert (read.bin, read.account, read.amount, read.memo) == tuple(
        case.get(name) for name in ("bin", "account", "amount", "memo")
    )
    assert (read.initiation, read.service) == (case["init"], case.get("service", "QRIBFTTA"))
    assert (read.name, read.city, read.reference) == tuple(case.get(name) for name in ("name", "city", "reference"))


@pytest.mark.parametrize("case", VIETQR["corrupted"], ids=lambda case: case["why"])
def test_a_torn_payload_is_refused(case: Mapping[str, str]) -> None:
    with pytest.raises(BadPayload):
        read_payload(case["payload"])


@pytest.mark.parametrize("case", VIETQR["outside_our_memo_rule"], ids=lambda case: case["note"])
def test_others_memos_are_read_but_never_made(case: Mapping[str, Any]) -> None:
    assert read_payload(case["payload"]).memo == case["memo"]
    with pytest.raises(BadTransfer):
        transfer_of(case)


def test_the_sample_of_the_specification_is_read() -> None:
    sample = (
        "00020101021238570010A00000072701270006970403011300110123456780208QRIBFTTA530370454061800005802VN"
        "62340107NPS68690819thanh toan don hang63042E2E"
    )
    read = read_payload(sample)
    assert (read.bill, read.memo, read.amount) == ("NPS6869", "thanh toan don hang", 180_000)
    extras = Extras(bill="NPS6869")
    to = Beneficiary(bin="970403", number="0011012345678")
    assert Transfer(to=to, amount=180_000, memo="thanh toan don hang", extras=extras).payload() == sample


def test_a_card_number_is_paid_as_a_card() -> None:
    for number, service in (
        ("9704368625581601018", QrService.CARD),
        ("9704368625581601", QrService.CARD),
        ("970436862558160", QrService.ACCOUNT),
        ("1904368625581601", QrService.ACCOUNT),
    ):
        to = Beneficiary(bin="970436", number=number)
        assert (to.service, read_payload(Transfer(to=to).payload()).service) == (service, service)


@pytest.mark.parametrize(
    ("typed", "folded"),
    [("Đậu xanh HTX Đại Sơn", "Dau xanh HTX Dai Son"), ("đặc sản", "dac san"), ("DS-7K2M9PM", "DS-7K2M9PM")],
)
def test_marks_are_dropped_from_a_memo_however_they_are_encoded(typed: str, folded: str) -> None:
    for form in ("NFC", "NFD"):
        assert pay(memo=unicodedata.normalize(form, typed)).memo == folded


@pytest.mark.parametrize(
    ("memo", "reason"),
    [
        ("", "để trống"),
        (" ", "để trống"),
        (" DS7K2M9PM", "ở đầu hoặc cuối"),
        ("DS7K2M9PM ", "ở đầu hoặc cuối"),
        ("a" * 26, "dài 26 ký tự, nhiều nhất 25"),
        *(
            (odd, "chỉ gồm chữ cái")
            for odd in ("DS\n7K", "DS\x007K", "DS\t7K", "rươi 🪱", "DS.7K", "DS/7K", "Ｄ", "a\u00a0b")
        ),
        ("DS." * 8 + "D", "chỉ gồm chữ cái"),
    ],
)
def test_a_memo_that_banks_would_change_is_refused_with_its_reason(memo: str, reason: str) -> None:
    with pytest.raises(BadTransfer, match=f"[Nn]ội dung.*{reason}"):
        pay(memo=memo)


def test_a_long_memo_is_measured_after_its_marks_are_dropped() -> None:
    assert pay(memo=unicodedata.normalize("NFD", "ữ" * 25)).memo == "u" * 25
    with pytest.raises(BadTransfer, match="dài 26 ký tự"):
        pay(memo="ữ" * 26)


@pytest.mark.parametrize(
    ("amount", "reason"),
    [
        *((few, "lớn hơn 0") for few in (0, -1)),
        *((no_number, "đồng chẵn") for no_number in (True, False, 1.0, 150_000.5, "1000", "1,000")),
        *((many, "dài quá 13 chữ số") for many in (10**13, 10**40)),
    ],
)
def test_an_amount_that_is_no_plain_number_of_dong_is_refused(amount: Any, reason: str) -> None:
    with pytest.raises(BadTransfer, match=f"Số tiền.*{reason}"):
        pay(amount=amount)


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        *((few, "lớn hơn 0") for few in ("0", "00", "-5")),
        *((no_number, "đồng chẵn") for no_number in ("", "1,000", "1.000", "1e6", "10.5", "+5", " 5", "٣", "1_000")),
        *((many, "dài quá 13 chữ số") for many in ("1" * 14, "1" * 5000)),
        ("05", "số 0 ở trước"),
    ],
)
def test_an_amount_typed_to_the_command_is_digits_only(typed: str, reason: str) -> None:
    with pytest.raises(BadTransfer, match=f"Số tiền.*{reason}"):
        parse_amount(typed)


@pytest.mark.parametrize("amount", [1, 10**13 - 1])
def test_the_least_and_the_largest_amount_are_paid(amount: int) -> None:
    assert read_payload(pay(amount=parse_amount(str(amount))).payload()).amount == amount


@pytest.mark.parametrize("bin_", ["", "97040", "9704055", "97040A", "９７０４０５", "970405\n"])
def test_a_bin_has_six_digits(bin_: str) -> None:
    with pytest.raises(BadTransfer, match="BIN"):
        Beneficiary(bin=bin_, number="1")


def test_a_bin_must_be_a_bank_s_where_that_is_asked() -> None:
    check_bank("970405", BANKS)
    with pytest.raises(BadTransfer, match="970488"):
        check_bank("970488", BANKS)


def test_spaces_leave_an_account_number() -> None:
    assert Beneficiary(bin="970405", number=" 3607 2050 12345 ").number == "3607205012345"


@pytest.mark.parametrize(
    ("number", "reason"),
    [
        *((none, "Chưa có số tài khoản") for none in ("", "  ")),
        *((long, "dài quá 19 ký tự") for long in ("1" * 20, "1" * 19 + "\n")),
        *((odd, "chỉ gồm chữ cái không dấu") for odd in ("36.07", "36-07", "số", "12\n34", "١٢٣", "." * 19)),
    ],
)
def test_an_account_number_is_up_to_19_letters_and_digits(number: str, reason: str) -> None:
    with pytest.raises(BadTransfer, match=reason):
        Beneficiary(bin="970405", number=number)


@pytest.mark.parametrize(
    "extras",
    [{"name": "Rau bà Lan"}, {"postcode": ""}],
)
def test_what_a_code_carries_besides_is_plain(extras: dict[str, str]) -> None:
    with pytest.raises(BadTransfer):
        Extras(**extras)


@pytest.mark.parametrize(
    ("field", "tag", "most"),
    [
        ("name", "59", 25),
        ("city", "60", 15),
        ("postcode", "61", 10),
        ("bill", "01", 25),
        ("mobile", "02", 25),
        ("store", "03", 25),
        ("loyalty", "04", 25),
        ("reference", "05", 25),
        ("customer", "06", 25),
        ("terminal", "07", 25),
    ],
)
def test_each_field_has_its_tag_and_its_length(field: str, tag: str, most: int) -> None:
    assert f"{tag}{most}{'A' * most}" in _with(Extras(**{field: "A" * most}), "D")
    with pytest.raises(BadTransfer, match=f"dài {most + 1} ký tự, nhiều nhất {most}"):
        Extras(**{field: "A" * (most + 1)})


@pytest.mark.parametrize("mcc", ["541", "54111", "54AB", "٥٤١١", ""])
def test_a_trade_s_code_has_four_digits(mcc: str) -> None:
    assert "52045411" in _with(Extras(mcc="5411"), "D")
    with pytest.raises(BadTransfer, match="đúng 4 chữ số"):
        Extras(mcc=mcc)


def test_more_than_99_characters_beside_the_memo_are_refused() -> None:
    most = Extras(bill="A" * 25, store="B" * 25, reference="C" * 8)
    assert read_payload(_with(most, "D" * 25)).reference == "C" * 8
    with pytest.raises(BadTransfer, match="99"):
        _with(Extras(bill="A" * 25, store="B" * 25, reference="C" * 9), "D" * 25)


def _with(extras: Extras, memo: str) -> str:
    return Transfer(to=Beneficiary(bin="970405", number="1"), memo=memo, extras=extras).payload()


# --- reading what was scanned ---------------------------------------------------------------------------------------

GOOD = VIETQR["vectors"][0]["payload"]


def resealed(text: str) -> str:
    """The text with a right CRC of its own, so that only what else is wrong with it can be what is refused."""
    from binascii import crc_hqx

    return f"{text}{crc_hqx(text.encode(), 0xFFFF):04X}"


@pytest.mark.parametrize(
    "text",
    [
        GOOD[:-4] + GOOD[-4:].lower(),
        GOOD + "\n",
        " " + GOOD,
        GOOD[:-8],
        "https://example.vn",
        resealed("00020101021238530010A0000007270123000697041601092576788590208QRIBFTTA53037045802VN999963046304"),
        resealed("0002010102115303704 5802VN6304"),
        resealed("00020101021153037045802VN6304"),
        resealed(GOOD[:-4].replace("5303704", "5303840")),
        resealed(GOOD[:-4].replace("5802VN", "5802US")),
        resealed(GOOD[:-4].replace("A000000727", "A000000728")),
        resealed(GOOD[:-4].replace("5802VN", "5802VN5802VN")),
        resealed(GOOD[:-4].replace("010211", "010213")),
        resealed("010211" + GOOD[:-4].replace("010211", "")),
        resealed(GOOD[:-8] + "62120808AB" + "6304"),
        resealed(GOOD[:-4].replace("5303704", "5404-5005303704")),
        resealed(GOOD[:-4].replace("5802VN", "5802VN5900")),
    ],
)
def test_what_is_no_sound_transfer_code_is_refused_even_with_a_right_crc(text: str) -> None:
    with pytest.raises(BadPayload):
        read_payload(text)


def test_tags_nobody_knows_are_passed_over() -> None:
    momo = resealed(GOOD[:-8] + "8003123" + "6304")
    assert read_payload(momo).account == read_payload(GOOD).account
    marked = resealed(GOOD[:-8] + "6413" + "0002vi0103Đại" + "6304")
    assert read_payload(marked).bin == read_payload(GOOD).bin


TRANSFERS = st.builds(
    Transfer,
    to=st.builds(
        Beneficiary, bin=st.sampled_from(sorted(BANKS)), number=st.from_regex(r"[A-Za-z0-9]{1,19}", fullmatch=True)
    ),
    amount=st.none() | st.integers(1, 10**13 - 1),
    memo=st.none() | st.from_regex(r"[A-Za-z0-9-]([A-Za-z0-9 -]{0,23}[A-Za-z0-9-])?", fullmatch=True),
    is_static=st.booleans(),
)


@given(TRANSFERS)
def test_what_is_made_is_read_back(transfer: Transfer) -> None:
    read = read_payload(transfer.payload())
    expected = (transfer.to.bin, transfer.to.number, transfer.amount, transfer.memo, transfer.initiation)
    assert (read.bin, read.account, read.amount, read.memo, read.initiation) == expected


@given(TRANSFERS, st.data())
def test_no_single_wrong_character_is_read(transfer: Transfer, data: st.DataObject) -> None:
    payload = transfer.payload()
    at = data.draw(st.integers(0, len(payload) - 1))
    other = data.draw(st.characters(min_codepoint=32, max_codepoint=126))
    assume(other != payload[at])
    with pytest.raises(BadPayload):
        read_payload(payload[:at] + other + payload[at + 1 :])


@given(st.text(max_size=150))
def test_any_text_is_either_read_or_refused(text: str) -> None:
    for candidate in (text, resealed(text.encode("utf-8", "replace").decode() + "6304")):
        try:
            assert isinstance(read_payload(candidate), Scanned)
        except BadPayload:
            continue


@given(st.text(max_size=40))
def test_a_memo_is_either_plain_or_refused(memo: str) -> None:
    try:
        payload = pay(memo=memo).payload()
    except BadTransfer:
        return
    assert payload.isascii()
    assert payload.isprintable()
