#!/usr/bin/env bash
# Cut the bulletin's fonts from the Fandol fonts: `fonts.sh FOLDER`, where FOLDER holds the originals (CTAN fonts/fandol, or
# Debian's texlive-lang-chinese); only needed to make reports/fonts anew.
set -euo pipefail
cd "$(dirname "$0")/.."

[ -n "${1:-}" ] || { echo "fonts: found no folder, wanted one with the Fandol originals (*.otf)" >&2; exit 1; }
from=$(realpath "$1")
(cd "$from" && sha256sum --check --quiet) <<'SUMS'
d838ad32ce2244d8144f408c37fe71065aba6fbbc80759a4d2aa2033948d5bc9  FandolFang-Regular.otf
ffa76a70e128947a4dd22151d5ee829b23e24ce3cb6fe8ad49891cd1c2d9e9b9  FandolSong-Bold.otf
4afa97aa8751e0118617df88272b58d43691b5cffb7ea024c4580496e9f34d28  FandolHei-Regular.otf
ea7e7fb4f9b3ac694a68d43946e04d21deed6e8c29a7c2d3081e1a4138f2f827  FandolKai-Regular.otf
SUMS

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" --disable-pip-version-check --quiet install fonttools==4.68.0 cffsubr==0.4.0
"$work/venv/bin/python" - "$from" reports/fonts <<'CUT'
import sys

import cffsubr
from fontTools import subset
from fontTools.ttLib import TTFont


def rows(first, last):
    """The characters of these rows of GB 2312: rows 16 to 55 are level 1 (3,755), 56 to 87 level 2 (3,008)."""
    codes = (bytes([row + 160, cell + 160]) for row in range(first, last + 1) for cell in range(1, 95))
    return {ord(sign) for code in codes for sign in code.decode("gb2312", errors="ignore")}


# the body's face shows whatever the data says; the others show titles and headings, and fall back on it
CUTS = {
    "FandolFang-Regular": None,
    "FandolSong-Bold": rows(16, 87),
    "FandolHei-Regular": rows(16, 55),
    "FandolKai-Regular": rows(16, 55),
}
for name, characters in CUTS.items():
    font = TTFont(f"{sys.argv[1]}/{name}.otf")
    known = set(font.getBestCmap())
    signs = {code for code in known if code < 0x3400 or code >= 0xF900}
    options = subset.Options(hinting=False, desubroutinize=True, layout_features=[], name_IDs=["*"], notdef_outline=True)
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=known if characters is None else signs | (characters & known))
    cutter.subset(font)
    cffsubr.subroutinize(font)
    font.save(f"{sys.argv[2]}/{name}.otf")
CUT
ls -l reports/fonts
