"""Pages of the keepers of pickup points: what comes and waits there, and who came to fetch it."""

from market.web.stall.pickups import views as views
