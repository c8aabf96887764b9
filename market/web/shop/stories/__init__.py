"""Chuyện người thật: who sells here tells how."""

from market.web.shop.stories import views as views
