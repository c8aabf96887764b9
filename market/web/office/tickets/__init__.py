"""Phản ánh in the office: the board by age, what waits, and who sits at which desk."""

from market.web.office.tickets import views as views
