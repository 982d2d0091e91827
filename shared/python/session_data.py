"""Read the session's files from its database, with the functions that read them before.

    import session_data
    frame = session_data.read_csv("sales", parse_dates=["day"])    # was: pd.read_csv("data/sales.csv", ...)

Every function takes what pandas' own takes. Its first argument is a table's name, or a path as it stood in the script:
that is looked up by its file name among the session's files. The file is written again from its table, as it stood,
into a temporary folder, and the real pandas reads it there with your arguments. So a column comes out as it did
before: text for text, gap for gap.

    session_data.open("notes.csv")              for reading a file in any other way
    session_data.path("sales")                  for everything that wants a file's path
    session_data.glob("data/*.csv")             the paths of the session's files that fit
    session_data.connect().sql("SELECT ...")    for SQL of your own; the database is opened read-only

What the database does not know is read from disk as before, and so is what was written since the database was made.
The database is `project_data.db` beside this file, or the one that SESSION_DATABASE names. Needs pandas
and duckdb 1.3 or later.
"""

import atexit
import builtins
import codecs
import datetime
import errno
import fnmatch
import glob as disk_glob
import json
import os
import re
import shutil
import tempfile
import threading
import unicodedata
import zlib

import duckdb
import pandas

DATABASE = os.environ.get("SESSION_DATABASE") or os.path.join(
    os.path.dirname(os.path.abspath(__file__)), "project_data.db"
)


def read_csv(filepath_or_buffer, *args, **kwargs):
    """`pandas.read_csv` for a table or a path."""
    return pandas.read_csv(_readable(filepath_or_buffer), *args, **kwargs)


def read_table(filepath_or_buffer, *args, **kwargs):
    """`pandas.read_table` for a table or a path."""
    return pandas.read_table(_readable(filepath_or_buffer), *args, **kwargs)


def read_fwf(filepath_or_buffer, *args, **kwargs):
    """`pandas.read_fwf` for a table or a path."""
    return pandas.read_fwf(_readable(filepath_or_buffer), *args, **kwargs)


def read_json(path_or_buf, *args, **kwargs):
    """`pandas.read_json` for a table or a path."""
    return pandas.read_json(_readable(path_or_buf), *args, **kwargs)


def read_parquet(path, *args, **kwargs):
    """`pandas.read_parquet` for a table or a path; pandas needs pyarrow or fastparquet for it, as before."""
    return pandas.read_parquet(_readable(path), *args, **kwargs)


def read_excel(io, *args, **kwargs):
    """`pandas.read_excel` for a table or a path. A table of a workbook with several sheets stands for its own sheet."""
    source = _find(io)
    if source is None:
        return pandas.read_excel(_readable(io), *args, **kwargs)
    if not args and os.fspath(io) in source.tables:
        kwargs.setdefault("sheet_name", source.sheet_of(os.fspath(io)))
    kwargs.pop("engine", None)
    with _excel_file(source) as workbook:
        return pandas.read_excel(workbook, *args, **kwargs)


def ExcelFile(path_or_buffer, *args, **kwargs):
    """`pandas.ExcelFile` for a table or a path."""
    source = _find(path_or_buffer)
    return pandas.ExcelFile(_readable(path_or_buffer), *args, **kwargs) if source is None else _excel_file(source)


def open(file, mode="r", *args, **kwargs):
    """The builtin `open`; a file that is opened to be written is one on disk, whatever it is called."""
    is_written = isinstance(mode, str) and any(letter in mode for letter in "wax+")
    return builtins.open(file if is_written else _readable(file), mode, *args, **kwargs)


def path(file):
    """The path of a file with the content that a table was made from. It is removed when Python ends."""
    return _readable(file)


def glob(pathname, *args, **kwargs):
    """`glob.glob`: what fits on disk, and the session's files that fit, each in the folder that was asked for."""
    found = disk_glob.glob(pathname, *args, **kwargs)
    folder, wanted = os.path.split(os.fspath(pathname))
    names = fnmatch.filter((source.name for source in _sources()), wanted)
    return found + sorted(each for each in (os.path.join(folder, name) for name in names) if each not in found)


def listdir(folder="."):
    """`os.listdir`: what is in the folder on disk, and the session's files."""
    found = os.listdir(folder) if os.path.isdir(folder) else []
    return found + sorted(source.name for source in _sources() if source.name not in found)


def exists(path):
    """`os.path.exists`: whether a file is among the session's or on disk."""
    return _find(path) is not None or os.path.exists(path)


def connect():
    """A connection of DuckDB to the session's database. It cannot change the database."""
    if not os.path.isfile(DATABASE):
        hint = "put it beside session_data.py, or name it in SESSION_DATABASE"
        raise FileNotFoundError(errno.ENOENT, "Cannot open the session's database: there is none here, " + hint, DATABASE)
    return duckdb.connect(DATABASE, read_only=True)


# --- which file is meant ---------------------------------------------------------------------------------------------


class _Source:
    """A file of the session: what is around each of its tables, and for workbooks the table of each sheet."""

    def __init__(self, path, report):
        self.path = path
        self.name = path.rsplit("/", 1)[-1]
        self.kind = report["kind"]
        self.sheets = {sheet["sheet"]: sheet.get("table") for sheet in report.get("sheets", [])}
        self.tables = {}

    def sheet_of(self, table):
        return next((sheet for sheet, own in self.sheets.items() if own == table), 0)


_known = {}
_lock = threading.RLock()


def _sources():
    """The session's files; empty where there is no database, so that a script runs on without."""
    with _lock:
        if "sources" not in _known:
            _known["sources"] = _list_sources() if os.path.isfile(DATABASE) else []
        return _known["sources"]


def _list_sources():
    sources = {}
    with connect() as connection:
        rows = connection.execute(
            "SELECT source_path, report, table_name, layout FROM cubby.tables JOIN cubby.sources USING (source_path)"
        ).fetchall()
    for source_path, report, table, layout in rows:
        if source_path not in sources:
            sources[source_path] = _Source(source_path, json.loads(report))
        sources[source_path].tables[table] = json.loads(layout) if layout else {}
    return list(sources.values())


def _find(file):
    """The session's file that is meant, or None where it is none of them; raises LookupError where it may be several."""
    if not isinstance(file, (str, os.PathLike)) or not isinstance(os.fspath(file), str):
        return None
    wanted = os.fspath(file)
    for source in _sources():
        if wanted in source.tables:
            return source
    if "://" in wanted or _is_newer(wanted):
        return None
    fitting = _best_fitting(wanted)
    if len(fitting) > 1:
        names = ", ".join(sorted(source.path for source in fitting))
        raise LookupError('Cannot tell which file "%s" is: it may be any of %s' % (wanted, names))
    return fitting[0] if fitting else None


def _is_newer(wanted):
    """True for a file that was written since the database was made: by this script, say."""
    return os.path.isfile(wanted) and os.path.getmtime(wanted) > os.path.getmtime(DATABASE)


def _best_fitting(wanted):
    """The sources whose names fit best: the same file name, then the most folders; without regard to case if need be."""
    for fold in (str, str.casefold):
        parts = [fold(part) for part in _parts(wanted)]
        scores = {source: _score(parts, [fold(part) for part in _parts(source.path)]) for source in _sources()}
        best = max(scores.values(), default=0)
        if best > 0:
            return [source for source, score in scores.items() if score == best]
    return []


def _parts(text):
    text = unicodedata.normalize("NFC", text).replace("\\", "/")
    return [part for part in text.split("/") if part not in ("", ".", "..")]


def _score(wanted, own):
    """How many parts agree from the end. Files of one name in several folders of a ZIP are called `folder__name`."""
    same = _agreeing(wanted, own)
    if same > 0 or not own or "__" not in own[-1]:
        return same
    unfolded = own[-1].split("__")
    same = _agreeing(wanted, unfolded)
    return same if same == min(len(wanted), len(unfolded)) else 0


def _agreeing(one, other):
    count = 0
    while count < min(len(one), len(other)) and one[-1 - count] == other[-1 - count]:
        count += 1
    return count


# --- the file as it stood --------------------------------------------------------------------------------------------


def _readable(file):
    """What the real reader can open: a path to the file's content, or what was given where it is none of ours."""
    source = _find(file)
    if source is not None:
        return _content_path(source)
    if isinstance(file, str) and not os.path.exists(file) and re.fullmatch(r"[^<>\[{\n]{1,255}", file) and "://" not in file:
        known = ", ".join(source.name for source in _sources()) or "no files"
        raise FileNotFoundError(errno.ENOENT, "Cannot find it on disk, nor in the session's database (%s)" % known, file)
    return file


def _content_path(source):
    """Writes the file again, once."""
    with _lock:
        written = _known.setdefault("written", {})
        if source.path not in written:
            if "folder" not in _known:
                _known["folder"] = tempfile.mkdtemp(prefix="session_data_")
                atexit.register(_remove_folder, _known["folder"], os.getpid())
            folder = os.path.join(_known["folder"], str(len(written)))
            os.mkdir(folder)
            target = os.path.join(folder, source.name)
            with connect() as connection:
                if source.kind == "workbook" and not _is_kept(connection, source):
                    _write_workbook(connection, source, target)
                else:
                    with builtins.open(target, "wb") as output:
                        output.writelines(_content(connection, source))
            written[source.path] = target
        return written[source.path]


def _remove_folder(folder, owner):
    # A forked process inherits this, and must not take the files away from the others.
    if os.getpid() == owner:
        shutil.rmtree(folder, ignore_errors=True)


def _is_kept(connection, source):
    return bool(connection.execute("SELECT 1 FROM cubby.originals WHERE source_path = ?", [source.path]).fetchone())


def _content(connection, source):
    """The file's bytes in pieces: as they were kept, else written again from its table."""
    kept = connection.execute(
        "SELECT packing, content FROM cubby.originals WHERE source_path = ? ORDER BY part", [source.path]
    )
    rows = kept.fetchmany(1)
    if not rows:
        for table, layout in source.tables.items():
            yield from _delimited(connection, table, layout)
        return
    unpack = zlib.decompressobj(wbits=31) if rows[0][0] == "gzip" else None
    while rows:
        for _, content in rows:
            yield unpack.decompress(content) if unpack else content
        rows = kept.fetchmany(1)


_CODECS = {"windows-1252": "cp1252", "utf-16le": "utf-16-le", "utf-16be": "utf-16-be"}
_ROWS = 20000

# Windows-1252 leaves five bytes open; they were read as the characters of the same numbers.
codecs.register_error("session_data", lambda e: (bytes(ord(each) & 255 for each in e.object[e.start : e.end]), e.end))


def _delimited(connection, table, layout):
    """A file of delimited text: what stood above the data, every row in its place, and its own kind of end."""
    codec = _CODECS.get(layout["encoding"], layout["encoding"])
    encode = lambda text: text.encode(codec, "session_data" if codec == "cp1252" else "strict")
    line_break = layout["newline"]
    if layout["byte_order_mark"]:
        yield encode("\ufeff")
    yield encode(layout["head"])
    end = ""
    for lines in _lines(connection, table, layout):
        # The last line break is held back, because the file may have ended without it.
        yield encode(end + line_break.join(lines))
        end = line_break
    yield encode("" if layout["open_end"] else end)


def _lines(connection, table, layout):
    result = connection.execute(_lines_sql(connection, table, layout))
    rows = result.fetchmany(_ROWS)
    while rows:
        yield [line for (line,) in rows]
        rows = result.fetchmany(_ROWS)
    if layout["empty_at_end"]:
        yield [layout["delimiter"] * (layout["width"] - 1)] * layout["empty_at_end"]


def _lines_sql(connection, table, layout):
    """SQL that writes every row as its line: each value in its own spelling, quoted where it was."""
    columns = connection.execute(
        "SELECT column_name, text_sql, exceptions, quotes, bare_text FROM cubby.columns WHERE table_name = ? ORDER BY position",
        [table],
    ).fetchall()
    cells, others = [], []
    for index, (column, text, exceptions, quotes, bare) in enumerate(columns):
        if exceptions:
            others.append("max(text) FILTER (WHERE column_name = %s) AS e%d" % (_text(column), index))
            text = "coalesce(e.e%d, %s)" % (index, text)
        cells.append(_quoted_sql("(%s)" % text, quotes, bare, layout))
    cells.extend(["''"] * (layout["width"] - len(columns)))
    line = "concat_ws(%s, %s)" % (_text(layout["delimiter"]), ", ".join(cells))
    if not others:
        return "SELECT %s FROM %s t ORDER BY t.rowid" % (line, _name(table))
    # One join for all columns: DuckDB needs gigabytes to plan one for each of forty.
    beside = "SELECT row, %s FROM cubby.cells WHERE table_name = %s GROUP BY row" % (", ".join(others), _text(table))
    return "SELECT %s FROM %s t LEFT JOIN (%s) e ON e.row = t.rowid ORDER BY t.rowid" % (line, _name(table), beside)


def _quoted_sql(text, quotes, bare, layout):
    quote = layout["quote"]
    quoted = "%s || replace(%s, %s, %s) || %s" % (_text(quote), text, _text(quote), _text(quote * 2), _text(quote))
    if quotes == "all":
        return quoted if bare is None else "CASE WHEN %s = %s THEN %s ELSE %s END" % (text, _text(bare), text, quoted)
    if quotes == "needed":
        marks = (layout["delimiter"], quote, "\n", "\r")
        needs = " OR ".join("contains(%s, %s)" % (text, _text(mark)) for mark in marks)
        return "CASE WHEN %s THEN %s ELSE %s END" % (needs, quoted, text)
    return text


# --- workbooks -------------------------------------------------------------------------------------------------------


def _excel_file(source):
    """pandas' own ExcelFile over the sheets' tables, or over the workbook itself where that was kept."""
    with connect() as connection:
        if _is_kept(connection, source):
            return pandas.ExcelFile(_content_path(source))
    pandas.ExcelFile._engines["session_data"] = _reader_class()
    return pandas.ExcelFile(_Sheets(source), engine="session_data")


class _Sheets:
    """The sheets of a workbook whose cells are all in its tables."""

    def __init__(self, source):
        self.sheets = source.sheets

    def cells_of(self, sheet):
        with connect() as connection:
            return _cells(connection, self.sheets[sheet])


def _reader_class():
    """pandas' reader of workbooks for `_Sheets`: everything but the cells themselves is pandas' own."""
    from pandas.io.excel._base import BaseExcelReader

    class Reader(BaseExcelReader):
        _workbook_class = _Sheets
        sheet_names = property(lambda self: list(self.book.sheets))

        def load_workbook(self, filepath_or_buffer, *args):
            return filepath_or_buffer

        def get_sheet_by_name(self, name):
            if name not in self.book.sheets:
                raise ValueError("Worksheet named '%s' not found" % name)
            return name

        def get_sheet_by_index(self, index):
            if index >= len(self.book.sheets):
                raise ValueError("Worksheet index %d is invalid, %d worksheets found" % (index, len(self.book.sheets)))
            return self.sheet_names[index]

        def get_sheet_data(self, sheet, file_rows_needed=None):
            # A missing cell is an empty text to pandas, and rows are as wide as the widest that it asked for.
            rows = [["" if cell is None else cell for cell in row] for row in self.book.cells_of(sheet)[:file_rows_needed]]
            width = max((at + 1 for row in rows for at, cell in enumerate(row) if cell != ""), default=0)
            return [row[:width] for row in rows]

    return Reader


def _cells(connection, table):
    """The cells of a sheet row by row, each of the kind it was."""
    if table is None:
        return []
    columns = connection.execute(
        "SELECT column_name, original_name, rule FROM cubby.columns WHERE table_name = ? ORDER BY position", [table]
    ).fetchall()
    values = connection.execute("SELECT * FROM %s ORDER BY rowid" % _name(table)).fetchall()
    rows = [[name or None for _, name, _ in columns]] + [list(map(_number_or_moment, row)) for row in values]
    others = connection.execute("SELECT column_name, row, kind FROM cubby.cells WHERE table_name = ?", [table]).fetchall()
    for at, (column, _, rule) in enumerate(columns):
        if rule and rule.startswith("cells of kind "):
            kinds = {row: kind for own, row, kind in others if own == column}
            usual = rule[len("cells of kind ") :]
            for index, row in enumerate(rows[1:]):
                row[at] = _cell_of(kinds.get(index, usual), row[at])
    return rows


def _number_or_moment(value):
    """As openpyxl gives it to pandas: whole numbers without a fraction, days as moments."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if type(value) is datetime.date:
        return datetime.datetime(value.year, value.month, value.day)
    return value


def _cell_of(kind, text):
    """A cell of a column of several kinds, where all of them stand as text."""
    if text is None or kind == "text":
        return text
    if kind == "boolean":
        return text == "TRUE"
    if kind == "date":
        return datetime.datetime.fromisoformat(text)
    if kind == "time":
        return datetime.time.fromisoformat(text)
    if kind == "duration":
        hours, minutes, seconds = map(float, text.lstrip("-").split(":"))
        length = datetime.timedelta(hours=hours, minutes=minutes, seconds=seconds)
        return -length if text.startswith("-") else length
    return int(text) if re.fullmatch(r"-?\d+", text) else _number_or_moment(float(text))


def _write_workbook(connection, source, target):
    """A workbook of the same cells, for readers other than pandas'."""
    try:
        import openpyxl
    except ImportError as error:
        raise ImportError('Cannot write the workbook "%s" again: openpyxl is not installed' % source.name) from error
    workbook = openpyxl.Workbook(write_only=True)
    for sheet, table in source.sheets.items():
        page = workbook.create_sheet(sheet)
        for row in _cells(connection, table):
            page.append(row)
    workbook.save(target)


def _text(value):
    return "'%s'" % value.replace("'", "''")


def _name(value):
    return '"%s"' % value.replace('"', '""')
