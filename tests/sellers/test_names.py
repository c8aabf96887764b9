"""What a stall may be called: nothing that buyers read as another stall, an authority or a bank."""

import pytest

from market.sellers.rules import look_of, odd_letters, reason_against_name

OTHERS = ("Rươi anh Tư", "Rau bà Lan")
OFFICIAL = ("xã Đại Sơn", "Phòng Kinh tế xã Đại Sơn", "Chợ xã Đại Sơn")


def reason(name: str) -> str | None:
    return reason_against_name(name, official=OFFICIAL, others=OTHERS, hamlet="thôn Đoài")


@pytest.mark.parametrize(
    "name",
    [
        "Rau bà Lan (thôn Đoài)",
        "Rau bà Lành",
        "HTX nông nghiệp Đại Sơn",
        "Đại Sơn",
        "Chợ Sòi bà Tám",
        "Bún một cua 24/7",
        "Nhà nước mắm Cát Hải",
        "Vịt ngan Hằng",
        "Trà ướp sen Vibi",
        "🌿 Rau sạch",
    ],
)
def test_a_name_of_one_s_own_is_one_s_own(name: str) -> None:
    assert reason(name) is None


@pytest.mark.parametrize(
    "name",
    [
        "Rau bà Lan",
        "rau ba lan",
        "RAU BÀ LÂN",
        "Rau  bà-Lan!",
        "Raubàlan",
        "Rau bà Ian",
        "Rau bà 1an",
        "Ｒａｕ bà Lan",
        "Ɍau bà Lan",
        "Rɑu bà Lan",
    ],
)
def test_a_look_alike_is_refused_and_told_how_to_tell_them_apart(name: str) -> None:
    said = reason(name)
    assert said
    assert "Trong xã đã có gian “Rau bà Lan”" in said
    assert f"{name} (thôn Đoài)" in said


@pytest.mark.parametrize(
    "name", ["Rau bà Lаn", "Ράυ bà Lan", "Rau bà Lan\u202e", "Rau\u200bbà Lan", "한국 김치", "Rau ٣"]
)
def test_letters_of_another_script_are_refused(name: str) -> None:
    said = reason(name)
    assert said
    assert "không phải chữ Việt" in said


@pytest.mark.parametrize(
    "name",
    [
        "Phòng Kinh tế xã Đại Sơn",
        "Ph0ng kinh te",
        "UBND xã",
        "Uỷ ban nhân dân",
        "Công an Đại Sơn",
        "Chợ số Đại Sơn",
        "Xã Đại Sơn",
        "Vietcombank",
        "VietcornBank chi nhánh Kiến Thụy",
        "Ngân hàng bà Lan",
        "ngan hang ba Lan",
        "Hỗ trợ khách hàng MoMo",
    ],
)
def test_no_stall_speaks_for_an_authority_a_bank_or_the_market(name: str) -> None:
    said = reason(name)
    assert said
    assert "làm khách tưởng là cơ quan" in said


def test_a_name_has_letters() -> None:
    assert "cần có chữ" in (reason("🌿🌿") or "")
    assert "cần có chữ" in (reason("--") or "")


def test_two_names_of_one_look_are_one() -> None:
    assert look_of("Rau bà Lan") == look_of("rau ba 1aN") != look_of("Rau bà Lành")
    assert look_of("") == ""
    assert odd_letters("Rau bà Lan, 5 giờ (sáng) & chiều – “ngon”") == ""
