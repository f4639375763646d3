"""Folium's links, all of them from our own server: an outside link means a blank map where there is no internet."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache

import folium.plugins  # registers every plugin class, so that each is seen below
from folium.elements import JSCSSMixin

# the map's frame lives at /component/streamlit_folium.st_folium/; a relative base also works below a base path
BASE = "../../app/static/vendor/"
# folium's name of a link → the copied file that stands for it
COPIED = {"leaflet": "leaflet/leaflet.js", "leaflet_css": "leaflet/leaflet.css"}
# folium puts these on every map; only its icon markers and html popups use them, and we draw neither
UNUSED = frozenset(
    {
        "jquery",
        "bootstrap",
        "bootstrap_css",
        "glyphicons_css",
        "awesome_markers",
        "awesome_markers_css",
        "awesome_markers_font_css",
        "awesome_rotate_css",
    }
)


class OutsideLinkError(RuntimeError):
    """A map would load something from another server."""


@cache
def use_local_assets() -> None:
    """Rewrite, once and in place, the links of every folium class to our own copies; drop those that our maps do not use."""
    for links in _lists(JSCSSMixin):
        links[:] = [(name, BASE + COPIED[name] if name in COPIED else url) for name, url in links if name not in UNUSED]


def check_links(links: Iterable[str]) -> None:
    """Raise OutsideLinkError that names the first link which does not lead to our own server."""
    for link in links:
        if not link.startswith(BASE):
            raise OutsideLinkError(
                f"the map wants {link}, which is not ours: without internet the map would stay blank; "
                "add its npm package to ui/vendor.py and its name to ui/assets.py, then run python -m ui.vendor"
            )


def map_links(folium_map: folium.Map) -> tuple[list[str], list[str]]:
    """The scripts and the styles that a map loads, in order, without doubles; OutsideLinkError when one is not ours."""
    use_local_assets()
    elements = list(_walk(folium_map))
    scripts = list(dict.fromkeys(url for element in elements for _, url in element.default_js))
    styles = list(dict.fromkeys(url for element in elements for _, url in element.default_css))
    check_links(scripts + styles)
    return scripts, styles


def _lists(base: type[JSCSSMixin]) -> Iterator[list[tuple[str, str]]]:
    """Every list of links, each once: classes share some of them."""
    seen: set[int] = set()
    waiting = [base]
    while waiting:
        owner = waiting.pop()
        waiting.extend(owner.__subclasses__())
        for links in (owner.default_js, owner.default_css):
            if id(links) not in seen:
                seen.add(id(links))
                yield links


def _walk(element: folium.Element) -> Iterator[JSCSSMixin]:
    if isinstance(element, JSCSSMixin):
        yield element
    for child in element._children.values():
        yield from _walk(child)
