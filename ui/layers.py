"""What a layer's declaration alone gives: its figures with receipts, its map, the table of its features with their cases, its files."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import pandas as pd
import streamlit as st

from geo.figures import Figures
from geo.layers import Along, Contains, Field, Figure, Join, Layer, Nearest, View, layers
from geo.layers import layer as layer_of
from i18n import NOTHING, Language, Text, show_day, show_number
from queries.features import case_counts, layer_counts
from queries.features import figures as figures_of
from queries.filters import Filters
from queries.imports import last_import
from queries.layers import layer_cases
from ui import ask
from ui.cards import Card, show_cards
from ui.case_links import case_link, link_column
from ui.choices import pick_one
from ui.export_layers import show_layer_export
from ui.ground import ground_of, seen_layers
from ui.map_panel import show_map
from ui.nothing_yet import show_missing
from ui.pressed import count_card, named, show_number_table
from ui.tables import show_download
from ui.viewer import Viewer
from ui.words import is_missing, plain

LAYER = Text(zh="图层", en="Layer")
IN_UNIT = Text(zh="（{unit}）", en=" ({unit})")
CODE = Text(zh="编号", en="Code")
NAME = Text(zh="名称", en="Name")
CASES = Text(zh="案件", en="Cases")
FEATURES = Text(zh="要素", en="Features")
DOWNLOAD = Text(zh="下载表格", en="Download the table")
EMPTY = Text(
    zh="这个图层还没有要素。到“数据”页导入，或运行 python -m ingest layer {key} 文件",
    en="This layer has no features yet. Bring them in on the Data page, or run python -m ingest layer {key} FILE",
)
COUNT_FORMULA = Text(zh="图层中在用要素的个数", en="how many features of the layer are in use")
SUM_FORMULA = Text(zh="在用要素的“{field}”之和", en="the sum of “{field}” over the features in use")
WHERE = Text(zh="，其中{field}为“{value}”", en=", where {field} is “{value}”")
FIELD_FORMULA = Text(zh="要素的这个字段，与导入的文件相同", en="this field of the feature, as the file had it")
BROUGHT_IN = Text(zh="最近导入", en="Last brought in")
SOURCE = Text(zh="图层要素（features）", en="the features of the layer (features)")
LINK_SOURCE = Text(zh="导入时算好的归属，作废案件不计", en="links made when data came in; void cases left out")
CASE_FORMULA = Text(zh="归属到本图层的案件数：{rule}", en="how many cases belong to the layer: {rule}")
WITH_CASES = Text(zh="有案件的要素", en="Features with cases")
RULES: dict[type[Join], Text] = {
    Contains: Text(zh="落在要素范围内", en="those inside a feature"),
    Nearest: Text(zh="最近的要素在 {within:.0f} 米以内", en="those whose nearest feature is within {within:.0f} m"),
    Along: Text(zh="离线 {within:.0f} 米以内", en="those within {within:.0f} m of a line"),
    View: Text(zh="落在视野扇形内", en="those inside a view"),
}
ONLY_SOME = Text(zh="（只看相关类别）", en=" (of the categories it is about)")
ROWS = Text(
    zh="首列打开归属到该要素的案件（全部时间）；点案件数看口径。",
    en="The first column opens the cases that belong to the feature (all time); press a number of cases for its receipt.",
)
MAP_HEIGHT = 460


def pick_layer(seen: Viewer) -> Layer:
    """The layer to look at, with the number of its features; kept in the address."""
    found = ask.ask(layer_counts)
    counts: dict[str, int] = dict(zip(found["layer"], found["n"], strict=True))
    names = {
        key: Text(zh=f"{layers()[key].label.zh} · {counts.get(key, 0):,}", en=f"{layers()[key].label.en} · {counts.get(key, 0):,}")
        for key in seen_layers(seen)
    }
    # the zones, or in an office without them the first layer that has come in
    first = next((key for key in ("zones", *names) if counts.get(key)), "zones")
    return layer_of(pick_one(seen, LAYER, names, key="layer", default=first, menu=True))


def show_figures(seen: Viewer, layer: Layer) -> gpd.GeoDataFrame | None:
    """The layer's own figures and its cases as cards; gives its features, None when there are none."""
    found = ask.ask_features((layer.key,)).get(layer.key)
    if found is None:
        show_missing(seen, EMPTY, key=layer.key)
        return None
    wanted = layer.figures or (Figure(key="features", label=FEATURES),)
    values = ask.ask(_figures_of, layer.key, tuple((one.key, one.sum_of, one.where) for one in wanted)).iloc[0]
    cards = [_figure_card(seen, layer, one, values[one.key]) for one in wanted]
    show_cards(seen, [*cards, *_case_cards(seen, layer, len(found))], key="figures")
    return found


def _figures_of(key: str, wanted: tuple[tuple[str, str, tuple[str, str] | None], ...]) -> Any:
    return figures_of({name: (key, sum_of, where) for name, sum_of, where in wanted})


def _figure_card(seen: Viewer, layer: Layer, figure: Figure, value: Any) -> Card:
    shown = NOTHING if pd.isna(value) else show_number(float(value), seen.language)
    unit = figure.unit if figure.sum_of else None
    label = Text(zh=f"{figure.label.zh}（{unit.zh}）", en=_in_english(figure.label.en, unit.en)) if unit else figure.label
    return Card(
        key=figure.key,
        label=label,
        value=shown,
        formula=Text(zh=_say_formula(layer, figure, "zh"), en=_say_formula(layer, figure, "en")),
        source=SOURCE,
    )


def _in_english(label: str, unit: str) -> str:
    """`Length (m)`; a label that is its unit says it once."""
    return label if label.lower() == unit.lower() else f"{label} ({unit})"


def _say_formula(layer: Layer, figure: Figure, language: Language) -> str:
    """What a declared figure counts, in words."""
    summed = layer.field(figure.sum_of).label.say(language) if figure.sum_of else ""
    said = SUM_FORMULA.say(language, field=summed) if summed else COUNT_FORMULA.say(language)
    if figure.where:
        field, value = layer.field(figure.where[0]), figure.where[1]
        words = field.choices[value].say(language) if value in field.choices else value
        said += WHERE.say(language, field=field.label.say(language), value=words)
    return said


def _case_cards(seen: Viewer, layer: Layer, features: int) -> list[Card]:
    """How many cases belong to the layer, and to how many of its features; none for a layer that joins to no case."""
    if layer.join is None:
        return []
    found = ask.ask(layer_cases, layer.key).iloc[0]
    cases = int(found["cases"])
    return [
        Card(
            key="cases",
            label=CASES,
            value=show_number(cases, seen.language),
            unit="many_cases",
            formula=_case_formula(layer.join),
            parts=[(WITH_CASES, f"{int(found['features']):,} / {features:,}")],
            source=LINK_SOURCE,
            cases=Filters(features=(layer.key,)).to_params() | {"period": "all"} if cases else None,
        )
    ]


def _case_formula(join: Join) -> Text:
    """How the cases of a layer are counted."""
    return Text(zh=CASE_FORMULA.say("zh", rule=say_rule(join, "zh")), en=CASE_FORMULA.say("en", rule=say_rule(join, "en")))


def say_rule(join: Join, language: Language) -> str:
    """The join rule of a layer in words."""
    some = ONLY_SOME.say(language) if getattr(join, "which", None) else ""
    return RULES[type(join)].say(language, within=getattr(join, "within", 0.0)) + some


def show_layer_map(seen: Viewer, layer: Layer) -> None:
    """The layer over the boundary and the zones."""
    shown = seen_layers(seen)
    visible = frozenset({"boundary", "rivers", "stations", layer.key})
    ground = ground_of(seen, shown)
    show_map(
        ground,
        Figures(visible=visible, home=layer.key),
        key="layer_map",
        language=seen.language,
        theme=seen.theme,
        height=MAP_HEIGHT,
        clickable=frozenset(),
        wants_view=False,
    )


def show_features(seen: Viewer, layer: Layer, features: gpd.GeoDataFrame | None) -> None:
    """The table of the features: code, name, every field the viewer may see, how many cases belong to each, and the way to them."""
    if features is None:
        return
    table = tabulate(seen, layer, features)
    links: dict[str, Any] = {}
    if layer.join is not None:
        counts = ask.ask(case_counts, layer.key).set_index("feature_id")["n"]
        features = features.assign(cases=counts.reindex(features.index).fillna(0).astype(int))
        table[seen.say(CASES)] = features["cases"].to_numpy()
        found = zip(features["code"], features["cases"], strict=True)
        table.insert(0, "", [case_link(seen, Filters(features=(f"{layer.key}/{code}",))) if n else None for code, n in found])
        links = {"": link_column(seen)}
    table = table.dropna(axis="columns", how="all")
    columns = links | {seen.say(CASES): st.column_config.NumberColumn(format="localized")}
    rows = features.to_dict("records")
    fields = {_head(seen, field) for field in layer.fields if field.type in {"integer", "number"}}

    def card_of(place: int, column: str) -> Card | None:
        row = rows[place]
        whose = str(row["code"] if is_missing(row["name"]) else row["name"])
        if layer.join is None or column != seen.say(CASES):
            return _field_card(seen, layer, whose, column, table[column].iloc[place]) if column in fields else None
        label = named(whose, CASES)
        cases = Filters(features=(f"{layer.key}/{row['code']}",))
        return count_card(seen, label, int(row["cases"]), _case_formula(layer.join), cases, source=LINK_SOURCE)

    show_number_table(seen, table, card_of, key=f"features_{layer.key}", alt=seen.say(layer.label), columns=columns)
    if links:
        st.caption(seen.say(ROWS))
    with st.container(horizontal=True, gap="small", key="layer_files"):
        show_layer_export(seen, layer, features)
        if not layer.sensitive:
            show_download(table.drop(columns="", errors="ignore"), seen.say(DOWNLOAD), f"{layer.key}.csv", key="download_layer")


def _field_card(seen: Viewer, layer: Layer, whose: str, head: str, value: Any) -> Card:
    """The receipt of a number that came with the feature: which field of which layer, brought in when."""
    brought = ask.ask(last_import, layer.key)
    days = [show_day(seen.local(moment).date(), seen.language) for moment in brought["ended_at"]]
    return Card(
        key="field",
        label=named(whose, Text(zh=plain(head), en=plain(head))),
        value=NOTHING if is_missing(value) else show_number(float(value), seen.language, digits=0 if float(value).is_integer() else 2),
        formula=FIELD_FORMULA,
        parts=[(LAYER, seen.say(layer.label)), (BROUGHT_IN, days[0] if days else NOTHING)],
        source=SOURCE,
    )


def _head(seen: Viewer, field: Field) -> str:
    """How the column of a field is called."""
    return seen.say(field.label) + (seen.say(IN_UNIT, unit=field.unit) if field.unit else "")


def tabulate(seen: Viewer, layer: Layer, features: gpd.GeoDataFrame) -> pd.DataFrame:
    """Code, name and every field in words; what is personal or sensitive only for the roles that may see it."""
    table = pd.DataFrame({seen.say(CODE): features["code"], seen.say(NAME): features["name"]})
    for field in layer.fields:
        if field.access != "public" and not seen.may_see_sensitive:
            continue
        label = _head(seen, field)
        values = [(props or {}).get(field.key) for props in features["props"]]
        known = {key: seen.say(text) for key, text in field.choices.items()}
        table[label] = [known.get(str(value), value) for value in values] if known else values
    return table
