"""Features of the layers, and what is measured or done at them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import shapely
from sqlalchemy import Date, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from model.base import Base
from model.types import Geometry, Json, Moment


class Feature(Base):
    """One thing of one layer; its shape is WGS-84 (EPSG:4326)."""

    __tablename__ = "features"

    id: Mapped[int] = mapped_column(primary_key=True)
    layer: Mapped[str] = mapped_column(String(40))
    code: Mapped[str] = mapped_column(String(80))
    name: Mapped[str | None] = mapped_column(String(200))
    props: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    geometry: Mapped[shapely.Geometry] = mapped_column(Geometry)
    opened_on: Mapped[date | None] = mapped_column(Date)
    retired_on: Mapped[date | None] = mapped_column(Date)

    __table_args__ = (UniqueConstraint("layer", "code"),)


class WaterSample(Base):
    """One sample of a reach; mg/L, cm and mV."""

    __tablename__ = "water_samples"

    feature_id: Mapped[int] = mapped_column(ForeignKey("features.id"), primary_key=True)
    sampled_at: Mapped[datetime] = mapped_column(Moment, primary_key=True)
    dissolved_oxygen: Mapped[float | None]
    permanganate: Mapped[float | None]
    ammonia: Mapped[float | None]
    phosphorus: Mapped[float | None]
    transparency_cm: Mapped[float | None]
    redox_mv: Mapped[float | None]


class BikeCount(Base):
    """How many bikes of one operator stood in a parking zone."""

    __tablename__ = "bike_counts"

    feature_id: Mapped[int] = mapped_column(ForeignKey("features.id"), primary_key=True)
    counted_at: Mapped[datetime] = mapped_column(Moment, primary_key=True)
    operator: Mapped[str] = mapped_column(String(40), primary_key=True)
    bikes: Mapped[int]


class RectificationStep(Base):
    """One step (断水断电, 消防查封, 全面整治) done at a weak area."""

    __tablename__ = "rectification_steps"

    feature_id: Mapped[int] = mapped_column(ForeignKey("features.id"), primary_key=True)
    step: Mapped[str] = mapped_column(String(40), primary_key=True)
    done_on: Mapped[date] = mapped_column(Date)
    figures: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    note: Mapped[str | None] = mapped_column(Text)
