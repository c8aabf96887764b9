"""What an officer or a seller is shown before they decide: every fact in words, and what is not known said as such."""

from sqlalchemy.orm import Session

from market.base.db import transaction
from market.sellers import queries
from market.sellers.models import Business, BusinessKind, BusinessMember, BusinessProposal, ClaimState, Stall
from market.values.taxid import TaxId
from tests.cast import Cast
from tests.conftest import Clock


def test_of_a_proposal_all_is_shown_and_who_in_the_register_bears_a_like_name(
    cast: Cast, now: Clock, session: Session
) -> None:
    with transaction() as writing:
        proposals = [
            BusinessProposal(
                commune_id=cast.commune,
                person_id=cast.mai,
                hamlet_id=cast.mo_doan,
                kind=BusinessKind.FARM_HOUSEHOLD,
                name=name,
                trade=trade,
                tax_id=tax_id,
                proposed_at=now(),
            )
            for name, trade, tax_id in (("Tư", "Rươi", TaxId("099161000002")), ("Vườn chị Mai", None, None))
        ]
        writing.add_all(proposals)
        writing.flush()
        asked, bare = (queries.proposal_facts(writing, proposal) for proposal in proposals)

    assert asked == {
        "người đề nghị": "Vũ Thị Mai",
        "điện thoại người đề nghị": "0900 000 021",
        "tên cơ sở": "Tư",
        "loại cơ sở": "Hộ nông dân",
        "thôn": "thôn Mỗ Đoạn",
        "nghề": "Rươi",
        "mã số thuế": "099161000002",
        "tên giống vậy trong sổ": "Rươi anh Tư (thôn Mỗ Đoạn)",
    }
    assert (bare["nghề"], bare["mã số thuế"], bare["tên giống vậy trong sổ"]) == ("chưa có",) * 3


def test_of_a_claim_are_shown_who_claims_and_who_is_confirmed(cast: Cast, now: Clock, session: Session) -> None:
    with transaction() as writing:
        theu = writing.get_one(Business, cast.theu)
        claim = BusinessMember(business_id=cast.theu, person_id=cast.mai, claimed_at=now())
        writing.add(claim)
        writing.flush()
        alone = queries.claim_facts(writing, claim)
        for person in (cast.vy, cast.stranger):
            member = BusinessMember(business_id=cast.theu, person_id=person, claimed_at=now())
            member.state = ClaimState.CONFIRMED
            writing.add(member)
            writing.flush()
        claim.person.phone, theu.owner_name = None, "Nguyễn Thị Thêu"
        writing.flush()
        among = queries.claim_facts(writing, claim)

    assert alone == {
        "người đề nghị": "Vũ Thị Mai",
        "điện thoại người đề nghị": "0900 000 021",
        "tên cơ sở": "Tranh thêu Xuân Nẻo cô Thêu",
        "loại cơ sở": "Hộ kinh doanh",
        "thôn": "thôn Nghĩa Dũng",
        "chủ trong sổ": "chưa có",
        "điện thoại trong sổ": "chưa có",
        "người đã được xác nhận": "chưa có",
        "xác nhận đang có hiệu lực": "chưa có",
    }
    assert among["người đã được xác nhận"] == "Trần Khánh Vy, Người Lạ"
    assert (among["chủ trong sổ"], among["điện thoại người đề nghị"]) == ("Nguyễn Thị Thêu", "chưa có")


def test_of_a_stall_is_shown_how_it_sells(cast: Cast, session: Session) -> None:
    stall = session.get_one(Stall, cast.lan.stall)
    assert list(queries.stall_facts(session, stall).values()) == [
        "Rau bà Lan",
        "để trống",
        "đang bán",
        "không",
        "không",
        "3 ngày",
        "có",
        "10.000\u00a0₫",
        "không",
        "không",
        "không",
        "người nhận trả nhà xe",
        "để trống",
        "0\u00a0₫",
        "để trống",
        "0\u00a0₫",
        "không",
    ]
    stall.intro = "Rau sạch"
    assert queries.stall_facts(session, stall)["lời giới thiệu"] == "Rau sạch"
