"""How often a stamp's code that nobody printed may be looked up."""

from datetime import timedelta

from market.base.attempts import Brake, Limit

_SENTENCE = "Máy này hoặc mạng này vừa xem nhiều mã tem không có trên chợ. Mời chờ {wait} rồi quét lại."
_MOST = Limit(most=40, within=timedelta(minutes=1))

UNKNOWN_STAMP = Brake(kind="unknown-stamp", sentence=_SENTENCE, network=(_MOST,))
"""By network: a new browser is free. Stamps that were printed count for nothing, however many people look."""

UNKNOWN_STAMP_ON_KNOWN_DEVICE = Brake(kind="unknown-stamp-known-device", sentence=_SENTENCE, limits=(_MOST,))
"""By device, where it has a history here and its network is closed by others."""
