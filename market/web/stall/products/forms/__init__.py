"""What is typed about goods becomes values."""

from market.web.stall.products.forms.amounts import (
    PACK_UNITS,
    UNIT_GROUPS,
    AnyAmountField,
    StockChange,
    StockForm,
)
from market.web.stall.products.forms.listing import (
    ListingForm,
    NewListingForm,
    NewVariantForm,
    PriceForm,
    ProductForm,
    VariantForm,
)
from market.web.stall.products.forms.photos import PhotoForm

__all__ = [
    "PACK_UNITS",
    "UNIT_GROUPS",
    "AnyAmountField",
    "ListingForm",
    "NewListingForm",
    "NewVariantForm",
    "PhotoForm",
    "PriceForm",
    "ProductForm",
    "StockChange",
    "StockForm",
    "VariantForm",
]
