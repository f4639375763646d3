"""How many cases belong to a layer, each counted once."""

from __future__ import annotations

from sqlalchemy import func, select

from model.cases import CaseLink, CaseRow
from queries.run import Question


def layer_cases(layer: str) -> Question:
    """One row: cases (that belong to any feature of the layer, void ones left out), features (that have any)."""
    return (
        select(func.count(CaseLink.case_id.distinct()).label("cases"), func.count(CaseLink.feature_id.distinct()).label("features"))
        .join(CaseRow, CaseRow.id == CaseLink.case_id)
        .where(CaseLink.layer == layer, CaseRow.void.is_(False))
    )
