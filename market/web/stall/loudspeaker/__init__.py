"""The loudspeaker: what came in, said aloud on the seller's open phone."""

from market.web.stall.loudspeaker import views as views
