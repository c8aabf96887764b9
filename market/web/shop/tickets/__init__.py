"""Phản ánh: everybody tells the commune what is not as it should be, and follows it by a code."""

from market.web.shop.tickets import views as views
