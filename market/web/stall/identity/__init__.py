"""Whether a seller's account is linked to their electronic identity, and what that means for their goods."""

from market.web.stall.identity import views as views
