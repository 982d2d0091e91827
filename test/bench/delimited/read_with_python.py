"""Reads the files named on standard input, a path per line, with Python's csv module; writes a line of JSON for each.

The encoding is the first of UTF-8 (16 where a mark says so) and Windows-1252 that takes every byte, the separator the
one of the usual four by which most records are equally wide.
"""

import collections
import csv
import io
import json
import sys

csv.field_size_limit(2**31 - 1)


def decode(data):
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")


def records(text, delimiter):
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))


def evenness(text, delimiter):
    widths = collections.Counter(len(record) for record in records(text, delimiter)[:-1] if record)
    if not widths:
        return 0
    width, count = widths.most_common(1)[0]
    return count / sum(widths.values()) if width > 1 else 0


def read(path):
    with open(path, "rb") as file:
        text = decode(file.read())
    sample = text[:200_000]
    delimiter = max(",;\t|", key=lambda candidate: evenness(sample, candidate))
    rows = records(text, delimiter)
    return {"delimiter": delimiter, "rows": [row for row in rows if any(cell.strip() for cell in row)]}


for line in sys.stdin:
    try:
        answer = read(line.rstrip("\n"))
    except Exception as error:  # a file that this reader refuses is a fact, not a fault
        answer = {"error": f"{type(error).__name__}: {error}"}
    print(json.dumps(answer), flush=True)
