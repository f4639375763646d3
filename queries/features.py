"""Features of the layers, who answers for them, and the figures of a layer."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Float, and_, cast, func, or_, select

from model.cases import CaseLink
from model.people import Duty, Official
from model.places import Feature
from queries.facts import is_used
from queries.filters import Filters
from queries.layers import ZONES, counted, kept_zones
from queries.overview import zone_figures
from queries.run import Question


def features(layers: Sequence[str] = (), *, codes: Sequence[str] = ()) -> Question:
    """Features of these layers (default: all) by layer and code, without the retired: id, layer, code, name, props, geometry (WGS-84)."""
    question = select(Feature.id, Feature.layer, Feature.code, Feature.name, Feature.props, Feature.geometry).where(
        Feature.retired_on.is_(None)
    )
    if layers:
        question = question.where(Feature.layer.in_(layers))
    if codes:
        question = question.where(Feature.code.in_(codes))
    return question.order_by(Feature.layer, Feature.code)


def feature_names(layer: str) -> Question:
    """Columns id, code, name of a layer's features, by code: for lists to choose from."""
    return select(Feature.id, Feature.code, Feature.name).where(Feature.layer == layer, Feature.retired_on.is_(None)).order_by(Feature.code)


def layer_counts() -> Question:
    """Columns layer, n: how many features each layer has."""
    return (
        select(Feature.layer, func.count().label("n")).where(Feature.retired_on.is_(None)).group_by(Feature.layer).order_by(Feature.layer)
    )


def figure(layer: str, *, sum_of: str = "", where: tuple[str, str] | None = None) -> Question:
    """One value: how many features of a layer, or the sum of a field, where a field has a value."""
    return select(_figure(sum_of).label("value")).where(*_of_layer(layer, where))


def figures(wanted: dict[str, tuple[str, str, tuple[str, str] | None]]) -> Question:
    """Many figures in one row, by name; each is (layer, sum_of, where) as in `figure`."""
    columns = (figure(layer, sum_of=sum_of, where=where).scalar_subquery().label(name) for name, (layer, sum_of, where) in wanted.items())
    return select(*columns)


def duties(on: date, *, layer: str = "", codes: Sequence[str] = (), roles: Sequence[str] = ()) -> Question:
    """Who answers for what on a day: layer, code, feature_id, role, official_id, official_code, official, title, organisation, phone."""
    question = (
        select(
            *(Feature.layer, Feature.code, Duty.feature_id, Duty.role, Duty.official_id),
            *(Official.code.label("official_code"), Official.name.label("official")),
            *(Official.title, Official.organisation, Official.phone),
        )
        .join(Feature, Feature.id == Duty.feature_id)
        .join(Official, Official.id == Duty.official_id)
        .where(Duty.since <= on, or_(Duty.until.is_(None), Duty.until >= on))
    )
    if layer:
        question = question.where(Feature.layer == layer)
    if codes:
        question = question.where(Feature.code.in_(codes))
    if roles:
        question = question.where(Duty.role.in_(roles))
    return question.order_by(Feature.layer, Feature.code, Duty.role.desc(), Official.code)


def zone_card(code: str, filters: Filters, now: datetime) -> Question:
    """One row for a zone: the columns of `zone_figures`; its people come from `duties`."""
    return zone_figures(filters.with_(zones=(code,)), now).where(Feature.code == code)


def case_features(case_id: int) -> Question:
    """What a case belongs to: layer, code, name, metres, along, side."""
    return (
        select(Feature.id, Feature.layer, Feature.code, Feature.name, CaseLink.metres, CaseLink.along, CaseLink.side)
        .join(Feature, Feature.id == CaseLink.feature_id)
        .where(CaseLink.case_id == case_id)
        .order_by(Feature.layer, CaseLink.metres, Feature.code)
    )


def case_counts(layer: str) -> Question:
    """Columns feature_id, n: how many cases belong to each feature of a layer, void ones left out."""
    if layer == ZONES and is_used():
        return kept_zones()
    return select(CaseLink.feature_id, func.count().label("n")).where(CaseLink.layer == layer, counted()).group_by(CaseLink.feature_id)


def _figure(sum_of: str) -> ColumnElement[Any]:
    return func.sum(cast(Feature.props[sum_of].as_string(), Float)) if sum_of else func.count()


def _of_layer(layer: str, where: tuple[str, str] | None) -> list[ColumnElement[bool]]:
    conditions = [and_(Feature.layer == layer, Feature.retired_on.is_(None))]
    if where:
        name, value = where
        conditions.append(Feature.props[name].as_string() == value)
    return conditions
