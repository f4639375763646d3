"""Every table by name, in an order in which rows can be written."""

from __future__ import annotations

from model.base import Base
from model.cases import Attachment, CaseEvent, CaseLink, CaseRow, Category
from model.counts import CaseCount
from model.office import AuditLine, Import, Ledger, LedgerEntry, Reject, Setting
from model.people import Absence, Duty, Inspection, Official, Patrol, Shift
from model.places import BikeCount, Feature, RectificationStep, WaterSample
from model.squares import SquareCount
from model.sums import CaseSum

TABLES: dict[str, type[Base]] = {
    table.__tablename__: table
    for table in (
        *(Setting, Category, Feature, Official, Duty, Shift, Absence),
        *(CaseRow, CaseEvent, CaseLink, Attachment, CaseCount, CaseSum, SquareCount),
        *(Patrol, Inspection, WaterSample, BikeCount, RectificationStep, Ledger, LedgerEntry),
        *(Import, Reject, AuditLine),
    )
}
