"""The ways in which notices leave the market, one folder each; adding one is its folder, its tests and its line here.

One that the operator has not set up is used by nobody: a notice is then read in the market alone. See docs/senders.md.
"""

import os

from market.base.ports import SettingField
from market.notices.ports import Sender
from market.notices.senders.email import Mail
from market.notices.senders.sms import SmsGateway
from market.notices.senders.web_push.sender import WebPush
from market.notices.senders.zalo.sender import Zalo

ZALO = Zalo()
SENDERS: dict[str, Sender] = {one.name: one for one in (WebPush(), ZALO, Mail(), SmsGateway())}
"""By name, in the order in which people are shown them."""


def setting_of(sender: Sender, asked: SettingField) -> str:
    """The environment variable of a field: `CHOSO_SMS_TOKEN`."""
    return f"CHOSO_{sender.name}_{asked.name}".upper().replace("-", "_")


def typed_for(sender: Sender) -> dict[str, str]:
    """What stands in the environment, by field name: "" where nothing does."""
    return {one.name: os.environ.get(setting_of(sender, one), "").strip() for one in sender.fields}


def entered_for(sender: Sender) -> dict[str, str]:
    """What the operator entered, by field name; without what is missing or has not the field's length."""
    typed = typed_for(sender)
    return {one.name: typed[one.name] for one in sender.fields if one.least <= len(typed[one.name]) <= one.most}


def missing_for(sender: Sender) -> list[SettingField]:
    entered = entered_for(sender)
    return [one for one in sender.fields if one.name not in entered]


def ready_senders() -> list[Sender]:
    """Those that have all they ask for."""
    return [one for one in SENDERS.values() if not missing_for(one)]
