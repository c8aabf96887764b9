"""QR codes: as SVG inside a page, sharp at every size; as a picture where it is to be kept."""

from io import BytesIO

from markupsafe import Markup

QUIET = 4
PIXELS = 12


def qr_svg(text: str, label: str) -> Markup:
    """The QR code of a text, with its quiet zone, named for screen readers. Slow: outside transactions."""
    from qrcode import QRCode
    from qrcode.constants import ERROR_CORRECT_M

    code = QRCode(error_correction=ERROR_CORRECT_M, border=QUIET)
    code.add_data(text)
    code.make(fit=True)
    rows: list[list[bool]] = code.get_matrix()
    size = len(rows)
    path = "".join(_runs(row, y) for y, row in enumerate(rows))
    return Markup(
        '<svg class="qr" role="img" aria-label="{label}" viewBox="0 0 {size} {size}" shape-rendering="crispEdges">'
        '<rect width="{size}" height="{size}" fill="#fff"/><path d="{path}" fill="#000"/></svg>'
    ).format(label=label, size=size, path=path)


def _runs(row: list[bool], y: int) -> str:
    """The dark modules of a row as path segments, neighbours joined."""
    parts, start = [], None
    for x, dark in enumerate([*row, False]):
        if dark and start is None:
            start = x
        elif not dark and start is not None:
            parts.append(f"M{start} {y}h{x - start}v1h-{x - start}z")
            start = None
    return "".join(parts)


def qr_png(text: str) -> bytes:
    """The QR code of a text as a picture to keep: bank apps read it from the phone's gallery. Outside transactions."""
    from qrcode import QRCode
    from qrcode.constants import ERROR_CORRECT_M

    code = QRCode(error_correction=ERROR_CORRECT_M, border=QUIET, box_size=PIXELS)
    code.add_data(text)
    code.make(fit=True)
    file = BytesIO()
    code.make_image().save(file, "PNG")
    return file.getvalue()
