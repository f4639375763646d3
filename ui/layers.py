"""What a layer's declaration alone gives: its figures, its map, and the table of its features with their cases."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import pandas as pd
import streamlit as st

from geo.figures import Figures
from geo.layers import Figure, Layer, layers
from geo.layers import layer as layer_of
from i18n import NOTHING, Text, show_number
from queries.features import case_counts, layer_counts
from queries.features import figures as figures_of
from ui import ask
from ui.map_panel import Ground, show_map
from ui.overview import may_see_sensitive
from ui.tables import show_download
from ui.viewer import Viewer, data_version

LAYER = Text(zh="图层", en="Layer")
CODE = Text(zh="编号", en="Code")
NAME = Text(zh="名称", en="Name")
CASES = Text(zh="案件", en="Cases")
FEATURES = Text(zh="要素", en="Features")
DOWNLOAD = Text(zh="下载表格", en="Download the table")
EMPTY = Text(
    zh="这个图层还没有要素。到“数据”页导入，或运行 python -m ingest layer {key} 文件",
    en="This layer has no features yet. Bring them in on the Data page, or run python -m ingest layer {key} FILE",
)
MAP_HEIGHT = 460


def pick_layer(seen: Viewer) -> Layer:
    """The layer to look at, with the number of its features; kept in the address."""
    found = ask.ask(layer_counts)
    counts: dict[str, int] = dict(zip(found["layer"], found["n"], strict=True))
    keys = [key for key, one in layers().items() if not one.sensitive or may_see_sensitive(seen)]
    chosen = st.selectbox(
        seen.say(LAYER),
        keys,
        index=keys.index("zones"),
        format_func=lambda key: f"{seen.say(layers()[key].label)} · {counts.get(key, 0):,}",
        key="layer",
        label_visibility="collapsed",
        width=320,
    )
    return layer_of(str(chosen))


def show_figures(seen: Viewer, layer: Layer) -> gpd.GeoDataFrame | None:
    """The layer's own figures as cards; gives its features, None when there are none."""
    found = ask.ask_features((layer.key,)).get(layer.key)
    if found is None:
        st.info(seen.say(EMPTY, key=layer.key), icon=":material/upload_file:")
        return None
    wanted = layer.figures or (Figure(key="features", label=FEATURES),)
    values = ask.ask(_figures_of, layer.key, tuple((one.key, one.sum_of, one.where) for one in wanted)).iloc[0]
    with st.grid(4, min_column_width=158, gap="xsmall", key="figures"):
        for one in wanted:
            unit = f" ({seen.say(one.unit)})" if one.unit and one.sum_of else ""
            value = values[one.key]
            st.metric(seen.say(one.label) + unit, NOTHING if pd.isna(value) else show_number(float(value), seen.language), border=True)
    return found


def _figures_of(key: str, wanted: tuple[tuple[str, str, tuple[str, str] | None], ...]) -> Any:
    return figures_of({name: (key, sum_of, where) for name, sum_of, where in wanted})


def show_layer_map(seen: Viewer, layer: Layer) -> None:
    """The layer over the boundary and the zones."""
    shown = tuple(key for key in layers() if not layers()[key].sensitive or may_see_sensitive(seen))
    visible = frozenset({"boundary", "rivers", "stations", layer.key})
    ground = Ground(version=data_version(), layers=shown, load=lambda: ask.ask_features(shown), attribution=seen.attribution)
    show_map(
        ground,
        Figures(visible=visible),
        key="layer_map",
        language=seen.language,
        theme=seen.theme,
        height=MAP_HEIGHT,
        clickable=frozenset(),
        wants_view=False,
    )


def show_features(seen: Viewer, layer: Layer, features: gpd.GeoDataFrame | None) -> None:
    """The table of the features: code, name, every declared field, and how many cases belong to each."""
    if features is None:
        return
    table = pd.DataFrame({seen.say(CODE): features["code"], seen.say(NAME): features["name"]})
    for field in layer.fields:
        label = seen.say(field.label) + (f" ({field.unit})" if field.unit else "")
        values = [(props or {}).get(field.key) for props in features["props"]]
        known = {key: seen.say(text) for key, text in field.choices.items()}
        table[label] = [known.get(str(value), value) for value in values] if known else values
    if layer.join is not None:
        counts = ask.ask(case_counts, layer.key).set_index("feature_id")["n"]
        table[seen.say(CASES)] = counts.reindex(features.index).fillna(0).astype(int).to_numpy()
    table = table.dropna(axis="columns", how="all")
    st.dataframe(table, hide_index=True, width="stretch")
    if not layer.sensitive:
        show_download(table, seen.say(DOWNLOAD), f"{layer.key}.csv", key="download_layer")
