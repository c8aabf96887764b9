"""How long what is kept of communes as wholes stays."""

from market.base.retention import Rule
from market.communes.models import CommuneFigure

RULES = (Rule(model=CommuneFigure, says="Giữ hẳn: thành phố xem lại được số của từng xã theo từng ngày."),)
