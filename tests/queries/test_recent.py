"""What is offered first: own reports before what is frequent, only of late; counted again by hand, on both databases."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest
from sqlalchemy import Engine, insert

from model.cases import CaseEvent, CaseLink
from model.engine import write
from queries.recent import MOST_RECENT, all_categories, recent_categories
from queries.run import frame_of
from tests.queries.factory import NOW, keep_cases, make_cases

WHO = "duty_leader:L01"
SINCE = date(2017, 8, 21)
# how many of the newest cases of which category this leader reported
OWN = {"0301": 2, "0204": 1}


@pytest.fixture
def cases(engine: Engine) -> pd.DataFrame:
    made = make_cases(600)
    keep_cases(engine, made)
    late = made[(made["reported_on"] >= SINCE) & ~made["void"]]
    mine = pd.concat([late[late["category"] == code].head(n) for code, n in OWN.items()])
    lines = [{"case_id": case, "id": 1, "at": NOW, "stage": "reported", "actor": WHO} for case in mine["id"]]
    # a line that is not a report, and a report of somebody else, count for nobody
    lines += [{"case_id": case, "id": 2, "at": NOW, "stage": "handled", "actor": WHO} for case in late["id"].head(50)]
    lines += [{"case_id": case, "id": 3, "at": NOW, "stage": "reported", "actor": "duty_leader:L02"} for case in late["id"].tail(50)]
    with write(engine) as connection:
        connection.execute(insert(CaseEvent), lines)
        connection.execute(insert(CaseLink), [{"case_id": case, "layer": "rivers", "feature_id": 1} for case in late["id"].head(40)])
    return made.assign(own=made["id"].isin(mine["id"]), river=made["id"].isin(late["id"].head(40)))


@pytest.mark.parametrize("layer", ["", "rivers"])
def test_own_reports_come_first_then_what_is_frequent(engine: Engine, cases: pd.DataFrame, layer: str) -> None:
    known = cases[(cases["reported_on"] >= SINCE) & ~cases["void"] & cases["category"].isin(["0101", "0102", "0203", "0204", "0301"])]
    known = known[known["river"]] if layer else known
    counts = known.groupby(["kind", "category"]).agg(own=("own", "sum"), n=("id", "size")).reset_index()
    expected = counts.sort_values(["own", "n", "kind", "category"], ascending=[False, False, True, True]).head(MOST_RECENT)

    found = frame_of(engine, recent_categories(SINCE, WHO, layer))

    assert list(found[["kind", "code", "own", "n"]].itertuples(index=False, name=None)) == list(expected.itertuples(index=False, name=None))
    assert list(found["name_zh"]) == [f"类{code}" for code in expected["category"]]


def test_the_whole_catalogue_can_be_searched(engine: Engine, cases: pd.DataFrame) -> None:
    assert len(frame_of(engine, all_categories())) == 10
