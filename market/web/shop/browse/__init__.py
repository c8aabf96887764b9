"""Looking around: the first page, search, categories, stalls."""

from market.web.shop.browse import views as views
