"""Phản ánh as a hamlet's helper sees them: what is theirs to answer, never who sent it."""

from market.web.stall.tickets import views as views
