"""What a family member says to a business that wants to be paid into their account."""

from market.web.account.family import views as views
