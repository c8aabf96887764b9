"""The register of businesses."""

from market.web.office.register import views as views
