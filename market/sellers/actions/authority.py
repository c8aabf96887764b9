"""On whose word money and identity open: a member's password on a device of theirs, or an officer who saw a paper."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from market.accounts.models import LoginSession
from market.accounts.queries import is_stepped_up, login_of
from market.base.audit import Actor
from market.base.db import Locked
from market.base.errors import NotAllowed, NotFound, Refused
from market.sellers import queries
from market.sellers.models import Business
from market.values.period import local_day

MEMBERS_ONLY = (
    "Việc này chỉ chủ hộ làm được, người hỗ trợ không làm thay: tiền về đâu và ai được vào là của chủ. Chưa đổi gì "
    "cả, mời chủ hộ làm trên điện thoại của mình, hoặc mang giấy tờ ra xã."
)
STEP_UP_NEEDED = (
    "Để chắc là chính bạn, mời gõ mật khẩu của bạn vào ô Mật khẩu rồi bấm lại. Những gì bạn đã điền vẫn còn nguyên."
)
STAFF_DEVICE = (
    "Máy này đã có người hỗ trợ hoặc cán bộ đăng nhập nên không đổi được chuyện tiền ở đây. Chưa đổi gì cả, mời làm "
    "trên điện thoại của chính bạn, hoặc mang giấy tờ ra xã."
)
UNKNOWN_DEVICE = "Máy này đăng nhập từ lâu, chợ chưa rõ là máy nào. Mời đăng xuất, đăng nhập lại rồi làm lại việc này."
OWN_BUSINESS = "Hộ này hoặc tài khoản này là của bạn. Mời cán bộ khác xem giấy và ghi."


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnPassword:
    """A member's word: the login session in which they typed their password of late (`accounts.step_up`)."""

    login_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperSeen:
    """An officer's word, for a person who stands before them: the paper they saw."""

    paper: str


OwnerProof = OwnPassword | PaperSeen


def refuse_helper(actor: Actor) -> None:
    """NotAllowed under a mandate: it opens neither money nor identity."""
    if actor.mandate_id is not None:
        raise NotAllowed("owner_only", MEMBERS_ONLY)


def require_member(session: Session, actor: Actor, business: Locked[Business]) -> int:
    """The id of the member who acts for themselves; NotAllowed for anybody else."""
    refuse_helper(actor)
    members = [member.person_id for member in queries.members_of(session, business.row.id)]
    if actor.person_id is None or actor.person_id not in members:
        raise NotAllowed("owner_only", MEMBERS_ONLY)
    return actor.person_id


def require_owner(
    session: Session, actor: Actor, business: Locked[Business], proof: OwnerProof, *, now: datetime
) -> int:
    """The id of the person on whose word a business's money or identity may open.

    NotAllowed for who is no member, NotFound for who brings a paper and is no officer of the commune; Refused where the
    member did not type their password of late, or on a device that an officer or helper has used, and to an officer
    whose own business it is.
    """
    if isinstance(proof, OwnPassword):
        person_id = require_member(session, actor, business)
        require_own_device(session, person_id, proof, now=now)
        return person_id
    return _require_officer(session, actor, business, now=now)


def require_own_device(session: Session, person_id: int, proof: OwnPassword, *, now: datetime) -> str:
    """The person's device, on which they typed their password of late and no officer or helper has ever signed in;
    Refused where it is none."""
    login = login_of(session, person_id, proof.login_id)
    visitor = _visitor_of(login)
    if queries.is_staff_device(session, visitor, person_id):
        raise Refused("staff_device", STAFF_DEVICE)
    if login is None or not is_stepped_up(login, now=now):
        raise Refused("step_up_needed", STEP_UP_NEEDED)
    return visitor


def _visitor_of(login: LoginSession | None) -> str:
    if login is None or login.visitor is None:
        raise Refused("unknown_device", UNKNOWN_DEVICE)
    return login.visitor


def _require_officer(session: Session, actor: Actor, business: Locked[Business], *, now: datetime) -> int:
    if actor.person_id is None:
        raise NotFound
    if not queries.is_officer(session, business.row.commune_id, actor.person_id, local_day(now)):
        raise NotFound
    if actor.person_id in [member.person_id for member in queries.members_of(session, business.row.id)]:
        raise Refused("own_business", OWN_BUSINESS)
    return actor.person_id
