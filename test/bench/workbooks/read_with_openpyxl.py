"""Reads workbooks with openpyxl, one per line of standard input, and writes their cells as lines of JSON.

A line in is {"path": ..., "out": ..., "whole": ...}; the line that answers it is {"ok": true} or {"error": ...}. In the file `out`
a line {"sheet": name} begins a sheet, and [row, [column, kind, value], ...] is a row of its cells that hold something.
Kinds: "text", "number", "boolean", "error", and with milliseconds as value "instant", "clock", "duration".

openpyxl reads row by row, or with "whole" all at once: slower, but right where cells have no references. It knows the
namespaces of transitional files only, so those of a strict one are rewritten for it.
"""

import datetime
import io
import json
import sys
import warnings
import zipfile

import openpyxl

EPOCH = datetime.datetime(1970, 1, 1)
MILLISECOND = datetime.timedelta(milliseconds=1)


def describe(cell):
    """The kind and value of a cell, or None for a blank one."""
    value = cell.value
    if value is None or value == "":
        return None
    if cell.data_type == "e":
        return "error", value
    if isinstance(value, bool):
        return "boolean", value
    if isinstance(value, int):
        return "number", str(value)
    if isinstance(value, float):
        return "number", repr(value)
    if isinstance(value, datetime.datetime):
        return "instant", round((value.replace(tzinfo=None) - EPOCH) / MILLISECOND)
    if isinstance(value, datetime.date):
        return "instant", round((datetime.datetime(value.year, value.month, value.day) - EPOCH) / MILLISECOND)
    if isinstance(value, datetime.time):
        since_midnight = datetime.datetime.combine(EPOCH, value.replace(tzinfo=None)) - EPOCH
        return "clock", round(since_midnight / MILLISECOND)
    if isinstance(value, datetime.timedelta):
        return "duration", round(value / MILLISECOND)
    return "text", str(value)


def write_sheet(sheet, out):
    out.write(json.dumps({"sheet": sheet.title}) + "\n")
    if hasattr(sheet, "reset_dimensions"):
        sheet.reset_dimensions()  # the declared dimension may be wrong, and would cut rows and columns off
    for row in sheet.iter_rows():
        cells = []
        number = 0
        for cell in row:
            described = describe(cell)
            if described is not None:
                number = cell.row
                cells.append([cell.column - 1, *described])
        if cells:
            out.write(json.dumps([number, *cells]) + "\n")


def write_workbook(source, out_path, read_only):
    book = openpyxl.load_workbook(source, read_only=read_only, data_only=True)
    try:
        with open(out_path, "w", encoding="utf-8") as out:
            for sheet in book.worksheets:
                write_sheet(sheet, out)
    finally:
        book.close()


TRANSITIONAL = {
    b"http://purl.oclc.org/ooxml/spreadsheetml/main": b"http://schemas.openxmlformats.org/spreadsheetml/2006/main",
    b"http://purl.oclc.org/ooxml/drawingml/main": b"http://schemas.openxmlformats.org/drawingml/2006/main",
    b"http://purl.oclc.org/ooxml/officeDocument": b"http://schemas.openxmlformats.org/officeDocument/2006",
}


def as_transitional(path):
    """The workbook with the namespaces that openpyxl knows; the path itself when it has them already."""
    with zipfile.ZipFile(path) as book:
        if b"purl.oclc.org/ooxml" not in book.read("xl/workbook.xml"):
            return path
        rewritten = io.BytesIO()
        with zipfile.ZipFile(rewritten, "w") as copy:
            for entry in book.infolist():
                content = book.read(entry)
                for strict, transitional in TRANSITIONAL.items():
                    content = content.replace(strict, transitional)
                copy.writestr(entry.filename, content)
    return rewritten


def read(path, out_path, whole):
    source = path
    try:
        source = as_transitional(path)
    except Exception:  # openpyxl shall say what is wrong with it
        pass
    if not whole:
        try:
            return write_workbook(source, out_path, True)
        except Exception:  # some workbooks can only be read whole
            pass
    return write_workbook(source, out_path, False)


def main():
    warnings.simplefilter("ignore")
    answers, sys.stdout = sys.stdout, sys.stderr  # openpyxl prints some of its complaints
    for line in sys.stdin:
        request = json.loads(line)
        try:
            read(request["path"], request["out"], request["whole"])
            answer = {"ok": True}
        except Exception as error:
            answer = {"error": f"{type(error).__name__}: {error}"[:200].replace("\n", " ")}
        print(json.dumps(answer), file=answers, flush=True)


main()
