"""How many cases belong to a layer, each counted once."""

from __future__ import annotations

from sqlalchemy import ColumnElement, func, select

from model.cases import CaseLink, CaseRow
from queries.run import Question


def layer_cases(layer: str) -> Question:
    """One row: cases (that belong to any feature of the layer, void ones left out), features (that have any)."""
    counts = (func.count(CaseLink.case_id.distinct()).label("cases"), func.count(CaseLink.feature_id.distinct()).label("features"))
    return select(*counts).where(CaseLink.layer == layer, counted())


def counted() -> ColumnElement[bool]:
    """The links of cases that are not void: those are few, and looked up once instead of every case."""
    return CaseLink.case_id.not_in(select(CaseRow.id).where(CaseRow.void.is_(True)))
