"""Renders every clip that the loudspeaker may say into one small file, and where in it each stands.

One file is one request; a browser decodes it once and plays any part of it. Wants espeak-ng, sox and lame, all free
(Debian: `apt-get install espeak-ng sox lame`); what they make is the same on every machine with the same versions.
"""

import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from market.payments.rules.spoken import CLIPS

FOLDER = Path(__file__).parent.parent / "market" / "static" / "vendor" / "espeak-ng@1.51"
PROGRAMS = ("espeak-ng", "sox", "soxi", "lame")
VOICE, WORDS_A_MINUTE, KBIT = "vi", 150, 32
REST = 0.15
"""Seconds of silence after each clip: more than any decoder puts before the first."""
_TRIM = ("silence", "1", "0.01", "0.4%", "reverse", "silence", "1", "0.01", "0.4%", "reverse")
_LOUD = ("norm", "-1", "pad", "0", str(REST))


def main() -> int:
    missing = [program for program in PROGRAMS if shutil.which(program) is None]
    if missing:
        print(f"Missing: {', '.join(missing)}. On Debian: apt-get install espeak-ng sox lame", file=sys.stderr)
        return 1
    with tempfile.TemporaryDirectory() as folder:
        render(Path(folder))
    return 0


def render(folder: Path) -> None:
    files = [spoken(folder, number, clip) for number, clip in enumerate(CLIPS)]
    begins, places = 0.0, {}
    for clip, file in zip(CLIPS, files, strict=True):
        length = float(output("soxi", "-D", str(file)))
        places[clip] = [round(begins, 3), round(length - REST, 3)]
        begins += length
    whole = folder / "whole.wav"
    output("sox", *map(str, files), str(whole))
    sound = ("--quiet", "-m", "m", "-b", str(KBIT), "--cbr", "--noreplaygain", "-q", "0")
    output("lame", *sound, str(whole), str(FOLDER / "clips.mp3"))
    text = json.dumps(places, ensure_ascii=False, separators=(",", ":")).replace("],", "],\n")
    (FOLDER / "clips.json").write_text(text + "\n")


def spoken(folder: Path, number: int, clip: str) -> Path:
    """A clip as a file, with no silence before it and a rest after it."""
    raw, file = folder / f"{number}-raw.wav", folder / f"{number}.wav"
    output("espeak-ng", "-v", VOICE, "-s", str(WORDS_A_MINUTE), "-w", str(raw), clip)
    output("sox", str(raw), str(file), *_TRIM, *_LOUD)
    return file


def output(*command: str) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout  # noqa: S603


if __name__ == "__main__":
    sys.exit(main())
