"""Whose account it is, however a bank writes the name: the same, another's, or not to be said."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from market.sellers.rules import HolderLikeness, compare_holder

SAME, UNLIKE, UNSURE = HolderLikeness.SAME, HolderLikeness.UNLIKE, HolderLikeness.UNSURE


@pytest.mark.parametrize(
    ("holder", "likeness"),
    [
        ("PHAM THI LAN", SAME),
        ("phạm  thị lan", SAME),
        ("PHAMTHILAN", SAME),
        ("Bà Phạm Thị Lan", SAME),
        ("LAN PHAM THI", SAME),
        ("LAN THI PHAM", SAME),
        ("PHAM, THI LAN", SAME),
        ("HKD PHAM THI LAN", SAME),
        ("HO KINH DOANH PHAM THI LAN", SAME),
        ("RAU BA LAN", SAME),
        ("HKD RAU BA LAN", SAME),
        ("PHAM LAN THI", UNSURE),
        ("PHAM T LAN", UNSURE),
        ("PHAM THI L", UNSURE),
        ("P.T.LAN", UNSURE),
        ("PH TH LAN", UNSURE),
        ("PHAM LAN", UNSURE),
        ("CONG TY TNHH PHAM THI LAN", UNSURE),
        ("CTY TNHH MTV RAU BA LAN", UNSURE),
        ("DNTN PHAM THI LAN", UNSURE),
        ("PHAM THI LAN VA TRAN VAN HUNG", UNSURE),
        ("TRAN VAN HUNG & PHAM THI LAN", UNSURE),
        ("PHAM THI LAN/TRAN VAN HUNG", UNSURE),
        ("TRAN VAN HUNG HOAC PHAM THI LAN", UNSURE),
        ("TRAN VAN HUNG VA LE THI HOA", UNLIKE),
        ("PHAN THI LAN", UNLIKE),
        ("PHAM THI LANH", UNLIKE),
        ("PHAM THI LAN ANH", UNLIKE),
        ("LE THI LAN", UNLIKE),
        ("CONG TY TNHH SEN VANG", UNLIKE),
        ("LAN", UNLIKE),
        ("HKD", UNLIKE),
        ("", UNLIKE),
    ],
)
def test_a_person_s_account(holder: str, likeness: HolderLikeness) -> None:
    found = compare_holder(holder, person="Phạm Thị Lan", business="Rau bà Lan")
    assert found.likeness is likeness
    assert bool(found.why) == (likeness is UNSURE)


@pytest.mark.parametrize(
    ("holder", "likeness"),
    [
        ("HTX NONG NGHIEP DAI SON", SAME),
        ("HOP TAC XA NONG NGHIEP DAI SON", SAME),
        ("HTX NN DAI SON", SAME),
        ("HTX NN DAISON", SAME),
        ("TRAN VAN BINH", SAME),
        ("NONG NGHIEP DAI SON", UNSURE),
        ("CONG TY CO PHAN NONG NGHIEP DAI SON", UNSURE),
        ("HTX NONG NGHIEP HUNG DAO", UNLIKE),
        ("HTX DAI SON", UNLIKE),
    ],
)
def test_a_co_operative_s_account(holder: str, likeness: HolderLikeness) -> None:
    found = compare_holder(holder, person="Trần Văn Bình", business="HTX Nông nghiệp Đại Sơn")
    assert found.likeness is likeness


@pytest.mark.parametrize(
    ("holder", "likeness"), [("LE TRAN VAN", UNSURE), ("LE VAN TRAN", UNSURE), ("TRAN VAN LE", SAME)]
)
def test_a_given_name_that_is_a_surname_makes_another_order_another_person(
    holder: str, likeness: HolderLikeness
) -> None:
    assert compare_holder(holder, person="Trần Văn Lê", business="x").likeness is likeness


def test_a_long_name_that_a_bank_has_cut_is_not_to_be_said() -> None:
    assert compare_holder("NGUYEN THI THUY DU", person="Nguyễn Thị Thùy Dương", business="x").likeness is UNSURE
    assert compare_holder("NGUYEN THI THUI DUONG", person="Nguyễn Thị Thùy Dương", business="x").likeness is UNSURE


NAMES = st.lists(st.sampled_from(["Nguyễn", "Phạm", "Thị", "Văn", "Lan", "Hoa", "Bình", "Đào"]), min_size=2, max_size=4)


@given(NAMES, NAMES)
def test_the_same_words_are_the_same_and_no_shared_word_never(one: list[str], other: list[str]) -> None:
    assert compare_holder(" ".join(one).upper(), person=" ".join(one), business="x").likeness is SAME
    if not set(one) & set(other):
        assert compare_holder(" ".join(other), person=" ".join(one), business="x").likeness is UNLIKE
