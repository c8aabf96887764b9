"""Chuyện về tôi: who a story is of reads it first, agrees, and takes that back."""

from market.web.stall.stories import views as views
