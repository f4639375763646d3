"""Every preset that ships turns a file of its source into cases; a preset that is wrong says where. All cases here are made up."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from config import read_settings
from ingest.clean import Clean, clean_cases
from ingest.preset import CASE_COLUMNS, Preset, guess_preset, load_preset, presets
from ingest.read import read_headings, read_rows
from model.setup import make_office

OFFICE = make_office({}, read_settings({}))
VALID = """
key = "mine"
label = { zh = "我的", en = "Mine" }
source = "mine"
[columns]
external_id = "no"
reported_at = ["at", "time"]
[constants]
channel = "other"
kind = "event"
"""

# a file of each source, and what its first case must be; times in UTC
SAMPLES: dict[str, tuple[str, dict[str, Any]]] = {
    "finegrid": (
        "source,external_id,channel,kind,category,title,description,address,community,department,lon,lat,reported_at,accepted_at,"
        "dispatched_at,due_at,handled_at,verified_at,closed_at,first_contact_at,first_contact,void,suspended,reworks,extensions,resolution,"
        "satisfaction\n"
        "demo,D1,wechat,component,0101,井盖,缺损,政立路1号,某居委,市政所,121.5,31.31,2017-10-30T08:00:00+08:00,2017-10-30T08:05:00+08:00,"
        "2017-10-30T08:10:00+08:00,2017-10-30T12:00:00+08:00,2017-10-30T10:00:00+08:00,,,2017-10-30T08:30:00+08:00,true,false,no,2,1,"
        "resolved,fairly\n",
        {
            **{"source": "demo", "external_id": "D1", "channel": "wechat", "kind": "component", "category": "0101", "title": "井盖"},
            **{"community": "某居委", "department": "市政所", "lon": 121.5, "lat": 31.31, "reported_at": "2017-10-30T00:00"},
            **{"due_at": "2017-10-30T04:00", "closed_at": None, "first_contact_at": "2017-10-30T00:30", "first_contact": True},
            **{"void": False, "suspended": False, "reworks": 2, "extensions": 1, "resolution": "resolved", "satisfaction": "fairly"},
        },
    ),
    "shanghai-grid": (
        "TASKID,STATUS,INFOSOURCEID,INFOTYPEID,INFOBCNAME,INFOSCNAME,DISCOVERTIME,CREATETIME,DISPATCHTIME,SOLVINGTIME,ENDTIME,ADDRESS,"
        "DESCRIPTION,COORDX,COORDY,DEPTNAME,COMMUNITYNAME,ISFIRSTCONTACT,CASEVALUATIONNAME,ALLMANYINAME_BF,UPKEEPERNAME,CONTACTINFO\n"
        "1710A0000001,9,10,1,街面秩序,非机动车乱停放,2017/10/30 8:03:00,2017/10/30 8:10:00,2017/10/30 8:20:00,2017/10/30 10:00:00,"
        "2017/10/30 11:00:00,政立路1号,乱停,-2611.92,8085.66,城管中队,某居委,1,实际解决,基本满意,某甲,13800138000\n"
        "1710A0000002,10,61,0,公用设施,井盖缺损,2017-10-30 09:00,,,,2017-10-30 09:30,x,y,,,,,2,,,某乙,\n"
        "1710A0000003,5,77,1,街面秩序,没有的小类,2017-10-30 09:00,,,,,x,y,,,,,0,解释说明,未评价,,\n",
        {
            **{"external_id": "1710A0000001", "source": "shanghai-grid", "channel": "hotline", "kind": "event", "category": "0508"},
            **{"title": "街面秩序 非机动车乱停放", "lon": -2611.92, "lat": 8085.66, "reported_at": "2017-10-30T00:03"},
            **{
                "accepted_at": "2017-10-30T00:10",
                "handled_at": "2017-10-30T02:00",
                "closed_at": "2017-10-30T03:00",
                "department": "城管中队",
            },
            **{"first_contact": True, "resolution": "resolved", "satisfaction": "fairly", "void": False, "suspended": False},
        },
    ),
    "chengguantong": (
        "案件编号,案件类型,案件大类,案件小类,问题描述,事发位置,所属居委,处置部门,经度,纬度,上报时间,立案时间,处置截止时间,处置完成时间,结案时间,"
        "返工次数,案件状态,上报人,上报人电话\n"
        "CGT1,部件,公用设施,井盖缺损,缺一块,政立路1号,某居委,市政所,121.5,31.31,2017-10-30 08:00,2017-10-30 08:10,2017-10-31,"
        "2017-10-30 12:00,2017-10-30 13:00,1,挂账,某甲,13800138000\n",
        {
            **{"external_id": "CGT1", "channel": "chengguantong", "kind": "component", "category": "0101", "title": "井盖缺损"},
            **{"due_at": "2017-10-31T15:59:59", "closed_at": "2017-10-30T05:00", "reworks": 1, "suspended": True, "void": False},
        },
    ),
    "hotline-12345": (
        "工单编号,诉求类型,诉求标题,诉求内容,诉求地址,承办单位,受理时间,派单时间,办结时间,先行联系时间,是否先行联系,解决情况,满意度,工单状态,来电人,来电号码\n"
        "SH1,咨询,问路,怎么走,政立路1号,某居委,2017年10月30日 08时00分,2017-10-30 08:30,,"
        "2017-10-30 09:00,是,解释说明,一般,在办,某甲,021-65550123\n"
        "SH2,别的类型,x,y,z,w,2017-10-30 08:00,,,,未知,,,作废,,\n",
        {
            **{"external_id": "SH1", "channel": "hotline", "kind": "event", "category": "9001", "title": "问路", "description": "怎么走"},
            **{"reported_at": "2017-10-30T00:00", "closed_at": None, "first_contact": True, "first_contact_at": "2017-10-30T01:00"},
            **{"resolution": "explained", "satisfaction": "neutral", "void": False},
        },
    ),
    "open311": (
        "service_request_id,status,service_name,service_code,description,requested_datetime,updated_datetime,expected_datetime,address,lat,"
        "long,agency_responsible,email\n"
        "638344,closed,Sidewalk and Curb,006,cracked,2017-10-30T08:00:00-06:00,2017-10-30T10:00:00-06:00,2017-10-31T08:00:00-06:00,"
        "8TH AVE,37.762221815,-122.4651145,DPW,a@example.com\n"
        "638345,open,Graffiti,007,paint,2017-10-30T08:00:00Z,2017-10-30T10:00:00Z,,8TH AVE,37.76,-122.46,DPW,\n",
        {
            **{"external_id": "638344", "channel": "other", "category": "Sidewalk and Curb", "title": "Sidewalk and Curb"},
            **{"reported_at": "2017-10-30T14:00", "closed_at": "2017-10-30T16:00", "due_at": "2017-10-31T14:00", "lon": -122.4651145},
        },
    ),
    "boston-311": (
        "case_enquiry_id,open_dt,target_dt,closed_dt,ontime,case_status,closure_reason,case_title,subject,reason,type,department,location,"
        "neighborhood,latitude,longitude,source\n"
        "101,2011-07-01 01:32:33,2011-07-15 01:32:32,2011-07-01 05:06:58,ONTIME,Closed,fixed,Street Light Outages,Public Works Department,"
        "Street Lights,Street Light Outages,PWDx,Groveland St,Greater Mattapan,42.2715,-71.0772,Employee Generated\n"
        "102,2011-11-06 01:30:00,,,ONTIME,Open, ,x,y,z,w,PWDx, , ,42.27,-71.07,A new one\n",
        {
            **{"external_id": "101", "channel": "chengguantong", "kind": "event", "category": "Street Light Outages", "lon": -71.0772},
            **{"reported_at": "2011-07-01T05:32:33", "due_at": "2011-07-15T05:32:32", "closed_at": "2011-07-01T09:06:58"},
            **{"community": "Greater Mattapan", "department": "Public Works Department", "description": "fixed"},
        },
    ),
}


def clean(folder: Path, key: str) -> tuple[Path, Clean]:
    path = folder / "sample.csv"
    path.write_text(SAMPLES[key][0], encoding="utf-8")
    return path, clean_cases(next(read_rows(path, preset=presets()[key])), presets()[key], OFFICE)


def plain(value: Any) -> Any:
    if isinstance(value, pd.Timestamp):
        return value.tz_convert("UTC").tz_localize(None).isoformat()
    return None if pd.isna(value) else value.item() if hasattr(value, "item") else value


@pytest.fixture(params=sorted(presets()))
def key(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def test_its_files_become_cases(tmp_path: Path, key: str) -> None:
    _, found = clean(tmp_path, key)
    assert found.rejects.empty
    first = found.cases.loc[2]
    wanted = SAMPLES[key][1]
    assert {name: plain(first[name]) for name in wanted} == {
        name: pd.Timestamp(value).isoformat() if name.endswith("_at") and value else value for name, value in wanted.items()
    }


def test_its_files_are_recognised(tmp_path: Path, key: str) -> None:
    path, _ = clean(tmp_path, key)
    guessed = guess_preset(read_headings(path))
    assert guessed is not None
    assert guessed.key == key


def test_nobody_is_left_in_its_cases(tmp_path: Path, key: str) -> None:
    _, found = clean(tmp_path, key)
    told = found.cases.astype(str).to_csv()
    assert not any(word in told for word in ("某甲", "某乙", "13800138000", "65550123", "a@example.com"))
    if presets()[key].personal:
        assert any(name.startswith("column:") for name in found.removed)


def test_every_heading_of_its_file_is_known(key: str) -> None:
    headings = {name.casefold() for name in SAMPLES[key][0].split("\n", 1)[0].split(",")}
    assert headings <= {name.casefold() for name in presets()[key].headings()}


def test_it_is_complete(key: str) -> None:
    preset = presets()[key]
    assert preset.key == key
    assert preset.label.text().say("zh") != preset.label.text().say("en") or key == "open311"
    assert set(preset.columns) <= set(CASE_COLUMNS)
    # a heading that is dropped is not one that is read
    assert not {*preset.personal, *preset.ignored} & {name for ours, names in preset.columns.items() for name in names if ours != "address"}


def test_shanghai_codes(tmp_path: Path) -> None:
    _, found = clean(tmp_path, "shanghai-grid")
    void, unknown = found.cases.loc[3], found.cases.loc[4]
    assert (void["void"], void["channel"], void["kind"], void["category"]) == (True, "wechat", "component", "0101")
    assert pd.isna(void["first_contact"])
    assert pd.isna(void["closed_at"])
    assert (unknown["channel"], unknown["category"], unknown["first_contact"], unknown["resolution"]) == (
        "other",
        "没有的小类",
        False,
        "explained",
    )
    assert pd.isna(unknown["satisfaction"])
    assert any("77 in INFOSOURCEID" in note for note in found.notes)


def test_hotline_and_open311_and_boston_odds(tmp_path: Path) -> None:
    hotline = clean(tmp_path, "hotline-12345")[1].cases.loc[3]
    assert (hotline["category"], hotline["void"]) == ("9003", True)
    assert pd.isna(hotline["first_contact"])
    assert pd.isna(clean(tmp_path, "open311")[1].cases.loc[3, "closed_at"])
    boston = clean(tmp_path, "boston-311")[1].cases.loc[3]
    assert (boston["channel"], plain(boston["reported_at"])) == ("other", "2011-11-06T05:30:00")
    assert boston[["description", "address", "community", "due_at"]].isna().all()


def test_the_grid_s_own_list_is_recognised(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text(
        "案件状态,任务号,案件来源,发现时间,案件属性,案件大类,案件小类,案件子类,街镇,发生地址,派遣时间,主责部门,三级主责部门,结案时间\n"
        "已作废,1710A1,微信上报,2017-10-30 08:00,事件,街面秩序,占道堆物,,某镇,某路,,中队,一分队,2017-10-30 09:00\n",
        encoding="gb18030",
    )
    guessed = guess_preset(read_headings(path))
    assert guessed is presets()["shanghai-grid"]
    case = clean_cases(next(read_rows(path, preset=guessed)), guessed, OFFICE).cases.loc[2]
    assert (case["void"], case["channel"], case["category"], case["department"]) == (True, "wechat", "0504", "一分队")
    assert pd.isna(case["closed_at"])


def test_headings_that_tell_nothing() -> None:
    assert guess_preset(["a", "b", "c"]) is None
    assert guess_preset(["工单编号", "备注"]) is None


def test_own_preset(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(VALID, encoding="utf-8")
    preset = load_preset(path)
    assert preset.columns == {"external_id": ("no",), "reported_at": ("at", "time")}
    assert preset == Preset.model_validate(preset.model_dump())


@pytest.mark.parametrize(
    ("change", "message"),
    [
        pytest.param(
            ("[columns]", "[columns]\nextra_id = 'x'"), "columns names extra_id; our columns are source, external_id", id="our column"
        ),
        pytest.param(('source = "mine"', 'source = "mine"\nsorce = "x"'), "sorce: Extra inputs", id="key"),
        pytest.param(('zh = "我的", ', ""), r"label\.zh: Field required", id="language"),
        pytest.param(('channel = "other"', 'channel = "phone"'), "channel cannot be phone; it is one of chengguantong, hotline", id="word"),
        pytest.param(('channel = "other"\n', ""), "nothing says channel", id="no channel"),
        pytest.param(("[columns]", 'timezone = "China"\n[columns]'), "timezone: .*'China' is no time zone", id="zone"),
        pytest.param(("[columns]", 'datum = "mars"\n[columns]'), "datum: .*'mars' is not known", id="datum"),
        pytest.param(("[columns]", 'dates = ["yyyy"]\n[columns]'), "dates: .*'yyyy' is no format", id="format"),
        pytest.param(("[columns]", "[codes.channel]\nvalues = { a = 'radio' }\n[columns]"), "channel cannot be radio", id="code"),
        pytest.param(("[columns]", "[columns"), "is no TOML", id="TOML"),
    ],
)
def test_presets_that_are_wrong(tmp_path: Path, change: tuple[str, str], message: str) -> None:
    path = tmp_path / "mine.toml"
    assert change[0] in VALID
    path.write_text(VALID.replace(*change), encoding="utf-8")
    with pytest.raises(ValueError, match=message) as caught:
        load_preset(path)
    assert "mine.toml" in str(caught.value)


def test_no_such_preset() -> None:
    with pytest.raises(ValueError, match="no preset 'bostn'; the presets are boston-311, chengguantong"):
        load_preset("bostn")
