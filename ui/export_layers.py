"""What is on view, to take away as GeoPackage and GeoJSON: by role, dated, and saying whose facts it holds."""

from __future__ import annotations

import re
from collections.abc import Callable

import geopandas as gpd
import streamlit as st

from geo.export import export_features, write_geojson, write_geopackage
from geo.layers import Layer
from i18n import Text, show_moment
from model.roles import Right
from model.setup import DEMO_MARK
from ui.viewer import Viewer

TAKE_AWAY = Text(zh="带走（GIS 文件）", en="Take away (GIS files)")
OPENS = Text(zh="WGS-84，QGIS 可直接打开。", en="WGS-84; QGIS opens them.")
NO_RIGHT = Text(zh="当前角色不能导出数据。", en="This role may not export data.")
INTERNAL = Text(
    zh="位置属于敏感信息：只给内部用的 GeoPackage，不提供 GeoJSON。不得公开。",
    en="These positions are sensitive: a GeoPackage for internal use, no GeoJSON. Not to be published.",
)
INTERNAL_NOTE = Text(zh="内部资料，不得公开", en="internal, not to be published")
UNSAFE = re.compile(r"[^\w-]+")
MIMES = {"gpkg": "application/geopackage+sqlite3", "geojson": "application/geo+json"}


def show_layer_export(seen: Viewer, layer: Layer, features: gpd.GeoDataFrame) -> None:
    """The features of a layer: a sensitive layer only for its roles, and never as GeoJSON, which goes out to the public."""
    if layer.sensitive and not seen.may_see_sensitive:
        return

    def internal() -> gpd.GeoDataFrame:
        return export_features(features, layer, sensitive=seen.may_see_sensitive)

    def public() -> gpd.GeoDataFrame:
        return export_features(features, layer)

    inner = any(field.access != "public" for field in layer.fields) and seen.may_see_sensitive
    show_take_away(
        seen,
        internal,
        None if layer.sensitive else public,
        name=layer.key,
        title=seen.say(layer.label),
        internal=layer.sensitive or inner,
    )


def show_take_away(
    seen: Viewer,
    package: Callable[[], gpd.GeoDataFrame],
    public: Callable[[], gpd.GeoDataFrame] | None,
    *,
    name: str,
    title: str,
    internal: bool = False,
) -> None:
    """Two buttons that make the files when they are pressed; frames in WGS-84, `public` is None where no GeoJSON may leave.

    `internal` says that the package holds what the public may not see.
    """
    with st.popover(seen.say(TAKE_AWAY), icon=":material/download:", key=f"take_{name}"):
        if not seen.may(Right.EXPORT):
            st.caption(seen.say(NO_RIGHT))
            return
        st.caption(seen.say(OPENS))
        file = file_name(seen, name)

        def write_package() -> bytes:
            about = about_of(seen) | ({"use": seen.say(INTERNAL_NOTE)} if internal else {})
            return write_geopackage(package(), name=name, title=title, about=about)

        _button("GeoPackage", write_package, f"{file}.gpkg", key=f"gpkg_{name}")
        if public is None:
            st.caption(seen.say(INTERNAL))
        else:
            _button("GeoJSON", lambda: write_geojson(public(), name=name, about=about_of(seen)), f"{file}.geojson", key=f"geojson_{name}")


def _button(label: str, make: Callable[[], bytes], file: str, *, key: str) -> None:
    mime = MIMES[file.rpartition(".")[2]]
    st.download_button(label, make, file_name=file, mime=mime, icon=":material/public:", key=key, on_click="ignore")


def file_name(seen: Viewer, name: str) -> str:
    """`finegrid-bikes-2017-10-31`, without what a file system would stumble over."""
    return f"finegrid-{UNSAFE.sub('_', name)}-{seen.office.today():%Y-%m-%d}"


def about_of(seen: Viewer) -> dict[str, str]:
    """What a reader of the file must know: whose it is, of when, what the demo is worth, and who is to be credited."""
    office = seen.office
    about = {"source": office.title_zh if seen.language == "zh" else office.title_en, "as_of": show_moment(office.now(), seen.language)}
    if office.demo:
        about["note"] = seen.say(DEMO_MARK)
    return about | ({"attribution": seen.attribution} if seen.attribution else {})
