"""python load_with_python.py pandas|sqlite-utils <file> <folder> [dump]: the file as a table of a database on disk.

pandas reads it and stores the frame by its `to_sql`; sqlite-utils does what its command `insert` does. Prints what it took, from
the call on: Python and the modules are up by then.
"""

import json
import os
import resource
import sys
import time

tool, path, folder = sys.argv[1:4]
dump = sys.argv[4] if len(sys.argv) > 4 else None
kind = os.path.splitext(path)[1]


def load_with_pandas():
    import sqlite3

    import pandas

    readers = {".csv": pandas.read_csv, ".json": pandas.read_json, ".xlsx": pandas.read_excel}
    database = sqlite3.connect(os.path.join(folder, "pandas.db"))

    def work():
        readers[kind](path).to_sql("orders", database, index=False)
        database.commit()

    return work, lambda: rows_of(database)


def load_with_sqlite_utils():
    import sqlite_utils
    from sqlite_utils.cli import cli

    database = os.path.join(folder, "sqlite-utils.db")
    options = ["--csv"] if kind == ".csv" else []

    def work():
        cli.main(["insert", database, "orders", path, "--silent", *options], standalone_mode=False)

    return work, lambda: rows_of(sqlite_utils.Database(database).conn)


def rows_of(connection):
    for row in connection.execute("SELECT * FROM orders ORDER BY rowid"):
        yield [None if value is None else str(value) for value in row]


work, rows = {"pandas": load_with_pandas, "sqlite-utils": load_with_sqlite_utils}[tool]()
cpu, wall = time.process_time(), time.perf_counter()
work()
taken = {
    "cpuSeconds": time.process_time() - cpu,
    "wallSeconds": time.perf_counter() - wall,
    "peakMegabytes": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
}
if dump:
    with open(dump, "w") as file:
        for row in rows():
            file.write(json.dumps(row) + "\n")
print(json.dumps(taken))
