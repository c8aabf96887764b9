"""Chuyện người thật in the office: whom to tell of, the texts, and the consent of their people."""

from market.web.office.stories import views as views
