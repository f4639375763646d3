"""Cases, what happened to them, where they belong, their photos, and the catalogue of categories."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import BigInteger, Case, Date, Index, LargeBinary, SmallInteger, String, Text, case, text
from sqlalchemy.orm import Mapped, mapped_column

from model.base import Base
from model.kinds import STAGE_STAMPS, Channel, Stage
from model.types import Moment

# the steps that a case takes before it is closed; one that stands after it is a slip of the source
EARLIER = ("reported_at", "accepted_at", "dispatched_at", "handled_at")
# a bit of the kept facts that every settled case has, and no other (that of Fact.ENDED); of columns that are compared with each other
# PostgreSQL expects four fifths of all cases to be unsettled, and reads a larger index instead
ENDED_BIT = 1 << 12
IS_UNSETTLED = f"(facts & {ENDED_BIT}) = 0"
IS_SLIPPED = f"closed_at IS NOT NULL AND {IS_UNSETTLED}"

# what a case says that speaks of bicycles, as the layer of their parking zones has it (geo/layers/bikes.py)
BICYCLE_CATEGORIES, BICYCLE_WORDS = ("0508",), ("共享单车", "单车", "自行车", "bicycle", "bike")


def speaks_of_bicycles(like: str, table: str = "") -> str:
    """SQL: whether a case does, with the engine's word for likeness without regard to capitals; an index is made of it."""
    known = [f"{table}category = '{category}'" for category in BICYCLE_CATEGORIES]
    return " OR ".join(known + [f"{table}{column} {like} '%{word}%'" for column in ("category", "title") for word in BICYCLE_WORDS])


# what is wrong with a river itself, not only near one: rubbish in it, black-odour, building on its bank, flood walls, chiefs' boards
RIVER_CATEGORIES = ("component/0303", "component/0304", "event/0111", "event/0112", "event/0113")


def speaks_of_rivers(table: str = "") -> str:
    """SQL: whether a case was found on a river's walk, or has the code of a river's problem; an index is made of it."""
    codes = ", ".join(f"'{one.partition('/')[2]}'" for one in RIVER_CATEGORIES)
    return f"{table}channel = '{Channel.RIVER}' OR {table}category IN ({codes})"


# a case that went on for longer than so many days, or still does
LASTED_DAYS = 31


def lasted(days_between: str, table: str = "") -> str:
    """SQL: whether a case did, with the engine's words for the days from a report to an end; an index is made of it."""
    between = days_between.format(reported=f"{table}reported_on", closed=f"{table}closed_on")
    return f"{table}closed_on IS NULL OR {between} > {LASTED_DAYS}"


DAYS_BETWEEN = {"sqlite": "julianday({closed}) - julianday({reported})", "postgresql": "{closed} - {reported}"}


# what is asked of single cases whatever day they are found by: what filters leave, what groups, what counts
ASKED = ("kind", "category", "department", "community", "zone_id", "facts", "contact_hours", "contact_bin", "end_hours", "end_bin", "id")


class CaseRow(Base):
    """One case (案件). `id` is `stable_id(source, external_id)`; longitude and latitude are WGS-84."""

    __tablename__ = "cases"

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    source: Mapped[str] = mapped_column(String(40))
    external_id: Mapped[str] = mapped_column(String(80))
    channel: Mapped[str] = mapped_column(String(20))
    kind: Mapped[str] = mapped_column(String(10))
    category: Mapped[str | None] = mapped_column(String(80))
    title: Mapped[str | None] = mapped_column(Text)
    description: Mapped[str | None] = mapped_column(Text)
    address: Mapped[str | None] = mapped_column(Text)
    community: Mapped[str | None] = mapped_column(String(80))
    department: Mapped[str | None] = mapped_column(String(80))
    lon: Mapped[float | None]
    lat: Mapped[float | None]
    # the 100 m square: easting // 100 * 1,000,000 + northing // 100 in the office's metric CRS
    cell: Mapped[int | None] = mapped_column(BigInteger)
    reported_at: Mapped[datetime] = mapped_column(Moment)
    accepted_at: Mapped[datetime | None] = mapped_column(Moment)
    dispatched_at: Mapped[datetime | None] = mapped_column(Moment)
    due_at: Mapped[datetime | None] = mapped_column(Moment)
    handled_at: Mapped[datetime | None] = mapped_column(Moment)
    verified_at: Mapped[datetime | None] = mapped_column(Moment)
    closed_at: Mapped[datetime | None] = mapped_column(Moment)
    first_contact_at: Mapped[datetime | None] = mapped_column(Moment)
    # made, not made, or unknown: the hotline knows it of some cases only
    first_contact: Mapped[bool | None]
    void: Mapped[bool] = mapped_column(default=False)
    suspended: Mapped[bool] = mapped_column(default=False)
    reworks: Mapped[int] = mapped_column(default=0)
    extensions: Mapped[int] = mapped_column(default=0)
    resolution: Mapped[str | None] = mapped_column(String(10))
    satisfaction: Mapped[str | None] = mapped_column(String(10))
    # the office's own calendar, so that a day or an hour is a plain column to group by
    reported_on: Mapped[date] = mapped_column(Date)
    reported_hour: Mapped[int] = mapped_column(SmallInteger)
    due_on: Mapped[date | None] = mapped_column(Date)
    closed_on: Mapped[date | None] = mapped_column(Date)
    # the zone it belongs to, as its link says
    zone_id: Mapped[int | None] = mapped_column(BigInteger)
    # what is true of it, in bits, its hours to the first contact and to the end, and their bins (model.hours);
    # whoever writes a case keeps them (model.kept_facts)
    facts: Mapped[int] = mapped_column(BigInteger, default=0)
    contact_hours: Mapped[float | None]
    contact_bin: Mapped[int | None] = mapped_column(SmallInteger)
    end_hours: Mapped[float | None]
    end_bin: Mapped[int | None] = mapped_column(SmallInteger)

    __table_args__ = (
        # the days that put a case into a period, and beside each what most questions ask of the cases of a period:
        # those are answered from the index alone
        Index("ix_cases_reported", "reported_on", "channel", "void", "cell", "reported_hour", "lon", "lat", *ASKED, "due_on", "closed_on"),
        Index("ix_cases_due", "due_on", "void", "due_at", "closed_at", "channel", "reported_hour", *ASKED, "reported_on", "closed_on"),
        Index("ix_cases_closed", "closed_on", "void", "due_at", "closed_at", "channel", "reported_hour", *ASKED, "reported_on", "due_on"),
        Index("ix_cases_unsettled", "reported_on", sqlite_where=text(IS_UNSETTLED), postgresql_where=text(IS_UNSETTLED)),
        Index("ix_cases_slipped", "closed_on", sqlite_where=text(IS_SLIPPED), postgresql_where=text(IS_SLIPPED)),
        Index(
            "ix_cases_bicycles",
            "reported_on",
            sqlite_where=text(speaks_of_bicycles("LIKE")),
            postgresql_where=text(speaks_of_bicycles("ILIKE")),
        ),
        # few cases, and all that is asked of all of them together
        Index(
            "ix_cases_rivers",
            *("category", "kind", "channel", "void", "closed_at", "reported_on", "id"),
            sqlite_where=text(speaks_of_rivers()),
            postgresql_where=text(speaks_of_rivers()),
        ),
        Index(
            "ix_cases_lasted",
            "reported_on",
            sqlite_where=text(lasted(DAYS_BETWEEN["sqlite"])),
            postgresql_where=text(lasted(DAYS_BETWEEN["postgresql"])),
        ),
        # the cases of a category; and since those of all time are in some order in it, SQLite is quick to sort them by other values
        Index(
            "ix_cases_category",
            *("category", "kind", "department", "community", "zone_id", "channel", "facts", "contact_bin", "end_bin", "contact_hours"),
            *("end_hours", "reported_hour", "reported_on", "due_on", "closed_on", "void", "cell", "id"),
            postgresql_ops={"category": "varchar_pattern_ops"},
        ),
        # the cases of a few zones, and what filters ask of them
        Index(
            "ix_cases_zone",
            *("zone_id", "reported_on", "void", "reported_hour", "channel", "kind", "category", "department", "community"),
            *("facts", "contact_bin", "end_bin", "closed_on", "id"),
        ),
        # the cases of a few cells, and where in them
        Index("ix_cases_cell", *("cell", "reported_on", "void", "reported_hour", "lon", "lat", "id")),
        # the cases of one value; SQLite would rather walk through all cases in the order of such an index than sort a few groups
        *(Index(f"ix_cases_{name}", name, info={"postgresql": True}).ddl_if(dialect="postgresql") for name in ("community", "department")),
        # how many cases of a period lie in each cell of a city, from little more than that
        Index("ix_cases_cells", "reported_on", "void", "cell", info={"postgresql": True}).ddl_if(dialect="postgresql"),
        Index(None, "source", "external_id"),
    )


def stage_of() -> Case[str]:
    """SQL: the stage of a case, from its latest time stamp (受理 → 立案 → 派遣 → 处置 → 核查 → 结案)."""
    steps = [(getattr(CaseRow, stamp).is_not(None), stage.value) for stage, stamp in STAGE_STAMPS.items()]
    return case(*steps, else_=Stage.REPORTED.value)


class CaseEvent(Base):
    """One line of a case's life. `id` is `stable_id(case_id, at, stage, actor)`."""

    __tablename__ = "case_events"

    case_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(Moment)
    stage: Mapped[str] = mapped_column(String(20))
    actor: Mapped[str | None] = mapped_column(String(80))
    note: Mapped[str | None] = mapped_column(Text)

    # what somebody did here; the lines that came with a file name nobody
    __table_args__ = (
        Index("ix_case_events_actor", "actor", sqlite_where=text("actor IS NOT NULL"), postgresql_where=text("actor IS NOT NULL")),
    )


class CaseLink(Base):
    """A case belongs to a feature: how far, and on a reach how far along and on which bank."""

    __tablename__ = "case_links"

    case_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    layer: Mapped[str] = mapped_column(String(40), primary_key=True)
    feature_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    metres: Mapped[float] = mapped_column(default=0.0)
    along: Mapped[float | None]
    side: Mapped[str | None] = mapped_column(String(5))

    __table_args__ = (Index("ix_case_links_feature", "layer", "feature_id", "case_id"),)


class Attachment(Base):
    """A photo of a case, re-encoded, without metadata."""

    __tablename__ = "attachments"

    case_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    sha256: Mapped[str] = mapped_column(String(64))
    mime: Mapped[str] = mapped_column(String(40))
    bytes: Mapped[bytes] = mapped_column(LargeBinary)
    taken_at: Mapped[datetime | None] = mapped_column(Moment)


class Category(Base):
    """One line of the catalogue: 大类 + 小类, four digits, with its names and its time limit."""

    __tablename__ = "categories"

    kind: Mapped[str] = mapped_column(String(10), primary_key=True)
    code: Mapped[str] = mapped_column(String(80), primary_key=True)
    name_zh: Mapped[str] = mapped_column(String(120))
    name_en: Mapped[str] = mapped_column(String(120))
    limit_type: Mapped[str | None] = mapped_column(String(20))
    limit_value: Mapped[float | None]
