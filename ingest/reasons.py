"""Why a file or a row is refused, and what was worth noting: sentences in both languages."""

from __future__ import annotations

from i18n import LANGUAGES, Language, Text


def both(text: Text, **values: object) -> str:
    """The sentence in both languages, `中文 / English`: what the tables of imports and rejects keep."""
    return " / ".join(text.say(language, **_in(language, values)) for language in LANGUAGES)


def _in(language: Language, values: dict[str, object]) -> dict[str, object]:
    """Values for a sentence; a text among them in the sentence's language."""
    return {name: value.say(language) if isinstance(value, Text) else value for name, value in values.items()}


class Unreadable(ValueError):  # noqa: N818 - it is said of a file, as in "Unreadable: …"
    """A file that cannot be read as it is; `text` and `values` say it in either language."""

    def __init__(self, text: Text, **values: object) -> None:
        super().__init__(both(text, **values))
        self.text = text
        self.values = values


# of files
NO_TABLE = Text(
    zh="{file} 里没有表格：找到 {found}；需要一个 CSV、TSV、XLSX 或 XLS 文件",
    en="there is no table in {file}: found {found}; wanted one CSV, TSV, XLSX or XLS file",
)
SEVERAL_TABLES = Text(
    zh="{file} 里有 {count} 个表格：{found}；请只压缩一个，或解压后逐个导入",
    en="{file} holds {count} tables: {found}; zip only one, or unpack it and import them one by one",
)
NESTED = Text(zh="{file} 里还有压缩包 {found}；请先解压", en="{file} holds another archive, {found}; unpack it first")
ENCRYPTED = Text(zh="{file} 有密码；请去掉密码后再导入", en="{file} is encrypted; save it without a password")
BROKEN_ARCHIVE = Text(zh="{file} 打不开（{found}）；请重新导出或压缩", en="{file} cannot be opened ({found}); export or zip it again")
TOO_LARGE = Text(
    zh="{file} 解压后超过 {limit} MB；请拆分后分批导入",
    en="{file} is larger than {limit} MB unpacked; split it and import the parts",
)
TOO_DENSE = Text(
    zh="{file} 解压后膨胀 {found} 倍，超过 {limit} 倍，像是压缩炸弹；请解压后直接导入",
    en="{file} unpacks to {found} times its size, more than {limit} times, like a zip bomb; unpack it and import the file itself",
)
TOO_MANY_CELLS = Text(
    zh="{file} 的工作表太大或已损坏，{limit} MB 内存内读不完；请另存为 CSV，或拆分后分批导入",
    en="the sheet of {file} is too large or broken, it cannot be read within {limit} MB of memory; save it as CSV, or split it",
)
TOO_MANY_ROWS = Text(
    zh="{file} 的工作表有 {found} 行，最多 {limit} 行；请另存为 CSV，或拆分后分批导入",
    en="the sheet of {file} has {found} rows, at most {limit} are read; save it as CSV, or split it",
)
TOO_MANY_FILES = Text(
    zh="{file} 的文件目录有 {found} MB，最多 {limit} MB；请只压缩要导入的文件",
    en="the directory of {file} has {found} MB, at most {limit} are read; zip only the file that is to be imported",
)
TOO_WIDE = Text(
    zh="{file} 的表头有 {found} 列，最多 {limit} 列；请只导出需要的列",
    en="the heading of {file} has {found} columns, at most {limit} are read; export only the columns that are needed",
)
MISSING_PARTS = Text(
    zh="{file} 里的 shapefile 缺少 {found}；请把 .shp、.shx、.dbf（和 .prj、.cpg）一起压缩",
    en="the shapefile in {file} lacks {found}; zip its .shp, .shx and .dbf (and .prj, .cpg) together",
)
NOT_ITS_KIND = Text(
    zh="{file} 打不开：内容不是 {wanted}；请重新导出",
    en="{file} cannot be opened: what it holds is no {wanted}; export it again",
)
WEB_PAGE = Text(
    zh="{file} 其实是一个网页；请用表格软件打开后另存为 XLSX 或 CSV",
    en="{file} is a web page under another name; open it in a spreadsheet and save it as XLSX or CSV",
)
EMPTY_FILE = Text(zh="{file} 是空的；需要一行表头和数据行", en="{file} is empty; wanted a heading line and rows")
NO_SHEET = Text(zh="{file} 里没有工作表 {sheet}；有 {found}", en="{file} has no sheet {sheet}; it has {found}")
NO_SHAPES = Text(
    zh="{file} 里没有图形：找到 {found}；需要 GeoJSON、GeoPackage、shapefile，或带经度、纬度两列的表格",
    en="there are no shapes in {file}: found {found}; wanted GeoJSON, GeoPackage, a shapefile, or a table with the columns lon and lat",
)
WHICH_SUBLAYER = Text(
    zh="{file} 里有多个图层：{found}；请用 --sublayer 名称 选择一个",
    en="{file} holds several layers: {found}; choose one with --sublayer NAME",
)
NO_SUBLAYER = Text(
    zh="{file} 里没有图层 {sublayer}；有 {found}，请用 --sublayer 名称 选择一个",
    en="{file} has no layer {sublayer}; it has {found}, choose one with --sublayer NAME",
)
MISSING_COLUMNS = Text(
    zh="文件缺少列：{missing}；有 {found}。请换一个预设，或在预设中写明列名",
    en="the file lacks the columns {missing}; it has {found}. Choose another preset, or name the columns in it",
)

# of rows
TOO_MANY_FIELDS = Text(zh="有 {found} 个字段，表头只有 {wanted} 个", en="{found} fields where the heading has {wanted}")
TOO_FEW_FIELDS = Text(zh="只有 {found} 个字段，表头有 {wanted} 个", en="only {found} fields where the heading has {wanted}")
LARGE_CELL = Text(zh="单元格过大（{found} 字符，上限 {limit}）", en="a cell is too large ({found} characters, at most {limit})")
NO_ID = Text(zh="没有案件编号", en="no case number")
PERSONAL_ID = Text(zh="编号是一个身份证号；各列可能错位了", en="the number is that of an identity card; the columns may be shifted")
LONG_ID = Text(zh="编号超过 {limit} 个字符", en="the number is longer than {limit} characters")
DAMAGED_ID = Text(
    zh="编号 {found} 被表格软件改成了科学计数；请把该列设为文本后重新导出",
    en="the number {found} was rounded by a spreadsheet; format the column as text and export again",
)
NO_REPORT = Text(zh="没有受理时间", en="no reported time")
BAD_TIME = Text(zh="{column} 的时间 {found} 无法识别", en="the time {found} in {column} cannot be read")
TOO_EARLY = Text(zh="{column} 的时间 {found} 早于 1990 年", en="the time {found} in {column} lies before 1990")
IN_FUTURE = Text(zh="{column} 的时间 {found} 在未来", en="the time {found} in {column} lies in the future")
CLOSED_FIRST = Text(zh="结案时间早于受理时间一天以上", en="closed more than a day before it was reported")
BAD_CODE = Text(zh="{column} 的值 {found} 不在对照表中", en="the value {found} in {column} is not in the code table")
BAD_NUMBER = Text(zh="{column} 的值 {found} 不是数字", en="the value {found} in {column} is not a number")
BAD_COORDINATE = Text(zh="坐标 {found} 不是数字", en="the coordinate {found} is not a number")
HALF_COORDINATE = Text(zh="经纬度只有一个", en="only one of longitude and latitude is given")
ZERO_COORDINATE = Text(zh="经度或纬度为 0", en="longitude or latitude is 0")
OUT_OF_RANGE = Text(
    zh="坐标 {found} 不是经纬度；如果是平面坐标（米），请指明基准",
    en="the coordinates {found} are no longitude and latitude; if they are metres, name their datum",
)
SWAPPED = Text(zh="经度和纬度颠倒了：{found}", en="longitude and latitude are swapped: {found}")
SUPERSEDED = Text(
    zh="与第 {row} 行编号相同而内容不同；以后出现的为准",
    en="the same number as row {row} with other content; the later row counts",
)
NO_SHAPE = Text(zh="没有图形", en="no shape")
WRONG_SHAPE = Text(zh="图形是 {found}，需要 {wanted}", en="the shape is a {found}, wanted {wanted}")
MISSING_FIELD = Text(zh="缺少必填字段 {field}", en="the required field {field} is empty")
BAD_FIELD = Text(zh="字段 {field} 的值 {found} 不合要求（{wanted}）", en="the value {found} of {field} is not {wanted}")
LONG_CODE = Text(zh="编号超过 {limit} 个字符", en="the code is longer than {limit} characters")
SAME_CODE = Text(zh="编号 {found} 与第 {row} 行重复", en="the code {found} is the same as in row {row}")

# worth noting
CLOSED_EARLIER = Text(zh="结案早于受理不到一天，照原样保留", en="closed less than a day before reported, kept as it is")
DUE_BEFORE = Text(zh="期限早于受理时间，照原样保留", en="due before reported, kept as it is")
NO_DEADLINE = Text(zh="期限在 2100 年以后，视为没有期限", en="due after 2100, taken as no deadline")
DEFAULTED = Text(
    zh="{column} 的值 {found} 不在对照表中，按 {default} 处理",
    en="{found} in {column} is not in the code table and was taken as {default}",
)
NO_PLACE = Text(zh="没有坐标，不归属任何责任区", en="without coordinates, in no zone")
UNREADABLE_CHARACTERS = Text(zh="含有无法解码的字符（�）", en="with characters that could not be decoded (�)")
CUT = Text(zh="{column} 过长，截到 {limit} 个字符", en="{column} too long, cut at {limit} characters")
IGNORED_COLUMNS = Text(zh="未使用的列：{found}", en="columns not used: {found}")
