"""What a browser hands over when it subscribes, looked at before it is kept."""

from market.base.errors import Refused
from market.notices.senders.web_push.encryption import BrowserKeys
from market.notices.senders.web_push.hosts import is_push_service
from market.notices.senders.web_push.settings import server_key
from market.notices.subscriptions import PushBrowser


def checked_browser(device: str, *, endpoint: str, p256dh: str, auth: str) -> PushBrowser:
    """Refused where the market sends no push, for an address that is no browser maker's, and for keys that are none."""
    key = server_key()
    if key is None:
        raise Refused("push_off", "Chợ này chưa gửi thông báo tới máy. Đơn vẫn xem được ngay trên trang này.")
    if not is_push_service(endpoint):
        raise Refused(
            "push_elsewhere",
            "Trình duyệt này nhận tin qua một nơi chợ chưa biết nên chưa bật được. Đơn vẫn xem được ở đây; muốn được "
            "báo, mời mở chợ bằng Chrome, Edge, Firefox hoặc Safari.",
        )
    try:
        BrowserKeys.of(p256dh, auth)
    except ValueError as error:
        raise Refused("push_keys", "Trình duyệt chưa đưa đủ thông tin nên chưa bật được. Mời thử lại.") from error
    return PushBrowser(device=device, endpoint=endpoint, p256dh=p256dh, auth=auth, server_key=key)
