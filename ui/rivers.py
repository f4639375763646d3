"""Everything that the rivers pages know: the reaches, who must walk them, their water and their cases."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

import geopandas as gpd
import pandas as pd
import streamlit as st

from analysis.reaches import Standing, judge_walks, lengths_of, stand
from analysis.walks import walk_rules
from analysis.water import GRADES, WORSE_THAN_V, BlackOdour, Odour, WaterClass, black_odour, factors_of, is_worse, water_class
from geo.walked import fill_walked
from i18n import Text
from queries.rivers import LAYER, chiefs, reach_counts, unmeasured_walks, walks
from queries.water import water_samples
from ui import ask
from ui.kept import KEPT_SECONDS
from ui.viewer import Viewer, data_version
from ui.words import is_missing, plain

LEVELS: dict[str, Text] = {
    "city": Text(zh="市级", en="city"),
    "district": Text(zh="区级", en="district"),
    "subdistrict": Text(zh="街道级", en="subdistrict"),
    "neighbourhood": Text(zh="居委级", en="neighbourhood"),
}
NO_REACHES = Text(
    zh="还没有河段。到“数据”页导入河道图层，或运行 python -m ingest layer rivers 文件",
    en="There are no reaches yet. Bring the river layer in on the Data page, or run python -m ingest layer rivers FILE",
)
NO_SUCH_REACH = Text(zh="没有编号为 {code} 的河段，已列出全部河段。", en="There is no reach {code}; all reaches are listed.")
ODOURS: dict[Odour, Text] = {
    Odour.NONE: Text(zh="不黑臭", en="not black-odorous"),
    Odour.LIGHT: Text(zh="轻度黑臭", en="lightly black-odorous"),
    Odour.HEAVY: Text(zh="重度黑臭", en="heavily black-odorous"),
}


@dataclass(frozen=True, kw_only=True)
class Water:
    """The newest sample of a reach, and what it means."""

    sampled_at: datetime
    sample: Mapping[str, float | None]
    graded: WaterClass
    odour: BlackOdour


@dataclass(frozen=True, kw_only=True)
class Rivers:
    """The reaches (index feature id; code, name, props, geometry), the standings of their chiefs, their walks, samples and counts."""

    reaches: gpd.GeoDataFrame
    standings: list[Standing]
    walks: pd.DataFrame
    samples: pd.DataFrame
    counts: pd.DataFrame

    @cached_property
    def names(self) -> dict[str, str]:
        """The name of each reach by its code, or the code."""
        return {
            code: code if is_missing(name) else str(name) for code, name in zip(self.reaches["code"], self.reaches["name"], strict=True)
        }

    @cached_property
    def water(self) -> dict[str, Water]:
        """The newest sample by reach; reaches without one are not in it."""
        return {str(code): read_water(rows.iloc[-1]) for code, rows in self.samples.groupby("code")}

    def props(self, code: str) -> dict[str, Any]:
        """What the layer holds of a reach."""
        return dict(self.reaches.loc[self.reaches["code"] == code, "props"].iloc[0] or {})

    def count(self, code: str, name: str) -> int:
        """One of the counts of a reach; 0 where no case lies on it."""
        feature = self.reaches.index[self.reaches["code"] == code][0]
        return int(self.counts[name].get(feature, 0) or 0)

    def of(self, code: str) -> list[Standing]:
        """How the chiefs of a reach stand, level by level."""
        return [one for one in self.standings if one.reach == code]

    def misses_target(self, code: str) -> bool:
        """Whether the newest sample is worse than the class aimed at."""
        return code in self.water and is_worse(self.water[code].graded.grade, self.props(code).get("class_target"))


def ask_rivers(seen: Viewer) -> Rivers | None:
    """Everything at once, in six questions; None where there is no reach."""
    reaches = ask.ask_features((LAYER,)).get(LAYER)
    if reaches is None:
        return None
    judged, standings = _stand(data_version(), seen.minute, _seen=seen)
    return Rivers(
        reaches=reaches,
        standings=standings,
        walks=judged,
        samples=ask.ask(water_samples),
        counts=ask.ask(reach_counts, seen.minute).set_index("feature_id"),
    )


def pick_reach(seen: Viewer, rivers: Rivers) -> str | None:
    """The reach whose board is open: the address says so."""
    code = st.query_params.get("reach")
    if not code or code in rivers.names:
        return code or None
    st.warning(seen.say(NO_SUCH_REACH, code=plain(code[:40])), icon=":material/help:")
    return None


@st.cache_data(ttl=KEPT_SECONDS, max_entries=20, show_spinner=False)
def _stand(version: str, now: datetime, _seen: Viewer) -> tuple[pd.DataFrame, list[Standing]]:
    """The walks with their verdicts and how every chief stands; worked out once until the data or the minute changes."""
    reaches, rules, known = ask.ask_features((LAYER,))[LAYER], walk_rules(), ask.ask(chiefs)
    made = fill_walked(ask.ask(walks), ask.ask(unmeasured_walks), _seen.office.metric_crs)
    judged = judge_walks(made, known, lengths_of(reaches.index, reaches["props"]), rules, now)
    return judged, stand(known, judged, rules, now.date())


def read_water(row: pd.Series[Any]) -> Water:
    """A sample as a row of the answer, with its class and its black-odour grade."""
    sample = factors_of(row.to_dict())
    return Water(sampled_at=row["sampled_at"].to_pydatetime(), sample=sample, graded=water_class(sample), odour=black_odour(sample))


# the classes as people write them
GRADE_NAMES: dict[str, Text] = {
    grade: Text(zh=f"{grade}类", en="Worse than V" if grade == WORSE_THAN_V else f"Class {grade}") for grade in GRADES
}


def say_level(level: str, seen: Viewer) -> str:
    """A chief's level in words; one that is not known as it stands."""
    return seen.say(LEVELS[level]) if level in LEVELS else level


def say_chiefs(standing: Standing) -> str:
    """Who it is, several of them with a comma."""
    return "、".join(chief.official for chief in standing.chiefs)


def enumerate_words(words: Iterable[str], seen: Viewer) -> str:
    """Several words in one line, with the comma of the language."""
    return ("、" if seen.language == "zh" else ", ").join(words)
