"""Good rows become cases, bad rows are kept with their reason, and nobody's number gets through. All rows are made up."""

from __future__ import annotations

import csv
import io
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from config import read_settings
from ingest.clean import Clean, clean_cases
from ingest.preset import CASE_COLUMNS, CLOSED_LISTS, Preset, presets
from ingest.read import Rows, read_rows
from ingest.reasons import Unreadable
from ingest.rows import MOST_CELL, make_rows
from model.setup import make_office

OFFICE = make_office({"as_of": "2017-10-31T18:00:00+08:00"}, read_settings({}))
SHANGHAI = ZoneInfo("Asia/Shanghai")
PRESET = Preset.model_validate(
    {
        "key": "mine",
        "label": {"zh": "我的", "en": "Mine"},
        "source": "mine",
        "columns": {
            **{
                "external_id": "编号",
                "channel": "来源",
                "kind": "类型",
                "title": "标题",
                "description": ["内容", "备注"],
                "address": "地址",
            },
            **{"department": "部门", "lon": "经度", "lat": "纬度", "reported_at": "受理", "due_at": "期限", "closed_at": "结案"},
            **{"reworks": "返工", "satisfaction": "满意度", "first_contact": "先行联系"},
        },
        "codes": {
            "channel": {"values": {"热线": "hotline", "微信": "wechat"}},
            "kind": {"values": {"部件": "component"}, "default": "event"},
            "satisfaction": {"values": {"满意": "satisfied"}, "default": ""},
        },
        "personal": ["来电人"],
    }
)
GOOD = {"编号": "A1", "来源": "热线", "类型": "部件", "内容": "路灯不亮", "受理": "2017-10-30 08:00", "经度": "121.51", "纬度": "31.32"}


def rows_of(*lines: dict[str, str]) -> Rows:
    headings = list(dict.fromkeys(name for line in lines for name in line))
    return make_rows(headings, [(i, [line.get(name, "") for name in headings]) for i, line in enumerate(lines, 2)])


def clean(*lines: dict[str, str], preset: Preset = PRESET) -> Clean:
    return clean_cases(rows_of(*lines), preset, OFFICE)


def test_a_good_row() -> None:
    found = clean(GOOD)
    case = found.cases.loc[2]
    assert found.rejects.empty
    assert (case["source"], case["external_id"], case["channel"], case["kind"]) == ("mine", "A1", "hotline", "component")
    assert case["reported_at"] == datetime(2017, 10, 30, 8, tzinfo=SHANGHAI)
    assert (case["lon"], case["lat"]) == (121.51, 31.32)


def test_only_columns_of_cases_that_the_file_fills() -> None:
    cases = clean(GOOD).cases
    wanted = {"source", "external_id", "channel", "kind", "description", "lon", "lat", "reported_at"}
    assert set(cases.columns) == wanted
    full = clean(GOOD | dict.fromkeys(("期限", "结案", "返工", "满意度", "先行联系"), "")).cases
    assert list(full.columns) == [name for name in CASE_COLUMNS if name in full.columns]
    assert {name: str(kind) for name, kind in full.dtypes.items() if name not in {"source"}} == {
        **dict.fromkeys(("external_id", "channel", "kind", "description", "satisfaction"), "string"),
        **dict.fromkeys(("reported_at", "due_at", "closed_at"), "datetime64[us, UTC]"),
        **{"lon": "float64", "lat": "float64", "reworks": "int64", "first_contact": "boolean"},
    }


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        pytest.param({"编号": " "}, "no case number", id="no number"),
        pytest.param({"编号": "x" * 81}, "longer than 80", id="long number"),
        pytest.param({"编号": "1.01E+11"}, "1.01E+11 was rounded by a spreadsheet", id="rounded number"),
        pytest.param({"编号": "11010519491231002X"}, "of an identity card", id="a card for a number"),
        pytest.param({"受理": ""}, "no reported time", id="no time"),
        pytest.param({"受理": "昨天"}, "the time 昨天 in 受理 cannot be read", id="bad time"),
        pytest.param({"受理": "2017-02-30 08:00"}, "cannot be read", id="no such day"),
        pytest.param({"受理": "1970-01-01 08:00"}, "lies before 1990", id="before 1990"),
        pytest.param({"受理": f"{datetime.now(UTC) + timedelta(days=3):%Y-%m-%d %H:%M}"}, "lies in the future", id="future"),
        pytest.param({"结案": "下周"}, "the time 下周 in 结案 cannot be read", id="bad closing"),
        pytest.param({"结案": "2017-10-28 08:00"}, "closed more than a day before", id="closed first"),
        pytest.param({"期限": "soon"}, "the time soon in 期限", id="bad deadline"),
        pytest.param({"纬度": "0"}, "longitude or latitude is 0", id="latitude 0"),
        pytest.param({"经度": "0", "纬度": "0"}, "longitude or latitude is 0", id="null island"),
        pytest.param({"经度": "31.32", "纬度": "121.51"}, "swapped: 31.32, 121.51", id="swapped"),
        pytest.param({"经度": "40.1", "纬度": "85.5"}, "swapped", id="swapped in the west of China"),
        pytest.param({"经度": "-2611.92", "纬度": "8085.66"}, "no longitude and latitude; if they are metres", id="metres"),
        pytest.param({"经度": "121.5", "纬度": "95"}, "are no longitude and latitude", id="beyond the pole"),
        pytest.param({"经度": "东经121"}, "the coordinate 东经121, 31.32 is not a number", id="words"),
        pytest.param({"经度": "inf"}, "is not a number", id="infinite"),
        pytest.param({"经度": ""}, "only one of longitude and latitude", id="half a place"),
        pytest.param({"来源": "传真"}, "the value 传真 in 来源 is not in the code table", id="unknown code"),
        pytest.param({"来源": ""}, "the value — in 来源 is not in the code table", id="no code"),
        pytest.param({"返工": "两次"}, "the value 两次 in 返工 is not a number", id="words for a number"),
        pytest.param({"返工": "-1"}, "the value -1 in 返工 is not a number", id="negative number"),
        pytest.param({"先行联系": "也许"}, "the value 也许 in 先行联系", id="neither yes nor no"),
    ],
)
def test_bad_rows_are_kept_with_their_reason(change: dict[str, str], reason: str) -> None:
    found = clean(GOOD, GOOD | change, GOOD | {"编号": "A3"})
    assert list(found.cases.index) == [2, 4]
    assert found.rejects["row"].to_list() == [3]
    why = found.rejects["reason"].iloc[0]
    assert reason in why
    # Chinese first, then English
    assert " / " in why
    assert "内容=路灯不亮" in found.rejects["raw"].iloc[0]


def test_a_row_with_several_faults_tells_all() -> None:
    why = clean(GOOD | {"编号": "", "受理": "?", "纬度": "0"}).rejects["reason"].iloc[0]
    assert why.count(" / ") == 3


@pytest.mark.parametrize(
    ("change", "column", "value"),
    [
        pytest.param({"经度": "", "纬度": ""}, "lon", None, id="no place"),
        pytest.param({"期限": ""}, "due_at", None, id="no deadline"),
        pytest.param({"期限": "9999-12-31 00:00:00"}, "due_at", None, id="a deadline that is none"),
        pytest.param({"期限": "2059-12-31 19:00"}, "due_at", datetime(2059, 12, 31, 19, tzinfo=SHANGHAI), id="far deadline"),
        pytest.param({"期限": "2017-10-31"}, "due_at", datetime(2017, 10, 31, 23, 59, 59, tzinfo=SHANGHAI), id="a day"),
        pytest.param({"期限": "2017-10-01 08:00"}, "due_at", datetime(2017, 10, 1, 8, tzinfo=SHANGHAI), id="due before reported"),
        pytest.param({"结案": "2017-10-30 07:59"}, "closed_at", datetime(2017, 10, 30, 7, 59, tzinfo=SHANGHAI), id="closed a minute early"),
        pytest.param({"结案": "1900-01-01 00:00:00"}, "closed_at", None, id="a closing that is none"),
        pytest.param({"结案": "NULL"}, "closed_at", None, id="NULL"),
        # the office's clock stands in 2017, the real one goes on
        pytest.param(
            {"结案": "2019-10-31 15:25"}, "closed_at", datetime(2019, 10, 31, 15, 25, tzinfo=SHANGHAI), id="after the demo's clock"
        ),
        pytest.param({"内容": '=HYPERLINK("x")'}, "description", '=HYPERLINK("x")', id="formula"),
        pytest.param({"内容": "a\x00b\x07\nc\td"}, "description", "ab\nc\td", id="control characters"),
        pytest.param({"内容": "", "备注": "另见"}, "description", "另见", id="second heading"),
        pytest.param({"部门": "长" * 100}, "department", "长" * 80, id="long department"),
        pytest.param({"类型": "奇怪"}, "kind", "event", id="code with a default"),
        pytest.param({"满意度": "未评价"}, "satisfaction", None, id="code that means nothing"),
        pytest.param({"先行联系": "否"}, "first_contact", False, id="no"),
        pytest.param({"先行联系": ""}, "first_contact", None, id="unknown"),
        pytest.param({"返工": "2.0"}, "reworks", 2, id="whole"),
        pytest.param({"返工": ""}, "reworks", 0, id="nothing is 0"),
    ],
)
def test_odd_rows_that_come_in(change: dict[str, str], column: str, value: Any) -> None:
    found = clean(GOOD | change)
    assert found.rejects.empty
    kept = found.cases[column].iloc[0]
    assert pd.isna(kept) if value is None else kept == value


def test_what_is_let_through_is_noted() -> None:
    found = clean(
        GOOD | {"期限": "2017-10-01", "结案": "2017-10-30 07:00", "类型": "奇怪", "内容": "坏\ufffd字", "部门": "长" * 100},
        GOOD | {"期限": "9999-12-31", "经度": "", "纬度": ""},
    )
    told = {note.split(" / ")[1]: count for note, count in found.notes.items()}
    assert told == {
        "due before reported, kept as it is": 1,
        "closed less than a day before reported, kept as it is": 1,
        "奇怪 in 类型 is not in the code table and was taken as event": 1,
        "with characters that could not be decoded (�)": 1,
        "department too long, cut at 80 characters": 1,
        "due after 2100, taken as no deadline": 1,
        "without coordinates, in no zone": 1,
    }


def test_swapped_rows_among_others_abroad() -> None:
    line = GOOD | {"经度": "-71.06", "纬度": "42.36"}
    found = clean(*[line] * 5, line | {"经度": "42.36", "纬度": "-71.06"}, line | {"经度": "2.35", "纬度": "48.85"})
    assert found.rejects["row"].to_list() == [7]
    assert "swapped" in found.rejects["reason"].iloc[0]


def test_metres_are_let_through_where_the_datum_is_metres() -> None:
    for datum in ("EPSG:4549", "control:0,0=121.47,31.23;1000,1000=121.48,31.24"):
        preset = PRESET.model_copy(update={"datum": datum})
        found = clean(GOOD | {"经度": "-2611.92", "纬度": "8085.66"}, GOOD | {"经度": "0", "纬度": "0"}, preset=preset)
        assert found.cases["lon"].to_list() == [-2611.92]
        assert found.rejects["row"].to_list() == [3]


SECRETS = ("13800138000", "11010519491231002X", "021-65550123", "某甲", "某乙", "a.b@example.com", "沪A12345")


def test_nobody_gets_through(tmp_path: Path) -> None:
    text = "来电13800138000，证11010519491231002X，沪A12345，021-65550123，a.b@example.com"
    people = {"来电人": "某甲", "联系人姓名": "某乙"}
    found = clean(
        GOOD | people | {"内容": text, "地址": text, "标题": text, "部门": "找13800138000"},
        # a column is missing, so that what follows stands one to the left
        GOOD | people | {"受理": "13800138000", "经度": "11010519491231002X", "来源": "021-65550123", "内容": text},
        GOOD | people | {"来源": text},
    )
    told = found.cases.to_csv() + found.rejects.to_csv() + str(found.notes) + str(found.removed)
    assert [secret for secret in SECRETS if secret in told] == []
    assert found.cases["description"].iloc[0] == "来电〔手机号〕，证〔身份证号〕，〔车牌号〕，〔固话〕，〔邮箱〕"
    assert found.removed == Counter(
        {"mobile": 4, "identity_card": 3, "plate": 3, "landline": 3, "email": 3, "column:来电人": 3, "column:联系人姓名": 3}
    )


def test_nobody_gets_through_in_rows_that_do_not_fit(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text(
        "编号,来源,来电人,内容,受理\nA1,热线,某甲,好,2017-10-30\nA2,热线,多,某甲,好,2017-10-30\nA3,某甲,好,2017-10-30\nA4,热线,某甲,13800138000\n",
        encoding="utf-8",
    )
    found = clean_cases(next(read_rows(path)), PRESET, OFFICE)
    assert list(found.cases.index) == [2]
    assert found.rejects["row"].to_list() == [3, 4, 5]
    assert "某甲" not in found.rejects.to_csv()
    assert "13800138000" not in found.rejects.to_csv()
    assert found.rejects["raw"].iloc[0] == "A2 | 热线 | 好 | 2017-10-30"


def test_raw_is_short() -> None:
    found = clean(GOOD | {"编号": "", "内容": "13800138000 " * 5_000})
    raw = found.rejects["raw"].iloc[0]
    assert len(raw) == 2_000
    assert "138" not in raw


def test_a_huge_cell_is_refused_alone() -> None:
    found = clean(GOOD, GOOD | {"编号": "A2", "内容": "很" * (MOST_CELL + 1)})
    assert list(found.cases.index) == [2]
    assert "a cell is too large (1,000,001 characters, at most 1,000,000)" in found.rejects["reason"].iloc[0]
    assert "〔1,000,001〕" in found.rejects["raw"].iloc[0]


@pytest.mark.parametrize("headings", [["编号", "内容"], ["受理", "内容"]])
def test_a_file_without_number_or_time_is_turned_away(headings: list[str]) -> None:
    with pytest.raises(Unreadable, match="the file lacks the columns"):
        clean_cases(make_rows(headings, [(2, ["x", "y"])]), PRESET, OFFICE)


def test_one_column_of_coordinates_is_none() -> None:
    found = clean({name: cell for name, cell in GOOD.items() if name != "纬度"})
    assert found.rejects.empty
    assert not {"lon", "lat"} & set(found.cases.columns)


def test_no_rows() -> None:
    found = clean_cases(make_rows(list(GOOD), []), PRESET, OFFICE)
    assert found.cases.empty
    assert found.rejects.empty


cell = st.one_of(
    st.text(max_size=12), st.sampled_from([*GOOD.values(), "0", "-1", "999", "1e400", "nan", "2017-10-30", "\x00", "—", "43038.5"])
)


@settings(max_examples=150, deadline=None)
@given(lines=st.lists(st.fixed_dictionaries(dict.fromkeys((*GOOD, "期限", "结案", "返工", "满意度"), cell)), min_size=1, max_size=5))
def test_every_row_is_somewhere_once(lines: list[dict[str, str]]) -> None:
    rows = rows_of(*lines)
    found = clean_cases(rows, PRESET, OFFICE)
    assert sorted([*found.cases.index, *found.rejects["row"]]) == sorted([*rows.frame.index, *rows.broken["row"]])
    kept = found.cases
    assert kept[["source", "external_id", "channel", "kind", "reported_at"]].notna().all(axis=None)
    for column in kept.columns.intersection(list(CLOSED_LISTS)):
        assert set(kept[column].dropna()) <= CLOSED_LISTS[column]
    assert (kept["lon"].isna() == kept["lat"].isna()).all()
    assert (kept["lon"].dropna().abs() <= 180).all()
    assert (kept["lat"].dropna().abs() <= 90).all()
    assert not found.rejects["raw"].str.contains("\x00", regex=False).any()


def test_the_mixed_file(tmp_path: Path) -> None:
    """Issue: bad dates, latitude 0, swapped columns, GB18030, a 5 MB cell, formulas, a telephone and an identity card."""
    lines = io.StringIO()
    table = csv.DictWriter(lines, list(GOOD))
    table.writeheader()
    table.writerows(
        [
            GOOD,
            GOOD | {"编号": "A2", "内容": "=1+1"},
            GOOD | {"编号": "A3", "受理": "不详"},
            GOOD | {"编号": "A4", "纬度": "0"},
            GOOD | {"编号": "A5", "经度": "31.32", "纬度": "121.51"},
            GOOD | {"编号": "A6", "内容": "很" * 5_000_000},
            GOOD | {"编号": "A7", "内容": "电话13800138000，身份证11010519491231002X"},
        ]
    )
    path = tmp_path / "mixed.csv"
    path.write_bytes(lines.getvalue().encode("gb18030"))
    parts = [clean_cases(rows, PRESET, OFFICE) for rows in read_rows(path, preset=PRESET, chunk_rows=3)]
    cases = pd.concat([part.cases for part in parts])
    rejects = pd.concat([part.rejects for part in parts])
    assert cases["external_id"].to_list() == ["A1", "A2", "A7"]
    assert cases["description"].to_list() == ["路灯不亮", "=1+1", "电话〔手机号〕，身份证〔身份证号〕"]
    assert rejects["row"].to_list() == [4, 5, 6, 7]


@pytest.fixture(scope="module")
def boston(shared_data: Path) -> tuple[pd.DataFrame, pd.DataFrame, list[Clean], float]:
    preset = presets()["boston-311"]
    began = time.process_time()
    chunks = list(read_rows(shared_data / "boston-311-2011.zip", preset=preset))
    parts = [clean_cases(rows, preset, OFFICE) for rows in chunks]
    spent = time.process_time() - began
    return pd.concat([chunk.frame for chunk in chunks]), pd.concat([part.cases for part in parts]), parts, spent


def test_boston_comes_in_whole(boston: tuple[pd.DataFrame, pd.DataFrame, list[Clean], float]) -> None:
    raw, cases, parts, _ = boston
    assert len(cases) == len(raw) == 58_251
    assert sum(len(part.rejects) for part in parts) == 0
    assert cases["external_id"].is_unique
    assert cases["category"].nunique() == 141
    assert cases["closed_at"].isna().sum() == 3_681
    assert cases["due_at"].isna().sum() == 10_981
    assert cases["channel"].value_counts().to_dict() == {"hotline": 28_136, "chengguantong": 17_925, "wechat": 12_067, "other": 123}
    assert parts[0].removed["email"] > 100


def test_boston_s_own_verdict(boston: tuple[pd.DataFrame, pd.DataFrame, list[Clean], float]) -> None:
    raw, cases, _, _ = boston
    said = raw["ontime"].fillna("")
    decided = cases["closed_at"].notna() & cases["due_at"].notna() & (said != "")
    in_time = cases["closed_at"] <= cases["due_at"]
    assert ((decided & in_time).sum(), (decided & ~in_time).sum()) == (35_591, 8_073)
    assert (said[decided & in_time] == "ONTIME").all()
    assert (said[decided & ~in_time] == "OVERDUE").all()
    assert (cases["closed_at"].isna() & cases["due_at"].notna() & (said == "OVERDUE")).sum() == 3_448


def test_boston_s_numbers_are_gone_and_its_house_numbers_are_not(boston: tuple[pd.DataFrame, pd.DataFrame, list[Clean], float]) -> None:
    raw, cases, _, _ = boston
    told = cases["description"].dropna()
    assert not told.str.contains(r"\b617[-. ]\d{3}[-. ]\d{4}\b", regex=True).any()
    assert not told.str.contains(r"\w@\w+\.\w", regex=True).any()
    assert cases["address"].fillna("").equals(raw["location"].fillna("").rename("address"))
    assert cases["title"].fillna("").equals(raw["case_title"].fillna("").rename("title"))


def test_boston_is_read_and_cleaned_soon(boston: tuple[pd.DataFrame, pd.DataFrame, list[Clean], float]) -> None:
    # seconds of this process: what others do on the machine does not count; about 3 on two cores
    assert boston[3] < 8


def test_a_refused_row_that_has_a_place_says_where() -> None:
    found = clean(GOOD, GOOD | {"受理": "昨天"}, GOOD | {"编号": "A3", "纬度": "0"})
    assert found.refused.to_numpy().tolist() == [[float(GOOD["经度"]), float(GOOD["纬度"])]]
