"""EXIF (TIFF 6.0, section 2): how the picture must be turned. One value is read of it, no list."""

import struct

UPRIGHT = 1
ORIENTATION = 0x0112


def orientation_of(exif: bytes) -> int:
    """EXIF's number, 1 to 8; upright where the block does not say so."""
    tiff = exif.removeprefix(b"Exif\0\0")
    order = {b"II*\0": "<", b"MM\0*": ">"}.get(tiff[:4])
    if order is None:
        return UPRIGHT
    try:
        first = struct.unpack_from(f"{order}I", tiff, 4)[0]
        count = struct.unpack_from(f"{order}H", tiff, first)[0]
        entries = (struct.unpack_from(f"{order}HHIH", tiff, first + 2 + 12 * number) for number in range(count))
        return next((value for tag, _, _, value in entries if tag == ORIENTATION and value in range(1, 9)), UPRIGHT)
    except struct.error:
        return UPRIGHT
