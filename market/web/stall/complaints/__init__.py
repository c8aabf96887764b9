"""What a stall answers to goods that were not right."""

from market.web.stall.complaints import views as views
