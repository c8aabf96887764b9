"""Statements are read however banks write them: heads, amounts, days, and what each row says came in."""

from datetime import UTC, datetime

import pytest

from market.base.spreadsheets.intake import SKIPPED, Table, take_in
from market.base.spreadsheets.tables import read_tables
from market.payments.rules import statements as rules
from market.payments.rules.statements import amount_of, lines_of, vocabulary
from market.values.period import VIETNAM
from tests.payments.statement_files import ABOVE, VCB, as_csv, as_xlsx, vcb, vcb_row

AT = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)


def table(raw: bytes, said: dict[str, str] | None = None) -> Table:
    (found,) = take_in(read_tables(raw), vocabulary(said or {}))
    return found


@pytest.mark.parametrize(
    ("written", "amount"),
    [
        ("1.234.567", 1_234_567),
        ("1,234,567.00", 1_234_567),
        ("1.234.567,00", 1_234_567),
        ("+150,000 VND", 150_000),
        ("150.000đ", 150_000),
        ("(150.000)", -150_000),
        ("-150,000", -150_000),
        ("150000", 150_000),
        ("1 500 000", 1_500_000),
    ],
)
def test_an_amount_is_read_as_banks_write_it(written: str, amount: int) -> None:
    assert amount_of(written) == amount


@pytest.mark.parametrize("written", ["150000.5", "1,234,567.50", "1.23.4", "12,34,567", "x", "", "1e6", "9" * 14])
def test_what_is_no_whole_amount_is_refused(written: str) -> None:
    with pytest.raises(ValueError):
        amount_of(written)


def test_the_point_of_a_cell_that_held_a_number_is_a_decimal_one() -> None:
    assert amount_of("150000.0", is_number=True) == 150_000
    with pytest.raises(ValueError):
        amount_of("150.125", is_number=True)


HEADS = {
    "Vietcombank": VCB,
    "BIDV": ("STT", "Ngày GD", "Số tham chiếu", "Mô tả", "Phát sinh Nợ", "Phát sinh Có", "Số dư"),
    "VietinBank": (
        "STT",
        "Ngày giao dịch",
        "Mô tả giao dịch",
        "Nợ/ Debit",
        "Có/ Credit",
        "Số dư/ Balance",
        "Số giao dịch",
    ),
    "Agribank": ("Ngày giao dịch", "Số chứng từ", "Nội dung giao dịch", "Ghi nợ", "Ghi có", "Số dư"),
    "MB": ("STT", "Ngày giao dịch", "Số bút toán", "Phát sinh nợ", "Phát sinh có", "Nội dung", "Tên tài khoản đối ứng"),
    "Techcombank": (
        "Ngày giao dịch/ Transaction date",
        "Đối tác/ Remitter",
        "Diễn giải/ Details",
        "Số bút toán/ Transaction No",
        "Nợ/ Debit",
        "Có/ Credit",
        "Số dư/ Balance",
    ),
    "ACB": ("Ngày hiệu lực", "Ngày giao dịch", "Số GD", "Nội dung giao dịch", "Rút ra", "Gửi vào", "Số dư"),
    "signed": ("Thời gian", "Mã giao dịch", "Số tiền", "Nội dung"),
}


@pytest.mark.parametrize("bank", HEADS)
def test_the_columns_of_common_statements_are_understood(bank: str) -> None:
    head = HEADS[bank]
    fields = {name: rules._field_of({}, title) for name, title in zip(head, head, strict=True)}
    assert {rules.DATE, rules.MEMO, rules.REFERENCE} <= set(fields.values()), fields
    assert {rules.CREDIT, rules.DEBIT} <= set(fields.values()) or rules.AMOUNT in fields.values(), fields


@pytest.mark.parametrize(
    "raw",
    [
        as_csv(vcb(vcb_row(1, AT, "150,000", "DS7K2M9PM chuyen tien", reference="FT1"))),
        as_csv(vcb(vcb_row(1, AT, "150.000", "DS7K2M9PM chuyen tien", reference="FT1")), delimiter=";"),
        as_csv(
            vcb(vcb_row(1, AT, "150,000.00", "DS7K2M9PM chuyen tien", reference="FT1")),
            delimiter="\t",
            encoding="utf-16",
        ),
        as_csv(vcb(vcb_row(1, AT, "150,000", "DS7K2M9PM chuyen tien", reference="FT1")), encoding="utf-8-sig"),
        as_xlsx(vcb(vcb_row(1, AT, "150,000", "DS7K2M9PM chuyen tien", reference="FT1"))),
    ],
    ids=["comma", "semicolon", "utf-16 tab", "bom", "xlsx"],
)
def test_a_statement_is_read_whatever_stands_around_its_table(raw: bytes) -> None:
    found = table(raw)
    line, total = lines_of(found.lines, knows_numbers=bool(found.sheet))
    assert total.why == rules.NO_ROW
    assert (line.why, line.amount, line.memo, line.bank_ref) == ("", 150_000, "DS7K2M9PM chuyen tien", "FT1")
    assert line.occurred_at == datetime(2026, 11, 24, tzinfo=VIETNAM)
    titles = [left.text for left in found.left]
    assert rules.accounts_named(titles) == ["0071000888888"]


def test_old_vietnamese_code_pages_are_read() -> None:
    """Letters with their tones beside them, as cp1258 has them."""
    rows = [("Nga\u0300y giao di\u0323ch", "S\u00f4\u0301 ti\u00ea\u0300n ghi co\u0301", "N\u00f4\u0323i dung")]
    found = table(as_csv([*rows, ("24/11/2026", "150000", "tra\u0309")], encoding="cp1258"))
    (line,) = lines_of(found.lines, knows_numbers=False)
    assert (line.amount, line.memo) == (150_000, "tr\u1ea3")


def test_each_row_that_is_not_taken_says_why() -> None:
    rows = vcb(
        vcb_row(1, AT, "", "rut tien", debit="50,000"),
        vcb_row(2, AT, "0", "x"),
        vcb_row(3, AT, "12,5", "x"),
        ("4", "32/11/2026", "", "", "5,000", "", "x"),
        vcb_row(5, AT, "5,000", "x", debit="5,000"),
    )
    found = table(as_csv(rows))
    whys = [line.why for line in lines_of(found.lines, knows_numbers=False)]
    assert whys == [
        rules.WENT_OUT,
        rules.NO_MONEY,
        rules.ODD_AMOUNT.format("12,5"),
        rules.ODD_DAY.format("32/11/2026"),
        rules.BOTH_WAYS,
        rules.NO_ROW,
    ]


def test_equal_rows_are_told_apart_by_their_order_and_alike_in_every_file() -> None:
    two = [vcb_row(1, AT, "5,000", "x"), vcb_row(2, AT, "5,000", "x")]
    keys = [line.key for line in lines_of(table(as_csv(vcb(*two))).lines, knows_numbers=False) if line.key]
    assert len(set(keys)) == 2
    dotted = [vcb_row(1, AT, "5.000", "X"), vcb_row(2, AT, "5.000", "x")]
    again = [line.key for line in lines_of(table(as_xlsx(vcb(*dotted))).lines, knows_numbers=True) if line.key]
    assert again == keys


def test_what_a_person_says_of_a_column_counts() -> None:
    rows = [("Hôm", "Thu", "Ghi chú"), ("24/11/2026", "150.000", "DS7K2M9PM"), ("25/11/2026", "1.000", "x")]
    assert not table(as_csv(rows)).is_read
    said = {"hom": rules.DATE, "thu": rules.CREDIT, "ghi chu": rules.MEMO}
    assert [line.amount for line in lines_of(table(as_csv(rows), said).lines, knows_numbers=False)] == [150_000, 1_000]
    assert rules._field_of({"ghi co": SKIPPED}, "Ghi có") == SKIPPED


def test_the_head_may_stand_far_below() -> None:
    rows = [*ABOVE * 5, VCB, vcb_row(1, AT, "5,000", "x")]
    assert len(table(as_csv(rows)).lines) == 1


def test_no_more_rows_than_are_bounded() -> None:
    rows = [VCB, *[vcb_row(at, AT, "5000", "x") for at in range(20_000)]]
    with pytest.raises(ValueError, match=r"20\.000 dòng"):
        table(as_csv(rows))
