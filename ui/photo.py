"""The camera in one tap: a photo made small in the browser, sent once, and kept there until the finding is saved."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import Any

import streamlit as st

from actions.act import Refused
from actions.photos import Photo, clean_photo
from i18n import Text
from ui.viewer import Viewer

SCRIPT = Path(__file__).parent / "scripts" / "photo.js"
WORDS = {
    "camera": Text(zh="拍照", en="Take a photo"),
    "again": Text(zh="重拍", en="Take another"),
    "album": Text(zh="相册", en="Album"),
    "alt": Text(zh="要上报的照片", en="The photo to report"),
    "working": Text(zh="正在处理照片…", en="Making the photo small…"),
    "tooBig": Text(zh="照片超过 12 MB，请用手机相机的普通模式重拍", en="The photo has more than 12 MB; take it again in plain mode"),
}
LOST = Text(zh="照片没能从浏览器找回，请重拍。", en="The photo was not found in the browser any more; take it again.")
# `capture` opens the camera at once; the album takes a photo that the camera's own app made, with its place
HTML = """<img class="picture" hidden>
<div class="row">
<label class="big"><input type="file" accept="image/*" capture="environment" class="camera"><span class="camera-word"></span></label>
<label><input type="file" accept="image/*" class="album"><span class="album-word"></span></label></div>
<p class="word" role="status"></p>"""
STYLE = """
:host{display:block}
[hidden]{display:none!important}
.row{display:flex;gap:.6rem}
label{position:relative;flex:1;display:flex;align-items:center;justify-content:center;min-height:3.25rem;padding:0 .5rem;cursor:pointer;
  border:1px solid var(--st-border-color);border-radius:var(--st-base-radius);text-align:center}
label.big{flex:3;border-color:var(--st-primary-color);color:var(--st-primary-color);font-weight:600;font-size:1.1rem}
label:focus-within{outline:2px solid var(--st-primary-color);outline-offset:2px}
input{position:absolute;inset:0;opacity:0;width:100%;cursor:pointer}
.picture{display:block;width:100%;max-height:220px;object-fit:cover;border-radius:var(--st-base-radius);margin-bottom:.6rem}
.word{margin:.4rem 0 0;font-size:.9rem}
.word:empty{display:none}
"""


@dataclass(frozen=True, kw_only=True)
class Taken:
    """What came from the camera: the photo, or why it was refused; `id` names it in the browser."""

    id: str
    photo: Photo | None = None
    refused: Refused | None = None
    lost: bool = False


def taken_photo(name: str) -> Taken | None:
    """The photo of a form in this session."""
    taken = st.session_state.get(f"{name}_photo")
    return taken if isinstance(taken, Taken) else None


def forget_photo(name: str) -> None:
    """The form has no photo any more; the browser forgets it with the draft, or when the camera is shown again."""
    if isinstance(taken := st.session_state.pop(f"{name}_photo", None), Taken):
        st.session_state[f"{name}_photo_dropped"] = taken.id


def take_photo(seen: Viewer, name: str, *, wanted: str = "") -> Taken | None:
    """The camera and the album, and the photo taken; `wanted` is the one that the browser must send again after a lost session."""
    taken = taken_photo(name)
    drop = taken.id if taken and taken.refused else st.session_state.get(f"{name}_photo_dropped", "")
    data = {
        **{"name": name, "have": taken.id if taken else "", "wanted": wanted, "drop": drop},
        "words": {key: seen.say(text) for key, text in WORDS.items()},
    }
    # kept before anything is drawn: a press that interrupts the run must not cost the photo
    _camera()(key=f"{name}_camera", data=data, on_photo_change=partial(_keep_sent, seen, name))
    if taken and taken.refused:
        st.error(taken.refused.say(seen.language))
    if taken and taken.lost:
        st.warning(seen.say(LOST))
    return taken


def read_sent(sent: Mapping[str, Any], seen: Viewer) -> Taken:
    """What the browser sent, cleaned."""
    number = str(sent["id"])[:40]
    if sent.get("missing"):
        return Taken(id=number, lost=True)
    try:
        raw, exif = (base64.b64decode(str(sent.get(part) or ""), validate=True) for part in ("photo", "exif"))
    except binascii.Error:
        raw = exif = b""
    try:
        return Taken(id=number, photo=clean_photo(raw, seen.office.timezone, exif=exif))
    except Refused as refused:
        return Taken(id=number, refused=refused)


@cache
def _camera() -> Any:
    return st.components.v2.component("finegrid_camera", html=HTML, css=STYLE, js=SCRIPT.read_text(encoding="utf-8"))


def _keep_sent(seen: Viewer, name: str) -> None:
    """Keep what the camera sent, once."""
    sent = st.session_state[f"{name}_camera"].get("photo")
    taken = taken_photo(name)
    if isinstance(sent, Mapping) and sent.get("id") and (taken is None or sent["id"] != taken.id):
        st.session_state[f"{name}_photo"] = read_sent(sent, seen)
