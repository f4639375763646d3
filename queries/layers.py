"""How many cases belong to a layer, each counted once."""

from __future__ import annotations

from sqlalchemy import BigInteger, ColumnElement, Integer, cast, func, select

from model.cases import CaseLink, CaseRow
from model.counts import CaseCount
from queries.facts import is_used
from queries.run import Question

# the layer whose features share the cases out among them
ZONES = "zones"


def layer_cases(layer: str) -> Question:
    """One row: cases (that belong to any feature of the layer, void ones left out), features (that have any)."""
    if layer == ZONES and is_used():
        zones = kept_zones().subquery()
        cases = cast(func.coalesce(func.sum(zones.c.n), 0), Integer).label("cases")
        return select(cases, func.count().label("features")).select_from(zones)
    counts = (func.count(CaseLink.case_id.distinct()).label("cases"), func.count(CaseLink.feature_id.distinct()).label("features"))
    return select(*counts).where(CaseLink.layer == layer, counted())


def kept_zones() -> Question:
    """Columns feature_id, n of the zones, as they are kept: each case is in one or none."""
    n = func.sum(CaseCount.n)
    zone = cast(CaseCount.value, BigInteger).label("feature_id")
    kept = select(zone, cast(n, BigInteger).label("n")).where(CaseCount.field == "zone", CaseCount.value.is_not(None))
    return kept.group_by(CaseCount.value).having(n > 0)


def counted() -> ColumnElement[bool]:
    """The links of cases that are not void: those are few, and looked up once instead of every case."""
    return CaseLink.case_id.not_in(select(CaseRow.id).where(CaseRow.void.is_(True)))
