"""Reads workbooks with openpyxl, one per line of standard input, and writes their cells as lines of JSON.

A line in is {"path": ..., "out": ...}; the line that answers it is {"ok": true} or {"error": ...}. In the file `out`
a line {"sheet": name} begins a sheet, and [row, [column, kind, value], ...] is a row of its cells that hold something.
Kinds: "text", "number", "boolean", "error", and with milliseconds as value "instant", "clock", "duration".
"""

import datetime
import json
import sys
import warnings

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


def write_workbook(path, out_path, read_only):
    book = openpyxl.load_workbook(path, read_only=read_only, data_only=True)
    try:
        with open(out_path, "w", encoding="utf-8") as out:
            for sheet in book.worksheets:
                write_sheet(sheet, out)
    finally:
        book.close()


def read(path, out_path):
    try:
        write_workbook(path, out_path, True)
    except Exception:  # some workbooks can only be read whole
        write_workbook(path, out_path, False)


def main():
    warnings.simplefilter("ignore")
    answers, sys.stdout = sys.stdout, sys.stderr  # openpyxl prints some of its complaints
    for line in sys.stdin:
        request = json.loads(line)
        try:
            read(request["path"], request["out"])
            answer = {"ok": True}
        except Exception as error:
            answer = {"error": f"{type(error).__name__}: {error}"[:200].replace("\n", " ")}
        print(json.dumps(answer), file=answers, flush=True)


main()
