"""The form of a family member's yes."""

from market.web.base.forms import BaseForm
from market.web.base.stepping import OwnPasswordField


class ConsentForm(BaseForm):
    own_password = OwnPasswordField()
