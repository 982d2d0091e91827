"""Whether two readers gave the same: equal values, types, index and columns, or the same kind of error."""

import numpy
import pandas


def is_same(one, other):
    """Compares frames, columns, lists of them, and kinds of errors."""
    if isinstance(one, list):
        return isinstance(other, list) and len(one) == len(other) and all(map(is_same, one, other))
    if isinstance(one, type) or isinstance(other, type):
        return one is other
    if isinstance(one, pandas.Series) and isinstance(other, pandas.Series):
        one, other = one.to_frame(), other.to_frame()
    try:
        kinds = {"check_column_type": "exact", "check_index_type": "exact"}
        pandas.testing.assert_frame_equal(one, other, check_exact=True, **kinds)
    except AssertionError:
        return False
    return all(has_same_kinds(one.iloc[:, at], other.iloc[:, at]) for at in range(one.shape[1]))


def has_same_kinds(one, other):
    """1 equals 1.0 and True in a column of objects; a script would see the difference."""
    if one.dtype != numpy.dtype(object):
        return True
    return list(map(type, one)) == list(map(type, other))
