"""The ways in which notices leave the market, one folder each; adding one is its folder, its tests and its line here.

None is shipped: a notice is read in the market itself, where its row is enough. See docs/senders.md.
"""

from market.notices.ports import Sender

SENDERS: dict[str, Sender] = {}
"""By name."""
