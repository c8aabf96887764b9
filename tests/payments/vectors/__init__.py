"""What other implementations made of the same transfers and notices."""

import json
from pathlib import Path
from typing import Any

_FOLDER = Path(__file__).parent
VIETQR: dict[str, Any] = json.loads((_FOLDER / "vietqr.json").read_text("utf-8"))
SIGNATURES: dict[str, Any] = json.loads((_FOLDER / "signatures.json").read_text("utf-8"))
