"""The stall as its buyers see it, and what its seller gives them: an address, a picture, a code to scan."""

from market.web.stall.window import views as views
