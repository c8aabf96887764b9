"""What pages show of businesses, stalls, claims and bank accounts: what a person decides on (`base/seen.py`)."""

from datetime import date

from sqlalchemy.orm import Session

from market.base.seen import UNSAID, Facts
from market.sellers.models import (
    BankAccount,
    Business,
    BusinessMember,
    BusinessProposal,
    ChangeKind,
    HolderRelation,
    Stall,
    StallState,
)
from market.sellers.queries.bank import connection_of, live_bank_account
from market.sellers.queries.change_requests import stall_draft
from market.sellers.queries.changes import change_words, waiting_change
from market.sellers.queries.claims import others_words, verification_of
from market.sellers.queries.posts import paper_mandates
from market.sellers.queries.register import find_in_register
from market.sellers.rules import BANKS, KIND_WORDS, STATUS_WORDS
from market.values.money import format_dong
from market.values.phone import Phone

NONE = "chưa có"


def claim_facts(session: Session, claim: BusinessMember) -> Facts:
    """Who says what is theirs, what the register says of it, who is confirmed as its own already (the next one is one
    of its staff), and by whose paper it is verified."""
    verified = verification_of(session, claim.business_id)
    return {
        "người đề nghị": claim.person.name,
        "điện thoại người đề nghị": _phone(claim.person.phone),
        **_known_as(claim.business),
        "người đã được xác nhận": others_words(session, claim.business_id) or NONE,
        "xác nhận đang có hiệu lực": verified.full_name if verified else NONE,
    }


def paper_facts(session: Session, business: Business, today: date) -> Facts:
    """What the register says of a business whose people have no account, and who acts for it on which paper."""
    mandates = paper_mandates(session, business.id, today)
    return {
        **_known_as(business),
        "người được ủy quyền": ", ".join(f"{one.helper.name} ({one.paper})" for one in mandates.shown) or NONE,
        "số giấy ủy quyền": str(mandates.total),
    }


def business_facts(business: Business) -> Facts:
    """What the register says of a business, all of which its edit form brings."""
    return {
        **_known_as(business),
        "tình trạng": STATUS_WORDS[business.status],
        "mã số thuế": business.tax_id or NONE,
        "ngành nghề": business.trade or NONE,
        "địa chỉ": business.address or NONE,
    }


def _known_as(business: Business) -> Facts:
    return {
        "tên cơ sở": business.name,
        "loại cơ sở": KIND_WORDS[business.kind],
        "thôn": business.hamlet.name,
        "chủ trong sổ": business.owner_name or NONE,
        "điện thoại trong sổ": _phone(business.phone),
    }


_STATES = {StallState.OPEN: "đang bán", StallState.PAUSED: "nghỉ bán", StallState.CLOSED: "xã tạm đóng"}


def stall_facts(session: Session, stall: Stall) -> Facts:
    """How a stall sells and what its seller wrote last of it, all of which its settings form brings."""
    draft = stall_draft(session, stall)
    return {
        "tên gian hàng": draft["name"],
        "lời giới thiệu": draft["intro"] or "để trống",
        "gian hàng": _STATES[stall.state],
        "tự nhận đơn": _yes_or_no(stall.accepts_by_itself),
        "xác nhận đơn của khách lạ trước khi giữ hàng": _yes_or_no(stall.confirms_strangers),
        "giữ hàng trả khi nhận": f"{stall.hold_days} ngày",
        "giao trong xã": _yes_or_no(stall.delivers_in_commune),
        "phí giao trong xã": format_dong(stall.delivery_fee),
        "gửi chuyển phát": _yes_or_no(stall.ships_outside),
        "miễn phí giao từ": format_dong(stall.free_from) if stall.free_from else "không",
        "gửi xe khách": _yes_or_no(stall.sends_by_bus),
        "phí gửi xe khách": "người nhận trả nhà xe" if stall.bus_fee is None else format_dong(stall.bus_fee),
        "lời về xe khách": stall.bus_words or "để trống",
        "phí chuyển phát": format_dong(stall.shipping_fee),
        "lời về chuyển phát": stall.shipping_words or "để trống",
        "đơn ít nhất": format_dong(stall.least_order),
        "khách mới đặt cọc": _deposit_words(stall),
    }


def _deposit_words(stall: Stall) -> str:
    if not stall.deposit_percent:
        return "không"
    return f"{stall.deposit_percent}\u00a0%, đơn từ {format_dong(stall.deposit_from)}"


def _yes_or_no(is_so: bool) -> str:
    return "có" if is_so else "không"


def proposal_facts(session: Session, proposal: BusinessProposal) -> Facts:
    """Who asks for what to be entered, and the businesses of a like name that the register has already."""
    alike = find_in_register(session, proposal.commune_id, proposal.name)
    return {
        "người đề nghị": proposal.person.name,
        "điện thoại người đề nghị": _phone(proposal.person.phone),
        "tên cơ sở": proposal.name,
        "loại cơ sở": KIND_WORDS[proposal.kind],
        "thôn": proposal.hamlet.name,
        "nghề": proposal.trade or NONE,
        "mã số thuế": proposal.tax_id or NONE,
        "tên giống vậy trong sổ": ", ".join(f"{one.name} ({one.hamlet.name})" for one in alike) or NONE,
    }


RELATIONS = {HolderRelation.SELF: "chính chủ", HolderRelation.FAMILY: "tài khoản người nhà"}


def bank_account_facts(session: Session, business_id: int) -> Facts:
    """Where a business is paid now and is to be paid soon, and the verified person whose name its account must bear."""
    verified = verification_of(session, business_id)
    waiting = waiting_change(session, ChangeKind.BANK_ACCOUNT, business_id)
    return {
        "người xã đã xác nhận": verified.full_name if verified else NONE,
        "tài khoản đang nhận tiền": _account(live_bank_account(session, business_id)),
        "tài khoản đang chờ đổi": change_words(waiting) if waiting else "không có",
    }


def bank_feed_facts(session: Session, business_id: int) -> Facts:
    """Where a business is paid now, and whether a provider tells of what comes in there."""
    account = live_bank_account(session, business_id)
    connection = connection_of(session, account.id) if account else None
    return {
        "tài khoản đang nhận tiền": _account(account),
        "báo có": f"đã nối{UNSAID}{connection.provider}" if connection else "chưa nối",
    }


def _account(account: BankAccount | None) -> str:
    if account is None:
        return NONE
    bank = BANKS[account.bin].short_name if account.bin in BANKS else account.bin
    return f"{account.holder}, {bank}, số đuôi {account.number_last4}, {RELATIONS[account.relation]}"


def _phone(phone: Phone | None) -> str:
    return phone.national if phone else NONE
