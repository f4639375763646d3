"""Officials, what they answer for, when they are on, and where they walked."""

from __future__ import annotations

from datetime import date, datetime

import shapely
from sqlalchemy import Date, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from model.base import Base
from model.types import Geometry, Moment


class Official(Base):
    """An official; the demo holds role codes, never names."""

    __tablename__ = "officials"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(80))
    title: Mapped[str | None] = mapped_column(String(80))
    organisation: Mapped[str | None] = mapped_column(String(80))
    phone: Mapped[str | None] = mapped_column(String(40))


class Duty(Base):
    """An official answers for a feature (leader, cadre, river_chief …) from a day until a day."""

    __tablename__ = "duties"

    id: Mapped[int] = mapped_column(primary_key=True)
    official_id: Mapped[int] = mapped_column(ForeignKey("officials.id"))
    feature_id: Mapped[int] = mapped_column(ForeignKey("features.id"), index=True)
    role: Mapped[str] = mapped_column(String(40))
    since: Mapped[date] = mapped_column(Date)
    until: Mapped[date | None] = mapped_column(Date)


class Shift(Base):
    """Who is on duty on a day."""

    __tablename__ = "shifts"

    on_date: Mapped[date] = mapped_column(Date, primary_key=True)
    role: Mapped[str] = mapped_column(String(40), primary_key=True)
    official_id: Mapped[int] = mapped_column(ForeignKey("officials.id"))


class Absence(Base):
    """An official is away from a day until a day, both included: the rotation passes them over."""

    __tablename__ = "absences"

    id: Mapped[int] = mapped_column(primary_key=True)
    official_id: Mapped[int] = mapped_column(ForeignKey("officials.id"), index=True)
    since: Mapped[date] = mapped_column(Date)
    until: Mapped[date] = mapped_column(Date)
    reason: Mapped[str | None] = mapped_column(Text)


class Patrol(Base):
    """One walk of a duty leader; the track is a WGS-84 line."""

    __tablename__ = "patrols"

    id: Mapped[int] = mapped_column(primary_key=True)
    official_id: Mapped[int] = mapped_column(ForeignKey("officials.id"))
    started_at: Mapped[datetime] = mapped_column(Moment)
    ended_at: Mapped[datetime | None] = mapped_column(Moment)
    track: Mapped[shapely.Geometry | None] = mapped_column(Geometry)
    note: Mapped[str | None] = mapped_column(Text)


class Inspection(Base):
    """One river walk (巡河) on a reach; the track is a WGS-84 line, `walked_m` the metres of the reach it covers."""

    __tablename__ = "inspections"

    id: Mapped[int] = mapped_column(primary_key=True)
    feature_id: Mapped[int] = mapped_column(ForeignKey("features.id"), index=True)
    official_id: Mapped[int] = mapped_column(ForeignKey("officials.id"))
    started_at: Mapped[datetime] = mapped_column(Moment)
    ended_at: Mapped[datetime | None] = mapped_column(Moment)
    track: Mapped[shapely.Geometry | None] = mapped_column(Geometry)
    walked_m: Mapped[float | None]
    note: Mapped[str | None] = mapped_column(Text)
