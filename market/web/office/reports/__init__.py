"""The office's papers: reports with their figures, the year's OCOP products, the loudspeaker's bulletin."""

from market.web.office.reports import views as views
