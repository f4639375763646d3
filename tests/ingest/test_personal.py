"""Planted numbers never survive, in any spelling that is claimed; and what is none stays as it is. All numbers here are made up."""

from __future__ import annotations

import re
import time
import unicodedata
from collections import Counter
from datetime import date, datetime

import pandas as pd
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from stdnum.cn import ric

from ingest.personal import MARKERS, PERSONAL_HEADING, PROVINCES, remove_from, remove_personal

FULL_WIDTH = str.maketrans("0123456789+-", "０１２３４５６７８９＋－")
ARABIC = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")


@pytest.mark.parametrize(
    ("text", "clean", "kind"),
    [
        ("联系电话13800138000请回复", "联系电话〔手机号〕请回复", "mobile"),
        ("138-0013-8000", "〔手机号〕", "mobile"),
        ("+86 138 0013 8000", "〔手机号〕", "mobile"),
        ("(+86)13800138000", "〔手机号〕", "mobile"),
        ("008613800138000", "〔手机号〕", "mobile"),
        ("138.0013.8000", "〔手机号〕", "mobile"),
        ("１３８００１３８０００", "〔手机号〕", "mobile"),
        ("1 3 8 0 0 1 3 8 0 0 0", "〔手机号〕", "mobile"),
        ("1.13800138000 市民", "1.〔手机号〕 市民", "mobile"),
        ("请打021-65550123", "请打〔固话〕", "landline"),
        ("(021) 6555 0123转801", "〔固话〕转801", "landline"),
        ("0512 6555 0123", "〔固话〕", "landline"),
        ("862165550123", "〔固话〕", "landline"),
        ("400-820-8820", "〔固话〕", "landline"),
        ("电话：65550123", "电话：〔固话〕", "landline"),
        ("Tel 6555-0123", "Tel 〔固话〕", "landline"),
        ("身份证 11010519491231002X 李", "身份证 〔身份证号〕 李", "identity_card"),
        ("11010519491231002x", "〔身份证号〕", "identity_card"),
        ("110105 19491231 002X", "〔身份证号〕", "identity_card"),
        ("老证110105491231002号", "老证〔身份证号〕号", "identity_card"),
        ("沪A12345违停", "〔车牌号〕违停", "plate"),
        ("沪A·1234挂", "〔车牌号〕", "plate"),
        ("沪AD12345", "〔车牌号〕", "plate"),
        ("苏 e-5a123", "〔车牌号〕", "plate"),
        ("沪A1234警", "〔车牌号〕", "plate"),
        ("邮箱abc.d-e@example.com。", "邮箱〔邮箱〕。", "email"),
        ("张三＠example．com.cn", "〔邮箱〕", "email"),
        ("请打138\n1234\n5678", "请打〔手机号〕", "mobile"),
        ("138/1234/5678", "〔手机号〕", "mobile"),
        ("138 ~ 1234 ~ 5678", "〔手机号〕", "mobile"),
        ("（138）12345678", "〔手机号〕", "mobile"),
        ("一三八一二三四五六七八", "〔手机号〕", "mobile"),
        ("幺三八 零零幺三 八零零零", "〔手机号〕", "mobile"),
        ("1.3800138000E+10", "〔手机号〕", "mobile"),
        ("1380013800013900001111", "〔手机号〕", "mobile"),
        ("18:0013800138000", "18:00〔手机号〕", "mobile"),
        ("2017-10-3113800138000", "2017-10-31〔手机号〕", "mobile"),
        ("号码65550123", "号码〔固话〕", "landline"),
        ("联系：6555 0123", "联系：〔固话〕", "landline"),
        ("021 - 6555 - 0123", "〔固话〕", "landline"),
        ("(852) 9123 4567", "〔固话〕", "landline"),
        ("110105/19491231/002X", "〔身份证号〕", "identity_card"),
        ("110105194912\n31002X", "〔身份证号〕", "identity_card"),
        ("身份证号：110105194912310021", "身份证号：〔身份证号〕", "identity_card"),
        ("护照E12345678", "护照〔身份证号〕", "identity_card"),
        ("港澳通行证号码 C12345678", "港澳通行证号码 〔身份证号〕", "identity_card"),
        ("Ａ１２３４５６（７）", "〔身份证号〕", "identity_card"),
        ("粤Z 1234 港", "〔车牌号〕", "plate"),
        ("粤ZA123澳", "〔车牌号〕", "plate"),
        ("粤B12345D", "〔车牌号〕", "plate"),
        ("沪 A 1 2 3 4 5", "〔车牌号〕", "plate"),
        ("沪（A）12345", "〔车牌号〕", "plate"),
        ("沪A12345SUV", "〔车牌号〕SUV", "plate"),
        ("上海0123456电动车", "〔车牌号〕电动车", "plate"),
        ("WJ沪12345", "〔车牌号〕", "plate"),
        ("使014·578", "〔车牌号〕", "plate"),
        ("车牌：AD12345", "车牌：〔车牌号〕", "plate"),
        ("香港车牌 AB 1234", "香港车牌 〔车牌号〕", "plate"),
        ("wang @ example.com", "〔邮箱〕", "email"),
        ("wang@example。com", "〔邮箱〕", "email"),
        ("wang@例子.中国", "〔邮箱〕", "email"),
        ("wang(at)example.com", "〔邮箱〕", "email"),
    ],
)
def test_found(text: str, clean: str, kind: str) -> None:
    assert remove_from(text) == (clean, Counter({kind: 1}))


@pytest.mark.parametrize(
    "text",
    [
        *("政立路505弄12号1801室", "殷高东路1330-1340号", "国权北路1688弄6支弄15号", "淞沪路 433 号 8 楼", "川A座12345室", "京B楼"),
        *("2017-10-31 18:00:05", "1985-10-31 100元", "2017年10月31日下午2时30分", "20171031180000", "2017.10.31-2017.11.30", "08:30-17:30"),
        *("案件 20171031123456", "1812E4465594", "GD2017103100012345", "G2017-10-31-0001", "310110020170000123456", "101000295613"),
        *(
            "金额 1380000.50 元",
            "合同价13,800,138.00元",
            "0.2165550123",
            "121.513012, 31.325012",
            "31.13800138000",
            "121.15012345678 31.31234567890",
        ),
        *("房号135\n2017-10-31 投诉", "身份证 2017-10-31办理", "证件3个工作日内", "310110使用", "分别为150、2000、3000元", "3@2.5元"),
        *("第一二三四五六七八九十一号", "GD-2013812345678", "上海市2017103号", "车牌被盗3次", "晋A级纳税", "京A100路", "@某人 请看a.com"),
        *("热线12345", "110 119 120", "95588", "面积8.69平方公里", "192.168.100.21", "@某人", "A@B", "@@@@", "17栋 18栋 19栋"),
        # eighteen digits whose checksum is wrong, fifteen whose birthday is
        *("110105194912310021", "110105491331002", "999999999999999999"),
    ],
)
def test_left_alone(text: str) -> None:
    assert remove_from(text) == (text, Counter())


GAPS = st.sampled_from(["", "", "", " ", "-", " - ", "  ", "\u3000", "\u00a0", "–", "\u200b", "\u00ad"])
AROUND = st.sampled_from(["", "电话", "联系人王某，", "call ", "：", "（", "”", "\n", "。", "号码 ", "a", "，请回电"])


@st.composite
def spelled(draw: st.DrawFn, digits: str) -> str:
    """Digits in a spelling that is claimed: gaps anywhere, any kind of decimal digits."""
    gaps = [draw(GAPS) for _ in digits[1:]] if draw(st.booleans()) else [""] * (len(digits) - 1)
    text = digits[0] + "".join(gap + digit for gap, digit in zip(gaps, digits[1:], strict=True))
    return draw(st.sampled_from([text, text, text.translate(FULL_WIDTH), text.translate(ARABIC)]))


@st.composite
def mobiles(draw: st.DrawFn) -> tuple[str, str]:
    digits = "1" + draw(st.sampled_from("3456789")) + draw(st.text("0123456789", min_size=9, max_size=9))
    return digits, draw(st.sampled_from(["", "", "+86", "+86 ", "86-", "0086", "0"])) + draw(spelled(digits))


@st.composite
def identities(draw: st.DrawFn) -> tuple[str, str]:
    born = draw(st.dates(date(1900, 1, 1), date(2017, 10, 31)))
    # counties of all times, also those that no register lists any more
    head = draw(st.integers(110_000, 820_000)), f"{born:%Y%m%d}", draw(st.integers(0, 999))
    digits = f"{head[0]}{head[1]}{head[2]:03}"
    digits += ric.calc_check_digit(digits + "0")
    text = draw(spelled(digits))
    return digits, draw(st.sampled_from([text, text.replace("X", "x"), text.replace("X", "Ｘ")]))


@st.composite
def old_identities(draw: st.DrawFn) -> tuple[str, str]:
    born = draw(st.dates(date(1900, 1, 1), date(1999, 12, 31)))
    digits = f"{draw(st.integers(110_000, 819_999))}{born:%y%m%d}{draw(st.integers(0, 999)):03}"
    return digits, draw(spelled(digits))


@st.composite
def landlines(draw: st.DrawFn) -> tuple[str, str]:
    area, length = draw(st.sampled_from([("021", 8), ("010", 8), ("0512", 8), ("0571", 8), ("0553", 7)]))
    number = draw(st.sampled_from("5678")) + draw(st.text("0123456789", min_size=length - 1, max_size=length - 1))
    tail = draw(st.sampled_from([number, f"{number[:-4]} {number[-4:]}", f"{number[:-4]}-{number[-4:]}"]))
    text = draw(st.sampled_from([f"{area}-{tail}", f"{area} {tail}", f"({area}){tail}", f"{area}{number}", f"+86 {area[1:]} {tail}"]))
    return number, draw(st.sampled_from([text, text.translate(FULL_WIDTH)]))


@st.composite
def plates(draw: st.DrawFn) -> tuple[str, str]:
    head = draw(st.sampled_from(PROVINCES)), draw(st.sampled_from("ABCDEFGHJKLMN"))
    body = draw(st.text("ABCDEFGHJKLMNPQRSTUVWXYZ0123456789", min_size=5, max_size=6).filter(lambda text: re.search("[0-9]", text)))
    text = head[0] + draw(st.sampled_from(["", " "])) + head[1] + draw(st.sampled_from(["", "·", "•", " ", "-", ".", " · "])) + body
    return body, draw(st.sampled_from([text, text.lower(), text.replace("A", "Ａ")]))


@st.composite
def emails(draw: st.DrawFn) -> tuple[str, str]:
    local = draw(st.from_regex(r"[a-z0-9][a-z0-9._%+\-]{0,20}", fullmatch=True))
    domain = draw(st.from_regex(r"[a-z0-9\-]{1,12}(\.[a-z]{2,6}){1,2}", fullmatch=True))
    return f"{local}@{domain}", draw(st.sampled_from([f"{local}@{domain}", f"{local}＠{domain}", f"{local}@{domain}".upper()]))


def squeeze(text: str) -> str:
    """Only what numbers are made of, in ASCII, so that no spelling can hide them."""
    plain = "".join(str(unicodedata.decimal(char, "")) or unicodedata.normalize("NFKC", char) for char in text)
    return re.sub(r"[^0-9a-z@._%+]", "", plain.lower())


PLANTED = {
    "mobile": mobiles(),
    "identity_card": st.one_of(identities(), old_identities()),
    "landline": landlines(),
    "plate": plates(),
    "email": emails(),
}


@pytest.mark.parametrize("kind", PLANTED)
@settings(max_examples=400, deadline=None)
@given(data=st.data())
def test_nothing_planted_survives(kind: str, data: st.DataObject) -> None:
    number, text = data.draw(PLANTED[kind])
    before, after = data.draw(AROUND), data.draw(AROUND)
    # a letter or a digit that touches makes another word of a plate or an address
    letters = (before[-1:].isascii() and before[-1:].isalnum()) or (after[:1].isascii() and after[:1].isalnum())
    assume(not (kind in {"landline", "plate", "email"} and letters))
    # cut like a date it is one
    assume(not re.match(r"1[3-9]\d\d-\d{1,2}-\d{1,2}\D", re.sub("[–－]", "-", text)))
    planted = before + text + after
    clean, found = remove_from(planted)
    assert squeeze(number) not in squeeze(clean)
    assert clean.startswith(before.rstrip(" "))
    assert clean.endswith(after)
    assert sum(found.values()) == 1


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_several_in_one_text(data: st.DataObject) -> None:
    planted = [data.draw(PLANTED[kind]) for kind in data.draw(st.permutations(["identity_card", "plate", "email"]))]
    clean, found = remove_from("，".join(text for _, text in planted))
    assert not [number for number, _ in planted if squeeze(number) in squeeze(clean)]
    assert sum(found.values()) == 3


# words, short numbers, dates and times of day: nothing here is anyone's
words = st.sampled_from(
    ["政立路", "弄", "号", "室", "占道堆物", "共享单车", "请处理", "The bin is full.", "路灯不亮", "、", " ", "\n", "元", "No.", "%"]
)
harmless = st.one_of(
    words,
    st.integers(0, 99_999).map(lambda number: f"{number}号"),
    st.datetimes(datetime(2000, 1, 1), datetime(2099, 12, 31)).map(lambda moment: f"{moment:%Y-%m-%d %H:%M}，"),
    st.floats(0, 99_999).map(lambda amount: f"{amount:,.2f}元"),
    st.tuples(st.floats(73, 135), st.floats(18, 54)).map(lambda place: f"{place[0]:.6f}，{place[1]:.6f}，"),
    st.integers(0, 10**7).map(lambda number: f"编号20171031{number:08}，"),
)


@settings(max_examples=300, deadline=None)
@given(parts=st.lists(harmless, max_size=12))
@example(parts=["联系电话", "12号"])
def test_texts_without_personal_data_come_back_identical(parts: list[str]) -> None:
    text = "，".join(parts)
    assert remove_from(text) == (text, Counter())


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=60))
def test_twice_is_once(text: str) -> None:
    clean, _ = remove_from(text)
    assert remove_from(clean) == (clean, Counter())


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("call 617-635-4500 now", "call 〔电话〕 now"),
        ("(617) 635 4500", "〔电话〕"),
        ("see case H96204-101000311841", "see case H96204-101000311841"),
        ("1310-1340 Boylston St", "1310-1340 Boylston St"),
        ("orders 46346  48364", "orders 46346  48364"),
        ("mail a.b@boston.gov", "mail 〔邮箱〕"),
    ],
)
def test_abroad(text: str, clean: str) -> None:
    assert remove_from(text, "US")[0] == clean


def test_series_keep_index_type_and_absences() -> None:
    texts = pd.Series(["电话13800138000", None, "好", "电话13800138000"], index=[2, 5, 7, 9], dtype="string[pyarrow]", name="description")
    clean, found = remove_personal(texts)
    assert clean.to_list()[0::2] == ["电话〔手机号〕", "好"]
    assert clean.isna().to_list() == [False, True, False, False]
    assert (clean.dtype, clean.name, list(clean.index)) == (texts.dtype, "description", [2, 5, 7, 9])
    assert found == Counter(mobile=2)
    assert texts.iloc[0] == "电话13800138000"


def test_the_quick_look_misses_nothing() -> None:
    texts = pd.Series([text for values in (test_found.pytestmark[0].args[1],) for text, _, _ in values], dtype="string[pyarrow]")
    clean, found = remove_personal(texts)
    assert sum(found.values()) == len(texts)
    assert clean.str.contains("〔").all()


@settings(max_examples=150, deadline=None)
@given(data=st.data(), kind=st.sampled_from(list(PLANTED)))
def test_the_quick_look_lets_every_spelling_through(data: st.DataObject, kind: str) -> None:
    _, text = data.draw(PLANTED[kind])
    before = data.draw(st.sampled_from(["甲 ", "于2017-10-31 18:00:05 ", "于2017-10-31反映，", "2017/10/31 ", "2017-10-31 18:00，"]))
    series = pd.Series([f"{before}{text} 乙"], dtype="string[pyarrow]")
    assert remove_personal(series)[0].iloc[0] == remove_from(f"{before}{text} 乙")[0]


@pytest.mark.parametrize("text", ["a" * 300_000, "1 " * 150_000, "021-" * 75_000, "沪A" * 150_000, "a.a@" * 75_000, "13 " * 100_000])
def test_no_text_keeps_it_busy(text: str) -> None:
    began = time.process_time()
    remove_from(text)
    assert time.process_time() - began < 8


def test_headings_of_people() -> None:
    people = ["联系人", "联系电话", "诉求人姓名", "身份证号", "手机号码", "Email", "caller_phone", "first_name"]
    assert all(map(PERSONAL_HEADING.search, people))
    others = ["电话数", "标题", "phonebook", "address", "service_name", "承办单位", "cell"]
    assert not any(map(PERSONAL_HEADING.search, others))


def test_every_kind_has_a_marker() -> None:
    assert set(PLANTED) < set(MARKERS)
    assert len(set(MARKERS.values())) == len(MARKERS)
