"""Compares frames argument by argument: pandas over the files of a folder, session_data over their database alone.

    python compare_arguments.py FOLDER DATABASE [--every N] [--show N]

Prints, for every argument, on how many files both sides gave the same: equal values, types, index and columns, or the
same kind of error. Files that became no table stay on disk for a script, and are counted but not compared.
"""

import argparse
import contextlib
import io
import os
import sys
import tempfile
import time
import warnings

parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("folder")
parser.add_argument("database")
parser.add_argument("--every", type=int, default=1, help="take each Nth file only")
parser.add_argument("--show", type=int, default=3, help="name so many differing files per argument")
options = parser.parse_args()
folder = os.path.abspath(options.folder)
os.environ["SESSION_DATABASE"] = os.path.abspath(options.database)

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "..", "..", "shared", "python"))

import pandas  # noqa: E402
import session_data  # noqa: E402

from same_frames import is_same  # noqa: E402

warnings.simplefilter("ignore")


def chunked(read, file, **kwargs):
    return list(read(file, chunksize=40, **kwargs))


def half(frame):
    """Labels of each second column: what a script would name in usecols."""
    return list(frame.columns[::2])


# What a file may need to be read at all, as its script would say it.
NEEDS = [{}, {"encoding": "cp1252"}, {"comment": "#"}, {"skiprows": 3}, {"sep": ";"}, {"on_bad_lines": "skip"}]

# For each argument, what it is in a script that knows the file: made from the frame that pandas reads without any.
ARGUMENTS = {
    "no arguments": lambda f: {},
    "index_col=0": lambda f: {"index_col": 0},
    "index_col=name": lambda f: {"index_col": f.columns[0]},
    "index_col=False": lambda f: {"index_col": False},
    "usecols=numbers": lambda f: {"usecols": [0, len(f.columns) - 1]},
    "usecols=names": lambda f: {"usecols": half(f)},
    "nrows=7": lambda f: {"nrows": 7},
    "parse_dates=[0]": lambda f: {"parse_dates": [0]},
    "parse_dates=[last]": lambda f: {"parse_dates": [f.columns[-1]], "dayfirst": True},
    "dtype=str": lambda f: {"dtype": str},
    "dtype=object for one": lambda f: {"dtype": {f.columns[0]: object}},
    "dtype=category for one": lambda f: {"dtype": {f.columns[-1]: "category"}},
    "header=None": lambda f: {"header": None},
    "header=0, names": lambda f: {"header": 0, "names": ["n%d" % i for i in range(len(f.columns))]},
    "header=1": lambda f: {"header": 1},
    "skiprows=1": lambda f: {"skiprows": 1},
    "skiprows=[1, 3]": lambda f: {"skiprows": [1, 3]},
    "skiprows=function": lambda f: {"skiprows": lambda row: row > 0 and row % 2 == 0},
    "skipfooter=2": lambda f: {"skipfooter": 2, "engine": "python"},
    "chunksize=40": lambda f: {"read": chunked},
    "converters": lambda f: {"converters": {0: lambda text: "<" + text + ">"}},
    "na_values": lambda f: {"na_values": ["-", "0", "x"]},
    "keep_default_na=False": lambda f: {"keep_default_na": False},
    "na_filter=False": lambda f: {"na_filter": False},
    "sep=None": lambda f: {"sep": None, "engine": "python"},
    "sep=';'": lambda f: {"sep": ";"},
    "engine=python": lambda f: {"engine": "python"},
    "encoding=latin-1": lambda f: {"encoding": "latin-1"},
    "encoding=utf-8-sig": lambda f: {"encoding": "utf-8-sig"},
    "decimal=','": lambda f: {"decimal": ","},
    "thousands=','": lambda f: {"thousands": ","},
    "comment='#'": lambda f: {"comment": "#"},
    "skipinitialspace": lambda f: {"skipinitialspace": True},
    "skip_blank_lines=False": lambda f: {"skip_blank_lines": False},
    "on_bad_lines=skip": lambda f: {"on_bad_lines": "skip"},
    "quoting=QUOTE_NONE": lambda f: {"quoting": 3},
    "true_values": lambda f: {"true_values": ["yes", "Y"], "false_values": ["no", "N"]},
    "float_precision=round_trip": lambda f: {"float_precision": "round_trip"},
    "memory_map": lambda f: {"memory_map": True},
    "read_table": lambda f: {"reader": "read_table"},
}


def outcome(module, file, *, read=None, reader="read_csv", **kwargs):
    """What a reader gives: its frame, or the kind of its error."""
    plain = getattr(module, reader)
    try:
        with contextlib.redirect_stderr(io.StringIO()):
            return (read or (lambda each, name, **more: each(name, **more)))(plain, file, **kwargs)
    except Exception as error:  # noqa: BLE001 - any error is an answer here
        return type(error)


def what_it_needs(file):
    for needed in NEEDS:
        frame = outcome(pandas, file, **needed)
        if not isinstance(frame, type) and frame.shape[1] > 0:
            return needed, frame
    return {}, None


def main():
    names = sorted(name for name in os.listdir(folder) if os.path.isfile(os.path.join(folder, name)))[:: options.every]
    known = [name for name in names if session_data.exists(name)]
    os.chdir(tempfile.mkdtemp())
    same = dict.fromkeys(ARGUMENTS, 0)
    taken = dict.fromkeys(ARGUMENTS, 0)
    differing = {name: [] for name in ARGUMENTS}
    unreadable = 0
    started = time.process_time()
    for name in known:
        file = os.path.join(folder, name)
        needed, plain = what_it_needs(file)
        if plain is None:
            unreadable += 1
        for argument, kwargs_of in ARGUMENTS.items():
            if argument == "no arguments":
                kwargs = {}  # where that fails both sides must fail alike
            elif plain is None:
                continue
            else:
                kwargs = {**needed, **kwargs_of(plain)}
            taken[argument] += 1
            if is_same(outcome(pandas, file, **kwargs), outcome(session_data, name, **kwargs)):
                same[argument] += 1
            else:
                differing[argument].append(name)
    told = (len(names), len(names) - len(known), unreadable, time.process_time() - started)
    print("%d files, %d of which are no tables; %d that pandas does not read; %.0f s of CPU" % told)
    for argument in ARGUMENTS:
        share = 100 * same[argument] / max(1, taken[argument])
        told = ", ".join(differing[argument][: options.show])
        print("%-28s %6.2f %%  %5d of %5d  %s" % (argument, share, same[argument], taken[argument], told))
    goals = [(name, 98 if name == "no arguments" else 95) for name in ARGUMENTS]
    missed = [name for name, goal in goals if 100 * same[name] < goal * taken[name]]
    print("every goal is met (98 % without arguments, 95 % for each)" if not missed else "MISSED: " + ", ".join(missed))
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
