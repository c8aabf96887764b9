"""A pickup point's day: what comes, whose it is, who fetched it, and the papers for when the network is down."""

from market.web.stall.pickups.views import handing_over as handing_over
from market.web.stall.pickups.views import papers as papers
from market.web.stall.pickups.views import receiving as receiving
