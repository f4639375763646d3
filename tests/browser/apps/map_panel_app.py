"""A page with nothing but the map and what drives it, about as much as the demo subdistrict holds."""

import random

import geopandas as gpd
import numpy as np
import shapely
import streamlit as st
from pyproj import Transformer

from geo.colour import Theme, make_scale
from geo.draw import OPENSTREETMAP
from geo.figures import MAX_CASES, Cells, Figures, Outline, Zones
from i18n import LANGUAGES
from ui.map_panel import Ground, View, read_map, show_map

HOSTILE = "<img src=x onerror=\"alert('owned')\">"
CRS = "EPSG:4549"
# schematic, about 8.7 km²
EDGE = shapely.from_wkt(
    "POLYGON((121.4924 31.3135, 121.4921 31.3200, 121.4866 31.3219, 121.4870 31.3249, 121.4945 31.3274, 121.4892 31.3325,"
    "121.5012 31.3480, 121.5133 31.3428, 121.5159 31.3457, 121.5211 31.3480, 121.5278 31.3450, 121.5280 31.3425,"
    "121.5098 31.3190, 121.5057 31.3135, 121.4924 31.3135))"
)
RIVERS = {
    "纬二河": "LINESTRING(121.4921 31.3200, 121.4972 31.3198, 121.5018 31.3206, 121.5056 31.3206, 121.5110 31.3215, 121.5144 31.3256)",
    "纬三河": "LINESTRING(121.4944 31.3278, 121.4982 31.3279, 121.5059 31.3275, 121.5065 31.3254, 121.5127 31.3253, 121.5144 31.3256)",
    "经三河": "LINESTRING(121.5144 31.3256, 121.5157 31.3295, 121.5160 31.3327, 121.5187 31.3371, 121.5211 31.3411, 121.5241 31.3410)",
}
STATIONS = {"三门路": "POINT(121.5038 31.3152)", "殷高东路": "POINT(121.5024 31.3238)", "新江湾城": "POINT(121.5024 31.3308)"}
LAYERS = ("boundary", "zones", "rivers", "stations", "weak_areas", "bikes", "cameras")


def load() -> dict[str, gpd.GeoDataFrame]:
    """Made-up features, some with names that would do harm as HTML or as script."""
    rng = random.Random(1)
    seeds = shapely.MultiPoint(scatter(rng, 31))
    zones = [shapely.intersection(part, EDGE) for part in shapely.get_parts(shapely.voronoi_polygons(seeds, extend_to=EDGE))]
    weak = [shapely.Point(121.5064, 31.3210).buffer(0.001), shapely.Point(121.508, 31.336).buffer(0.0011)]
    stands = [shapely.LineString([point, (point.x + 4e-4, point.y + 1e-4)]) for point in scatter(rng, 229)]
    return {
        "boundary": frame("B", [EDGE], names=["示意边界"]),
        "zones": frame("Z", zones, names=[HOSTILE if n == 2 else f"第{n + 1}责任区" for n in range(31)]),
        "rivers": frame("R", list(shapely.from_wkt(list(RIVERS.values()))), names=list(RIVERS)),
        "stations": frame("S", list(shapely.from_wkt(list(STATIONS.values()))), names=list(STATIONS)),
        "weak_areas": frame("W", weak, names=["map_div2 drawnItems", "</script>" + HOSTILE]),
        "bikes": frame("BK", stands, names=[HOSTILE, *[None] * 228]),
        "cameras": frame("C", scatter(rng, 240), props=[{"status": "installed" if n < 40 else "planned"} for n in range(240)]),
    }


def frame(prefix: str, shapes: list, *, names: list | None = None, props: list | None = None) -> gpd.GeoDataFrame:
    codes = [f"{prefix}{n:02}" for n in range(1, len(shapes) + 1)]
    columns = {"code": codes, "name": names or [None] * len(shapes), "props": props or [{}] * len(shapes)}
    return gpd.GeoDataFrame(columns, geometry=shapes, crs="EPSG:4326")


def scatter(rng: random.Random, count: int) -> list[shapely.Point]:
    west, south, east, north = EDGE.bounds
    found: list[shapely.Point] = []
    while len(found) < count:
        point = shapely.Point(rng.uniform(west, east), rng.uniform(south, north))
        found += [point] if EDGE.contains(point) else []
    return found


@st.cache_data
def cases(channel: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Longitudes, latitudes and cells of some 20,000 cases."""
    rng = np.random.default_rng(len(channel))
    lon, lat = rng.normal(121.506, 0.008, 20_000), rng.normal(31.329, 0.007, 20_000)
    inside = shapely.contains_xy(EDGE, lon, lat)
    x, y = Transformer.from_crs("EPSG:4326", CRS, always_xy=True).transform(lon[inside], lat[inside])
    return lon[inside], lat[inside], (x // 100 * 1_000_000 + y // 100).astype(np.int64)


def zone_figures(channel: str, theme: Theme) -> Zones:
    shares = {f"Z{n:02}": (n * 37 + len(channel)) % 100 / 100 for n in range(1, 31)}
    texts = {code: f"{HOSTILE if code == 'Z05' else '按期率'}: {share:.0%}" for code, share in shares.items()}
    return Zones(
        values=shares, texts=texts, scale=make_scale(shares.values(), title="按期率", theme=theme, show=lambda share: f"{share:.0%}")
    )


def cell_figures(channel: str, theme: Theme) -> Cells:
    codes, counts = (found.tolist() for found in np.unique(cases(channel)[2], return_counts=True))
    return Cells(
        counts=list(zip(codes, counts, strict=True)),
        crs=CRS,
        scale=make_scale(counts, title="案件数", theme=theme, palette="oranges", whole=True),
    )


def singles(channel: str, view: View | None) -> list[tuple[int, float, float, int, str]]:
    if view is None:
        return []
    lon, lat, _ = cases(channel)
    west, south, east, north = view
    seen = np.flatnonzero((lon >= west) & (lon <= east) & (lat >= south) & (lat <= north))
    rows = [(2**62 + int(n), float(lon[n]), float(lat[n]), int(n) % 3, HOSTILE if n % 50 == 0 else f"案件 {n}") for n in seen]
    return rows if len(rows) <= MAX_CASES else []


def choose() -> None:
    click = read_map("map").click
    st.session_state["chosen"] = click and click.zone


def show() -> None:
    st.session_state["runs"] = st.session_state.get("runs", 0) + 1
    left, right = st.columns([3, 1])
    with right:
        language = st.radio("language", LANGUAGES, key="language", horizontal=True)
        channel = st.radio("channel", ["hotline", "petition", "wechat"], key="channel", horizontal=True)
        layers = st.pills("layers", LAYERS, default=LAYERS[:5], selection_mode="multi", key="layers")
        cells = st.toggle("cells", value=st.query_params.get("cells") != "0", key="cells")
    theme: Theme = "dark" if st.context.theme.type == "dark" else "light"
    shown = singles(channel, read_map("map").view) if cells else []
    figures = Figures(
        visible=frozenset(layers),
        zones=zone_figures(channel, theme),
        chosen=st.session_state.get("chosen"),
        cells=cell_figures(channel, theme) if cells else None,
        cases=shown,
        outlines=[Outline(code="H1", shape=shapely.Point(121.5, 31.33).buffer(0.002), text=f"{HOSTILE}\n第二行")],
    )
    ground = Ground(version="1", layers=LAYERS, load=load, attribution=OPENSTREETMAP)
    with left:
        done = show_map(ground, figures, key="map", language=language, theme=theme, on_click=choose)
    with right:
        st.text(f"runs {st.session_state['runs']}")
        st.text(f"click {done.click and [done.click.layer, done.click.code, done.click.zone]}")
        st.text(f"view {done.view} singles {len(shown)}")
    # something to scroll
    st.container(height=700, border=True).text("below")


st.set_page_config(page_title="map", layout="wide")
st.session_state["whole"] = st.session_state.get("whole", 0) + 1
st.text(f"whole {st.session_state['whole']}")
st.fragment(show)() if "fragment" in st.query_params else show()
