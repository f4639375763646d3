"""What is kept with each case, for questions over a great many of them: the facts that are true of it, and its hours with their bins.

It is kept by whoever writes the case, in the same transaction: an insert from a stage brings it along, `model.counts.counting` puts it
right after any other write.
"""

from __future__ import annotations

from functools import reduce
from operator import add
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Float,
    Table,
    and_,
    case,
    cast,
    exists,
    func,
    literal,
    literal_column,
    null,
    or_,
    select,
    update,
)
from sqlalchemy.sql import visitors
from sqlalchemy.sql.elements import ColumnClause

from model.cases import CaseRow
from model.facts import BITS, SETTLED, TIMELESS_OF_SETTLED, Fact
from model.hours import CONTACT, END, HALF_SECOND, bin_of
from model.sql import hours_between

ROW = CaseRow
# what a clock says of a case, true of every settled one once the clock is past its closing: their bits say that it is settled
OF_ITS_END = frozenset({Fact.FILED, Fact.HANDLED, Fact.ENDED, Fact.JUDGED})
# the facts that `cases.facts` knows of a settled case
KNOWN = frozenset(TIMELESS_OF_SETTLED) | OF_ITS_END


def bits_of(facts: frozenset[Fact]) -> ColumnElement[int]:
    """SQL: the bits of facts, as a figure of the statement."""
    return literal_column(str(sum(BITS[one] for one in facts)), BigInteger)


def mask_has(mask: Any, facts: frozenset[Fact]) -> ColumnElement[bool]:
    """SQL: whether a mask has the bits of all these facts."""
    found: ColumnElement[bool] = mask.op("&")(bits_of(facts)) == bits_of(facts)
    return found


def has_all(facts: frozenset[Fact]) -> ColumnElement[bool]:
    """SQL: whether the kept facts of a case hold all of these."""
    return mask_has(ROW.facts, facts)


def has(one: Fact) -> ColumnElement[bool]:
    """SQL: whether they hold this one, as a condition that PostgreSQL expects most cases to meet; of `has_all` it expects hardly one to."""
    return _its_bit(one) != 0


def _its_bit(one: Fact) -> ColumnElement[int]:
    return ROW.facts.op("&")(bits_of(frozenset({one})))


# that a case is not settled, in the words of the indexes of such cases (model.cases.IS_UNSETTLED)
UNSETTLED = _its_bit(Fact.ENDED) == literal_column("0", BigInteger)
# closed, but with a step after its end: a slip of the source, and not settled
SLIPPED = and_(ROW.closed_at.is_not(None), UNSETTLED)


def bits_where(condition: ColumnElement[bool], facts: frozenset[Fact]) -> ColumnElement[int]:
    """SQL: the bits of facts where a condition is met, else none."""
    return case((condition, bits_of(facts)), else_=bits_of(frozenset()))


HOURS = {CONTACT: hours_between(ROW.reported_at, ROW.first_contact_at), END: hours_between(ROW.reported_at, ROW.closed_at)}
# the columns that are kept, each as SQL over the others
KEPT: dict[str, ColumnElement[Any]] = {
    "facts": reduce(
        add,
        (bits_where(condition, frozenset({one})) for one, condition in sorted(TIMELESS_OF_SETTLED.items())),
        bits_where(SETTLED, OF_ITS_END),
    ),
    **{f"{step}_hours": hours for step, hours in HOURS.items()},
    **{f"{step}_bin": case((hours.is_not(None), bin_of(hours))) for step, hours in HOURS.items()},
}


def kept_of(staged: Table) -> dict[str, ColumnElement[Any]]:
    """The kept columns of the rows of another table; what it does not have of a case is as a new case has it."""

    def replace(part: Any, **_: Any) -> Any:
        if not isinstance(part, ColumnClause) or part.table is not ROW.__table__:
            return None
        if part.name in staged.c:
            return staged.c[part.name]
        default = ROW.__table__.c[part.name].default
        return cast(null(), part.type) if default is None else literal(default.arg, part.type)

    # SQLAlchemy leaves it untyped for any expression
    return {name: visitors.replacement_traverse(value, {}, replace) for name, value in KEPT.items()}  # type: ignore[call-overload]


def keep_facts(connection: Connection, ids: Any = None) -> None:
    """Put right what is kept with these cases, a list of ids or a Select of them; with all cases where no ids are given."""
    wrong = update(ROW).values(KEPT).where(_is_wrong()).execution_options(synchronize_session=False)
    connection.execute(wrong if ids is None else wrong.where(ROW.id.in_(ids)))


def are_facts_right(connection: Connection) -> bool:
    """Whether what is kept with every case is what the case says."""
    return not connection.scalar(select(exists(select(ROW.id).where(_is_wrong()))))


def _is_wrong() -> ColumnElement[bool]:
    return or_(*(_differs(getattr(ROW, name), value) for name, value in KEPT.items()))


def _differs(kept: Any, value: ColumnElement[Any]) -> ColumnElement[bool]:
    if not isinstance(kept.type, Float):
        found: ColumnElement[bool] = kept.is_distinct_from(value)
        return found
    # no engine works hours out to the last digit as another does
    return or_(kept.is_(None) != value.is_(None), func.abs(kept - value) > literal_column(str(HALF_SECOND), Float))
