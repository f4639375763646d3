"""The closed lists of words that the tables use, each with both labels."""

from __future__ import annotations

from enum import StrEnum

from i18n import Text


class Channel(StrEnum):
    """Where a case came from (来源)."""

    HOTLINE = "hotline"
    PETITION = "petition"
    WECHAT = "wechat"
    CHENGGUANTONG = "chengguantong"
    PATROL = "patrol"
    RIVER = "river"
    OTHER = "other"


class Kind(StrEnum):
    """Component (部件, a thing) or event (事件, a behaviour or state)."""

    COMPONENT = "component"
    EVENT = "event"


class Resolution(StrEnum):
    """What became of a hotline case."""

    RESOLVED = "resolved"
    EXPLAINED = "explained"
    NONE = "none"


class Satisfaction(StrEnum):
    """A citizen's answer to the call-back."""

    SATISFIED = "satisfied"
    FAIRLY = "fairly"
    NEUTRAL = "neutral"
    NOT = "not"


class Stage(StrEnum):
    """Where a case stands; derived from its time stamps, never stored."""

    REPORTED = "reported"
    ACCEPTED = "accepted"
    DISPATCHED = "dispatched"
    HANDLED = "handled"
    VERIFIED = "verified"
    CLOSED = "closed"


class Limit(StrEnum):
    """How a time limit counts."""

    URGENT_HOURS = "urgent_hours"
    WORKING_HOURS = "working_hours"
    WORKING_DAYS = "working_days"
    CALENDAR_DAYS = "calendar_days"


LABELS: dict[StrEnum, Text] = {
    Channel.HOTLINE: Text(zh="12345热线", en="12345 hotline"),
    Channel.PETITION: Text(zh="信访投诉", en="Petition"),
    Channel.WECHAT: Text(zh="微信派单", en="WeChat dispatch"),
    Channel.CHENGGUANTONG: Text(zh="城管通", en="Chengguantong"),
    Channel.PATROL: Text(zh="领导巡查", en="Leader patrol"),
    Channel.RIVER: Text(zh="巡河", en="River walk"),
    Channel.OTHER: Text(zh="其他", en="Other"),
    Kind.COMPONENT: Text(zh="部件", en="Component"),
    Kind.EVENT: Text(zh="事件", en="Event"),
    Resolution.RESOLVED: Text(zh="实际解决", en="Resolved"),
    Resolution.EXPLAINED: Text(zh="解释说明", en="Explained"),
    Resolution.NONE: Text(zh="未解决", en="Not resolved"),
    Satisfaction.SATISFIED: Text(zh="满意", en="Satisfied"),
    Satisfaction.FAIRLY: Text(zh="基本满意", en="Fairly satisfied"),
    Satisfaction.NEUTRAL: Text(zh="一般", en="Neutral"),
    Satisfaction.NOT: Text(zh="不满意", en="Not satisfied"),
    Stage.REPORTED: Text(zh="受理", en="Reported"),
    Stage.ACCEPTED: Text(zh="立案", en="Accepted"),
    Stage.DISPATCHED: Text(zh="派遣", en="Dispatched"),
    Stage.HANDLED: Text(zh="处置", en="Handled"),
    Stage.VERIFIED: Text(zh="核查", en="Verified"),
    Stage.CLOSED: Text(zh="结案", en="Closed"),
    Limit.URGENT_HOURS: Text(zh="紧急工作时", en="urgent hours"),
    Limit.WORKING_HOURS: Text(zh="工作时", en="working hours"),
    Limit.WORKING_DAYS: Text(zh="工作日", en="working days"),
    Limit.CALENDAR_DAYS: Text(zh="自然日", en="calendar days"),
}

SATISFACTION_WEIGHTS = {Satisfaction.SATISFIED: 1.0, Satisfaction.FAIRLY: 0.8, Satisfaction.NEUTRAL: 0.6, Satisfaction.NOT: 0.0}
STAGE_STAMPS = {
    Stage.CLOSED: "closed_at",
    Stage.VERIFIED: "verified_at",
    Stage.HANDLED: "handled_at",
    Stage.DISPATCHED: "dispatched_at",
    Stage.ACCEPTED: "accepted_at",
}
