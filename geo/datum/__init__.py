"""Datums: what a file's coordinates mean, the way to WGS-84 and back, and which datum a file without a word is in."""

from geo.datum.convert import convert_frame, fit_control, from_wgs84, to_wgs84
from geo.datum.detect import Score, Verdict, detect_datum
from geo.datum.kinds import Bd09, Control, Datum, Epsg, Gcj02, Pair, Reading, Wgs84, parse_datum
from geo.datum.reference import Reference, looks_projected, looks_swapped, swapped_points

__all__ = [
    "Bd09",
    "Control",
    "Datum",
    "Epsg",
    "Gcj02",
    "Pair",
    "Reading",
    "Reference",
    "Score",
    "Verdict",
    "Wgs84",
    "convert_frame",
    "detect_datum",
    "fit_control",
    "from_wgs84",
    "looks_projected",
    "looks_swapped",
    "parse_datum",
    "swapped_points",
    "to_wgs84",
]
