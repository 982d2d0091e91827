"""Holds rewritten scripts against their originals with Python's own parser, which shares nothing with Cubby's.

One JSON object a line on standard input: {"name", "before", "after", "helper"}; one a line out: {"name", "problem"}.
The trees must be the same but for: the import of the helper, a function that became one of the helper's, the text that
is such a function's first argument, and an argument that is handed through the helper's `path()`.
"""

import ast
import json
import sys

sys.setrecursionlimit(20000)


def is_helper(node, helper):
    return isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == helper


def without_import(body):
    names = lambda node: [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
    found = [node for node in body if names(node) == ["session_data"]]
    return [node for node in body if node not in found[:1]]


def difference(before, after, helper):
    """Where the trees differ and may not, or None."""
    if isinstance(after, ast.Call) and is_helper(after.func, helper):
        if after.func.attr == "path":
            return difference(before, after.args[0], helper)
        if not isinstance(before, ast.Call):
            return "line %d: became a call" % after.lineno
        return same_call(before, after, helper)
    if isinstance(after, ast.Call) and isinstance(after.func, ast.Attribute) and after.func.attr == "read":
        method = before.func.attr if isinstance(before, ast.Call) and isinstance(before.func, ast.Attribute) else ""
        inner = after.func.value
        if method in ("read_text", "read_bytes") and isinstance(inner, ast.Call) and is_helper(inner.func, helper):
            return difference(before.func.value, inner.args[0], helper)
    if is_helper(after, helper):
        return None
    if type(before) is not type(after):
        return "line %d: another kind of node" % getattr(after, "lineno", 0)
    for field in before._fields:
        one, other = getattr(before, field, None), getattr(after, field, None)
        found = of_values(one, other, helper)
        if found:
            return found
    return None


def of_values(one, other, helper):
    if isinstance(one, list):
        if len(one) != len(other):
            return "another number of nodes"
        return next((found for found in map(lambda pair: of_values(*pair, helper), zip(one, other)) if found), None)
    if isinstance(one, ast.AST) and isinstance(other, ast.AST):
        return difference(one, other, helper)
    return None if one == other and type(one) is type(other) else "%r became %r" % (one, other)


def same_call(before, after, helper):
    method = isinstance(before.func, ast.Attribute) and before.func.attr in ("open", "read_text", "read_bytes")
    if after.func.attr == "open" and method and len(after.args) == len(before.args) + 1:
        return difference(before.func.value, after.args[0], helper)
    arguments = lambda call: call.args + [each.value for each in call.keywords]
    one, other = arguments(before), arguments(after)
    if len(one) != len(other):
        return "line %d: another number of arguments" % after.lineno
    for index, (left, right) in enumerate(zip(one, other)):
        texts = isinstance(left, ast.Constant) and isinstance(right, ast.Constant)
        if texts and isinstance(left.value, str) and isinstance(right.value, str) and left.value != right.value:
            if index == 0 or not after.args:
                continue
        found = difference(left, right, helper)
        if found:
            return found
    return None


def judge(case):
    try:
        before = ast.parse(case["before"])
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None if case["before"] == case["after"] else "was no Python, and was changed"
    try:
        after = ast.parse(case["after"])
        compile(case["after"], case["name"], "exec", dont_inherit=True)
    except SyntaxError as error:
        return "does not compile: %s" % error
    after.body = without_import(after.body) if len(after.body) > len(before.body) else after.body
    return difference(before, after, case["helper"])


for line in sys.stdin:
    case = json.loads(line)
    print(json.dumps({"name": case["name"], "problem": judge(case)}), flush=True)
