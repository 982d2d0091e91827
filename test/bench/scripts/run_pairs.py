"""Runs scripts before and after they were rewritten, and compares what they print, read and write.

    python run_pairs.py PAIRS.json

Each pair names a script, the folder where it runs beside its data, and the one where it runs with the session's
database alone. Every run is a process of its own, forked from this one so that pandas is loaded once. Prints a line
for each pair, and ends with 1 where any of them differs.
"""

import functools
import json
import os
import pickle
import signal
import sys
import traceback
import types

import duckdb  # noqa: F401 - loaded for the scripts
import pandas

from same_frames import is_same

SECONDS = 120
READERS = ["read_csv", "read_table", "read_fwf", "read_excel", "read_json", "read_parquet"]


class Record:
    """Keeps every frame that a read site gets, in order; what pandas reads on its own behalf is none."""

    def __init__(self):
        self.frames = []
        self.depth = 0

    def watch(self, owner, name):
        function = getattr(owner, name)

        @functools.wraps(function)
        def watched(*args, **kwargs):
            self.depth += 1
            try:
                result = function(*args, **kwargs)
            finally:
                self.depth -= 1
            if self.depth == 0:
                self.keep(result)
            return result

        setattr(owner, name, watched)

    def keep(self, result):
        for each in result.values() if isinstance(result, dict) else [result]:
            if isinstance(each, (pandas.DataFrame, pandas.Series)):
                self.frames.append(each.copy(deep=True))


def source_of(script):
    """The code of a script; of a notebook that of its cells."""
    with open(script, "rb") as file:
        content = file.read()
    if not script.endswith(".ipynb"):
        return content
    cells = [cell for cell in json.loads(content)["cells"] if cell["cell_type"] == "code"]
    return "\n".join("".join(cell["source"]) for cell in cells)


def run_here(folder, script, output):
    """Runs the script in this process, which ends with it."""
    os.chdir(folder)
    sys.path.insert(0, folder)
    sys.argv = [script]
    for stream, ending in ((1, "out"), (2, "err")):
        os.dup2(os.open("%s.%s" % (output, ending), os.O_WRONLY | os.O_CREAT | os.O_TRUNC), stream)
    record = Record()
    for name in READERS:
        record.watch(pandas, name)
    record.watch(pandas.ExcelFile, "parse")
    record.watch(pandas.io.parsers.TextFileReader, "read")
    code = 0
    try:
        program = types.ModuleType("__main__")
        program.__file__ = script
        sys.modules["__main__"] = program
        exec(compile(source_of(script), script, "exec"), program.__dict__)
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:  # noqa: BLE001 - whatever a script raises ends it, as it would alone
        traceback.print_exc()
        code = 1
    with open(output + ".frames", "wb") as file:
        pickle.dump((code, record.frames), file)


def run(folder, script, output):
    """Runs the script in a child; answers what it printed, its end, its frames and its files."""
    there = set(files_in(folder))
    child = os.fork()
    if child == 0:
        signal.alarm(SECONDS)
        try:
            run_here(folder, script, output)
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(0)
    os.waitpid(child, 0)
    code, frames = "no end within %d s" % SECONDS, []
    if os.path.exists(output + ".frames"):
        with open(output + ".frames", "rb") as file:
            code, frames = pickle.load(file)
    with open(output + ".out", "rb") as file:
        printed = file.read()
    written = {name: read_file(os.path.join(folder, name)) for name in files_in(folder) if name not in there}
    return {"end": code, "printed": printed, "frames": frames, "written": written}


def files_in(folder):
    for place, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if name != "__pycache__"]
        for name in names:
            yield os.path.relpath(os.path.join(place, name), folder)


def read_file(path):
    with open(path, "rb") as file:
        return file.read()


def differences(before, after):
    """In words, what is not the same."""
    found = [what for what in ("end", "printed", "written") if before[what] != after[what]]
    if before["end"] != 0:
        found.append("the script fails by itself")
    if not is_same(before["frames"], after["frames"]):
        found.append("frames")
    return found


def main():
    with open(sys.argv[1]) as file:
        pairs = json.load(file)
    wrong = 0
    frames = 0
    for pair in pairs:
        sys.stdout.flush()
        before = run(pair["before"], pair["script"], pair["output"] + ".before")
        after = run(pair["after"], pair["script"], pair["output"] + ".after")
        found = differences(before, after)
        frames += len(before["frames"])
        wrong += bool(found)
        files = ", files: %d" % len(before["written"]) if before["written"] else ""
        print("%-9s %-34s frames: %d%s" % ("DIFFERENT" if found else "same", pair["script"], len(before["frames"]), files))
        if found:
            print("    " + ", ".join(found))
            print(read_file(pair["output"] + ".after.err").decode(errors="replace")[-1500:])
    print("%d of %d scripts give the same; %d frames compared" % (len(pairs) - wrong, len(pairs), frames))
    return 1 if wrong or not pairs else 0


if __name__ == "__main__":
    sys.exit(main())
