"""How people's numbers are written: telephones, cards, plates and addresses, by the order of their digits and the words before them."""

from __future__ import annotations

import re
import sys
import unicodedata

PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
# every decimal digit of Unicode as its ASCII digit, full-width letters and signs as theirs, every dash as one: character by character,
# so that a place in the plain text is the same place in the text
PLAIN = {
    **{n: str(unicodedata.decimal(chr(n))) for n in range(128, sys.maxunicode + 1) if chr(n).isdecimal()},
    **{n + 0xFEE0: chr(n) for n in range(0x21, 0x7F)},
    **dict.fromkeys(map(ord, "‐‑‒–—―−﹣⁃"), "-"),
    **dict.fromkeys(map(ord, "\u00a0\u2002\u2003\u2007\u2009\u202f\u3000\t\r\n"), " "),
    **dict.fromkeys(map(ord, "•‧∙⋅・●"), "·"),
    **dict.fromkeys(map(ord, "～〜∼"), "~"),
}
# Chinese digits, spoken and as on bills: alone they are words, eleven in a row are a number
HAN = {
    ord(sign): str(n)
    for n, signs in enumerate(("〇零○", "一幺壹", "二贰", "三叁", "四肆", "五伍", "六陆", "七柒", "八捌", "九玖"))
    for sign in signs
}
HAN_SIGNS = "".join(map(chr, HAN))
# what is found is hidden under this sign, and no other number reaches over it
HIDDEN = "\ue000"

# between the digits of one number: up to three spaces, line ends, dashes or characters nobody sees
BETWEEN = r"[ \-\u00ad\u200b-\u200f\u2060\ufeff]{0,3}"
# between its groups also what people draw there
GROUPED = r"[ \-./_~·]{1,6}"
# and where a checksum makes sure
LOOSE = r"[ \-./_~·\u00ad\u200b-\u200f\u2060\ufeff]{0,3}"
HAN_NUMBER = re.compile(rf"[{HAN_SIGNS}](?:{BETWEEN}[{HAN_SIGNS}]){{10,}}")

# a cheap look first, in the terms of RE2: seven digits with such gaps, eleven Chinese ones, an @, a province and a letter, a telling word
SPACE = r"\s\p{Z}\p{Pd}−⁃\x{ad}\x{200b}-\x{200f}\x{2060}\x{feff}"
MARK = r".．()（）/／_＿~～〜∼·•‧∙⋅・●"
SUSPECT = (
    rf"\p{{Nd}}(?:[{SPACE}{MARK}]{{0,6}}\p{{Nd}}){{6}}|[{HAN_SIGNS}](?:[{SPACE}]{{0,3}}[{HAN_SIGNS}]){{10}}|[@＠]|[(（\[［]at|"
    rf"[{PROVINCES}][{SPACE}]{{0,3}}[(（]?[A-Za-zＡ-Ｚａ-ｚ]|[WＷ][JＪ]|[使领]\p{{Nd}}|\p{{Nd}}使|\p{{Nd}}[(（]|"
    r"车牌|牌照|[港澳]牌|身[份分]证|护照|[行乡胞件官]证|证件|居[住留]证"
)
# most texts that look suspicious only say when: a date with no digit near it is left out of that look
NEAR_DIGIT = rf"\p{{Nd}}{SPACE}{MARK}"
LONE_DATE = (
    rf"(^|[^{NEAR_DIGIT}])20[0-9]{{2}}[-/.][0-9]{{1,2}}[-/.][0-9]{{1,2}}(?: [0-9]{{1,2}}:[0-9]{{2}}(?::[0-9]{{2}})?)?($|[^{NEAR_DIGIT}])"
)

# a number stands alone, or is glued to a time of day or a day that ends there
ALONE = r"(?:(?<![0-9])|(?<=[0-9]:[0-5][0-9])|(?<=[\-/][01][0-9][\-/][0-3][0-9]))"
A_MOBILE = r"1[3-9][0-9]{9}"
A_YEAR = r"(?:19|20)[0-9]{2}"
A_DAY = rf"{A_YEAR}[\-/. ]?[01]?[0-9][\-/. ]?[0-3]?[0-9](?![0-9])"
# looked for at every place, because a run that is none may overlap one that is
IDENTITY = re.compile(
    rf"(?=((?:(?<![0-9])|(?<={A_MOBILE}))[1-9](?:{LOOSE}[0-9]){{16}}{LOOSE}(?:[Xx]|[0-9](?:(?![0-9])|(?={A_MOBILE}(?![0-9]))))))"
)
OLD_IDENTITY = re.compile(rf"(?=((?<![0-9])[1-9](?:{BETWEEN}[0-9]){{14}}(?![0-9])))")
# other papers, and cards copied with a mistake, by the word before them; and Hong Kong's card by its bracket
PAPER = re.compile(
    r"(?:身[份分]证|护照|通行证|[回返]乡证|台胞证|居[住留]证|军官证|证件)(?:号码?|编号)?[:为是 ]{0,3}\(?"
    rf"((?!{A_DAY})[A-Za-z]{{0,3}}[0-9](?:{BETWEEN}[0-9]){{5,17}}[Xx]?(?:\([0-9A-Za-z]\))?)(?![0-9])"
)
HONG_KONG = re.compile(r"(?<![A-Za-z0-9])([A-Za-z]{1,2}[0-9]{6}\([0-9Aa]\))")
MOBILE = re.compile(
    rf"{ALONE}(?!1[3-9][0-9](?:[0-9]| +{A_YEAR})-[0-9]{{1,2}}-[0-9]{{1,2}}(?![0-9]))"
    rf"(?:(?:\+|00)?86{BETWEEN}|\({BETWEEN}(?:\+|00)?86{BETWEEN}\){BETWEEN}|0)?"
    rf"(?:1{BETWEEN}[3-9](?:{BETWEEN}[0-9]){{9}}|1[3-9][0-9]{GROUPED}[0-9]{{4}}{GROUPED}[0-9]{{4}}|\(1[3-9][0-9]\){BETWEEN}[0-9]{{4}}{BETWEEN}[0-9]{{4}}"
    rf"|{A_MOBILE}{A_MOBILE}|1\.[3-9][0-9]{{9}}[Ee]\+?10)(?![0-9])"
)
# seven or eight digits alone are a landline only behind a word that says so
LOCAL = re.compile(
    r"(?:电话|座机|固话|传真|号码|联系方式|联系人|联系(?=[: ]{0,2}[0-9])|家[里中]|致电|拨打|[回来]电|[Tt][Ee][Ll]|[Pp]hone)"
    rf"[^0-9{HIDDEN}]{{0,8}}([2-9](?:{BETWEEN}[0-9]){{6,7}})(?![0-9]|\.[0-9])"
)
# an area code and a number, whether anyone has it or not: the register that `phonenumbers` ships is of its own year
LANDLINE = re.compile(
    r"(?<![0-9])(?<![0-9][.\-])(?:(?:(?:\+|00)86[ \-]{0,3}\(?0?|\(0|0)(?:10|2[0-9]|[3-9][0-9]{2})\)?[ \-]{0,3}"
    r"[2-9][0-9]{2,3}[ \-]{0,3}[0-9]{4}|\(?85[23](?:\)[ \-]{0,3}|[ \-]{1,3})[2-9][0-9]{3}[ \-]?[0-9]{4})(?![0-9])"
)
LOCAL_PART = r"(?:(?<![A-Za-z0-9._%+\-])[A-Za-z0-9._%+\-]++|[\u4e00-\u9fff]{1,4})"
EMAIL = re.compile(
    rf"{LOCAL_PART}(?:@[A-Za-z0-9\-]+(?:\.[A-Za-z0-9\-]+)*\.[A-Za-z][A-Za-z0-9\-]*"
    rf"|(?: {{0,2}}@ {{0,2}}|[\(\[]at[\)\]])[A-Za-z0-9\-\u4e00-\u9fff]{{1,30}}"
    r"(?:[.。｡][A-Za-z0-9\-]{1,30}){0,3}[.。｡](?:com|cn|net|org|edu|gov|中国|公司|网络)(?![A-Za-z0-9]))"
)
PLATE = re.compile(
    # cars and trailers, also with a gap between the digits; a word of letters may follow the digits
    rf"[{PROVINCES}]{BETWEEN}(?:[A-Za-z]|\([A-Za-z]\)){BETWEEN}[·.:]?{BETWEEN}(?:(?=[A-Za-z0-9]{{0,5}}[0-9])(?:[A-Za-z0-9]{{5,6}}"
    rf"|[A-Za-z0-9]{{4}}{BETWEEN}[挂学警港澳使领])|[A-Za-z]?{BETWEEN}[0-9](?:{BETWEEN}[0-9]){{4}})(?:(?![A-Za-z0-9])|(?<=[0-9])(?=[A-Za-z]{{2}}))"
    # electric bicycles, the armed police, embassies
    rf"|(?:上海|沪){BETWEEN}[0-9]{{7}}(?![0-9])|WJ{BETWEEN}(?:[{PROVINCES}]|[0-9]{{2}}){BETWEEN}·?{BETWEEN}[A-Za-z0-9]{{5}}(?![A-Za-z0-9])"
    r"|[使领][0-9]{3}·?[0-9]{3}(?![0-9])|(?<![0-9])[0-9]{6}使(?![用馆得其命])"
)
# any other by the word before it
NAMED_PLATE = re.compile(
    r"(?:车牌|牌照|[港澳]牌)(?:号码?)?[:为是 ]{0,3}([A-Za-z]{1,2}[ \-·]{0,2}[A-Za-z]?[0-9](?:-?[A-Za-z0-9]){1,6})(?![A-Za-z0-9])"
)
# the matcher takes ten digits alone for a landline without its 0: in Chinese texts a number has to begin like one
WRITTEN_LIKE_ONE = re.compile(r"\(?(?:\+|00|0[1-9]|86|[48]00)")
# and the matcher is slow: only where such a beginning and eight more digits stand
WORTH_MATCHING = re.compile(r"(?<![0-9])(?:\+[0-9]|\(?0[0-9]|\(?86|[48]00)(?:[ \-()./]{0,4}[0-9]){7}")
DECIMAL = re.compile(r"[0-9]+\.[0-9]+")
HOUSES = re.compile(r"[0-9]{1,4} ?- ?[0-9]{1,4}")
AREA_CODE = re.compile(r"0[0-9]{2,3}\.[2-9][0-9]{6,7}")


def plain_of(text: str) -> str:
    """The text with its digits and signs in ASCII, every character in its place; a long run of Chinese digits too."""
    return HAN_NUMBER.sub(lambda run: run[0].translate(HAN), text.translate(PLAIN))
