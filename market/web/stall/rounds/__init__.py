"""A helper's round through their hamlets: who of the register is still there."""

from market.web.stall.rounds import views as views
