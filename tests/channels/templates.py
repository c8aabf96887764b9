"""Marketplace templates made by hand, with the quirks of the real ones, and listings to put into them."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr
from zipfile import ZIP_DEFLATED, ZipFile

import python_calamine

from market.base.spreadsheets.columns import letters_of
from market.channels.formats import open_template
from market.channels.rules import ChannelListing, ListedVariant, TemplateManifest

FILES = Path(__file__).parent / "files"
SHOPEE = (FILES / "Shopee_mass_upload_mau.xlsx").read_bytes()
TIKTOK = (FILES / "Tiktoksellercenter_batchupload_mau.xlsx").read_bytes()

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
KINDS = "application/vnd.openxmlformats-officedocument.spreadsheetml"

Grid = Sequence[Sequence[str]]


class Maker:
    """Builds an .xlsx; `prefix` is a namespace prefix such as `x:`, `shared` moves all text to shared strings."""

    def __init__(self, *, prefix: str = "", shared: bool = False, dimension: bool = True) -> None:
        self.p, self.shared, self.dimension = prefix, shared, dimension
        self.strings: list[str] = []

    def make(self, tabs: Mapping[str, Grid], extra: Mapping[str, bytes] | None = None) -> bytes:
        members = {f"xl/worksheets/sheet{n}.xml": self.sheet(grid) for n, grid in enumerate(tabs.values(), start=1)}
        members |= {"xl/workbook.xml": self.book(tabs), "xl/_rels/workbook.xml.rels": self.links(len(tabs))}
        members |= {"[Content_Types].xml": self.types(len(tabs)), "_rels/.rels": ROOT_LINK}
        members["xl/sharedStrings.xml"] = self.string_table()
        packed = BytesIO()
        with ZipFile(packed, "w", ZIP_DEFLATED) as archive:
            for name, content in (members | dict(extra or {})).items():
                archive.writestr(name, content)
        return packed.getvalue()

    def sheet(self, grid: Grid) -> str:
        p, ns = self.p, f"xmlns:{self.p[:-1]}" if self.p else "xmlns"
        rows = "".join(self.row(number, row) for number, row in enumerate(grid, start=1))
        table = f"<{p}sheetData>{rows}</{p}sheetData>" if grid else f"<{p}sheetData/>"
        dimension = f'<{p}dimension ref="A1:B2"/>' if self.dimension else ""
        pane = f'<{p}pane ySplit="6" topLeftCell="A7" activePane="bottom_left" state="frozen"/>'
        views = f'<{p}sheetViews><{p}sheetView workbookViewId="0">{pane}</{p}sheetView></{p}sheetViews>'
        lock = f'<{p}sheetProtection sheet="1" objects="0"/>'
        return f'<?xml version="1.0"?><{p}worksheet {ns}="{MAIN}">{dimension}{views}{table}{lock}</{p}worksheet>'

    def row(self, number: int, row: Sequence[str]) -> str:
        cells = "".join(self.cell(f"{letters_of(place)}{number}", text) for place, text in enumerate(row, start=1))
        return f'<{self.p}row r="{number}">{cells}</{self.p}row>'

    def cell(self, place: str, text: str) -> str:
        p = self.p
        if self.shared:
            self.strings.append(text)
            return f'<{p}c r="{place}" t="s"><{p}v>{len(self.strings) - 1}</{p}v></{p}c>'
        return f'<{p}c r="{place}" t="inlineStr"><{p}is><{p}t>{escape(text)}</{p}t></{p}is></{p}c>'

    def string_table(self) -> str:
        runs = "".join(f"<si><r><t>{escape(text)}</t></r><rPh><t>x</t></rPh></si>" for text in self.strings)
        return f'<sst xmlns="{MAIN}">{runs}</sst>'

    def book(self, tabs: Mapping[str, Grid]) -> str:
        sheets = "".join(
            f'<sheet name={quoteattr(t)} sheetId="{n}" r:id="rId{n}"/>' for n, t in enumerate(tabs, start=1)
        )
        return f'<workbook xmlns="{MAIN}" xmlns:r="{LINKS}"><sheets>{sheets}</sheets></workbook>'

    def links(self, count: int) -> str:
        link = '<Relationship Id="rId{0}" Type="{1}/worksheet" Target="worksheets/sheet{0}.xml"/>'
        links = "".join(link.format(number, LINKS) for number in range(1, count + 1))
        strings = f'<Relationship Id="rId99" Type="{LINKS}/sharedStrings" Target="sharedStrings.xml"/>'
        return f'<Relationships xmlns="{PACKAGE}/relationships">{links}{strings}</Relationships>'

    def types(self, count: int) -> str:
        part = '<Override PartName="/xl/{0}.xml" ContentType="{1}.{2}+xml"/>'
        sheets = "".join(part.format(f"worksheets/sheet{n}", KINDS, "worksheet") for n in range(1, count + 1))
        book = part.format("workbook", KINDS, "sheet.main") + part.format("sharedStrings", KINDS, "sharedStrings")
        rels = '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        return f'<Types xmlns="{PACKAGE}/content-types">{rels}{sheets}{book}</Types>'


ROOT_LINK = (
    f'<Relationships xmlns="{PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{LINKS}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
)

SHOPEE_TOKENS = [
    "ps_category|0|0",
    "ps_product_name|1|0",
    "ps_product_description|1|0",
    "ps_sku_parent_short|0|0",
    "et_title_variation_integration_no|0|0",
    "et_title_variation_1|0|0",
    "et_title_option_for_variation_1|0|0",
    "et_title_variation_2|0|0",
    "et_title_option_for_variation_2|0|0",
    "ps_price|1|1",
    "ps_stock|0|1",
    "ps_sku_short|0|0",
    "ps_item_cover_image|0|3",
    "ps_item_image_1|0|3",
    "ps_weight|0|1",
    "ps_length|0|1",
    "ps_width|0|1",
    "ps_height|0|1",
    "channel_id.5001|0|0",
    "channel_id.5000|0|0",
    "et_title_reason|0|0",
]
TIKTOK_KEYS = [
    "category",
    "brand",
    "product_name",
    "product_description",
    "main_image",
    "image_2",
    "property_name_1",
    "property_value_1",
    "property_name_2",
    "property_value_2",
    "parcel_weight",
    "parcel_length",
    "parcel_width",
    "parcel_height",
    "delivery",
    "price",
    "quantity",
    "seller_sku",
    "cod",
]


def shopee_tabs(tokens: Sequence[str] = SHOPEE_TOKENS, **rules: str) -> dict[str, list[list[str]]]:
    """A Shopee template of these tokens; `rules` is row 6 by token (`ps_weight="Đơn vị: gram"`)."""
    bare = [token.split("|")[0] for token in tokens]
    marks = ["Bắt buộc" if token.split("|")[1:2] == ["1"] else "Tùy chọn" for token in tokens]
    meta = ["basic", "6513270e269e0d37f2a74de452e6b438", "0", "310045127"]
    last = ["Mở / Tắt" if token.startswith("channel_id") else rules.get(token, "") for token in bare]
    return {
        "Đăng tải bản mẫu": [list(tokens), [], [], [], [], [], ["mẫu"] * len(tokens)],
        "Trống": [],
        "Bản đăng tải": [list(tokens), meta, bare, marks, ["mô tả"] * len(tokens), last],
    }


def tiktok_tabs(
    keys: Sequence[str] = TIKTOK_KEYS, required: Sequence[str] = ("category",)
) -> dict[str, list[list[str]]]:
    """A TikTok template of these keys with an example row, as the real ones have."""
    meta = ["V5.0.2", "create_product", "metric", "category_v2", "", "d" * 54, "normal_file", "sale_platforms"]
    marks = ["Mandatory" if key in required else "Optional" for key in keys]
    example = [{"cod": "Hỗ trợ", "product_name": "Áo mẫu của sàn"}.get(key, "ví dụ") for key in keys]
    rows = [list(keys), meta, [key.title() for key in keys], marks, ["hướng dẫn"] * len(keys), example, example]
    return {"Template": rows, "Category": [["Thực phẩm/Gạo (700648)"], ["700702/Rau"], ["Tiêu đề"]], "Example": []}


LAZADA_KEYS = {
    "catId": ("Category ID", "Bắt buộc", ""),
    "groupNo": ("Group No", "Không bắt buộc", ""),
    "title.vi_VN": ("Tên sản phẩm", "Bắt buộc", "*Xin vui lòng nhập vào 5 đến 255 ký tự cho Tên sản phẩm."),
    "mainImage.0": (
        "Ảnh sản phẩm1",
        "Bắt buộc",
        "*Đây là hình ảnh chính trang sản phẩm của bạn. Tối đa 8 hình ảnh với kích thước từ 330x330 đến 5000x5000 px. "
        "Kích thước tệp tối đa: 3 MB.",
    ),
    "mainImage.1": ("Ảnh sản phẩm2", "Không bắt buộc", ""),
    "description": ("Mô tả chính", "Không bắt buộc", "Vui lòng nhập 20 đến 3000 ký tự để mô tả sản phẩm."),
    "catProperty.p20000": ("Thương hiệu", "Bắt buộc", "Chọn từ danh sách thả xuống."),
    "catProperty.p1001": ("Hạn sử dụng", "Bắt buộc", "Ghi số tháng, như 12."),
    "saleProp.p30585": ("Quy cách", "Không bắt buộc", ""),
    "sku.SellerSku": ("SellerSku", "Không bắt buộc", "Xin vui lòng nhập vào ít hơn 200 ký tự."),
    "sku.price": ("Giá", "Bắt buộc", "*Chỉ chấp nhận số lớn hơn 0."),
    "sku.quantity": ("Số lượng", "Bắt buộc", "*Chỉ chấp nhận số lớn hơn 0."),
    "sku.packageWeight": ("Cân nặng gói hàng (kg)", "Bắt buộc", ""),
    "md5key": ("tr(s-wb-product@md5key)", "Không bắt buộc", ""),
}
"""Key -> label, mark, rule, as Lazada Viet Nam writes them."""


def lazada_tabs(
    keys: Mapping[str, tuple[str, str, str]] = LAZADA_KEYS, sheet: str = "Gạo", *, category: str = "10100387"
) -> dict[str, list[list[str]]]:
    """A Lazada template of new products of one category: what is seen, what is hidden beside it, the index."""
    labels, marks, rules = ([one[place] for one in keys.values()] for place in range(3))
    lists = {"catId": category, "catProperty.p20000": '[{"text": "Chưa có thương hiệu"}, {"text": "ST25"}]'}
    seen = [labels, marks, [""] * len(keys), rules]
    hidden = [["1.0.0"], ["IMPORT"], list(keys), [""] * len(keys), [lists.get(key, "") for key in keys]]
    return {"INDEX": [["Ngành hàng"], [sheet]], sheet: seen, f"{sheet}_hide": hidden, "global_hide": [["version"]]}


def listing(**changes: object) -> ChannelListing:
    """HTX Đại Sơn's rice, in two packs, which every marketplace takes."""
    rice = ChannelListing(
        product_id=7,
        name="Gạo nếp cái hoa vàng Đại Sơn",
        description="Gạo mới gặt, phơi nắng, xát trong tuần. " * 4,
        tiers=("Quy cách",),
        variants=(
            ListedVariant(sku="GAO-1", price=35_000, stock=10, options=("Túi 1 kg",)),
            ListedVariant(sku="GAO-5", price=165_000, stock=4, options=("Túi 5 kg",)),
        ),
        images=("https://cho.example/1.jpg", "https://cho.example/2.jpg"),
        weight_grams=1_200,
    )
    return replace(rice, **changes)  # type: ignore[arg-type]


def single(**changes: object) -> ListedVariant:
    """One variant of a product sold one way."""
    return replace(ListedVariant(sku="RUOI", price=450_000, stock=3), **changes)  # type: ignore[arg-type]


def cells(raw: bytes, sheet: str) -> list[list[object]]:
    """The sheet as another reader sees it, from A1."""
    book = python_calamine.CalamineWorkbook.from_filelike(BytesIO(raw))
    return list(book.get_sheet_by_name(sheet).to_python(skip_empty_area=False))


def members(raw: bytes) -> dict[str, bytes]:
    with ZipFile(BytesIO(raw)) as archive:
        return {entry.filename: archive.read(entry) for entry in archive.infolist()}


def read_template(raw: bytes) -> TemplateManifest:
    """What an uploaded template asks for; ValueError as `open_template`."""
    return open_template(raw).manifest
