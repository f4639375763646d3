"""What the water of the reaches held: every sample, in order."""

from __future__ import annotations

from sqlalchemy import select

from model.places import Feature, WaterSample
from queries.run import Question


def water_samples() -> Question:
    """Columns feature_id, code, sampled_at, the six measures (mg/L, cm, mV); by reach, oldest first. Retired reaches are left out."""
    sample = WaterSample
    measures = (
        *(sample.dissolved_oxygen, sample.permanganate, sample.ammonia, sample.phosphorus),
        *(sample.transparency_cm, sample.redox_mv),
    )
    return (
        select(sample.feature_id, Feature.code, sample.sampled_at, *measures)
        .join(Feature, Feature.id == sample.feature_id)
        .where(Feature.layer == "rivers", Feature.retired_on.is_(None))
        .order_by(Feature.code, sample.sampled_at)
    )
