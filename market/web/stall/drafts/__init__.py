"""What somebody prepares while the commune looks at their papers."""

from market.web.stall.drafts import views as views
