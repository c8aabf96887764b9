"""What may be done to a source file: each operator says which piece of it becomes what."""

import ast
from collections.abc import Callable, Iterator, Sequence

Change = tuple[str, ast.AST, str]
"""The operator's name, the node that is replaced, and what stands in its place."""

COMPARED = {
    ast.Eq: "!=",
    ast.NotEq: "==",
    ast.Lt: "<=",
    ast.LtE: "<",
    ast.Gt: ">=",
    ast.GtE: ">",
    ast.In: "not in",
    ast.NotIn: "in",
    ast.Is: "is not",
    ast.IsNot: "is",
}
COUNTED = {ast.Add: "-", ast.Sub: "+", ast.Mult: "//", ast.FloorDiv: "*", ast.Mod: "*"}
SWAPPED = {"any": "all", "all": "any", "min": "max", "max": "min"}
LOCKING = ("locked", "locked_all")
UNLOCKED = '__import__("mutants.unlocked", fromlist=["unlocked"])'
EMPTY = {"list": "[]", "dict": "{}", "tuple": "()", "Sequence": "()", "set": "set()", "frozenset": "frozenset()"}


def lock(node: ast.AST) -> Iterator[Change]:
    """Read without a lock what was read under one."""
    if not isinstance(node, ast.Call):
        return
    if isinstance(node.func, ast.Attribute) and node.func.attr == "with_for_update":
        yield "lock", node, ast.unparse(node.func.value)
    elif isinstance(node.func, ast.Name) and node.func.id in LOCKING:
        yield "lock", node.func, f"{UNLOCKED}.{node.func.id}"


def scope(node: ast.AST) -> Iterator[Change]:
    """Drop one condition of a query; one that names a commune counts as an operator of its own."""
    if not isinstance(node, ast.Call):
        return
    for place, condition in _conditions(node):
        name = "commune" if "commune" in ast.unparse(condition) else "scope"
        if len(node.args) == 1 and isinstance(node.func, ast.Attribute):
            yield name, node, ast.unparse(node.func.value)
        else:
            rest = [*node.args[:place], *node.args[place + 1 :]]
            yield name, node, ast.unparse(ast.Call(func=node.func, args=rest, keywords=node.keywords))


def _conditions(call: ast.Call) -> Sequence[tuple[int, ast.expr]]:
    """The arguments that are conditions, with their places."""
    arguments = list(enumerate(call.args))
    if isinstance(call.func, ast.Attribute):
        return arguments if call.func.attr in ("where", "filter", "having") else []
    called = getattr(call.func, "id", "")
    if called in ("and_", "or_") and len(arguments) > 1:
        return arguments
    return arguments[2:] if called in LOCKING else []


def compare(node: ast.AST) -> Iterator[Change]:
    if isinstance(node, ast.Compare) and len(node.ops) == 1:
        left, right = ast.unparse(node.left), ast.unparse(node.comparators[0])
        yield "compare", node, f"({left} {COMPARED[type(node.ops[0])]} {right})"


def boolean(node: ast.AST) -> Iterator[Change]:
    if isinstance(node, ast.BoolOp):
        other = ast.Or() if isinstance(node.op, ast.And) else ast.And()
        yield "boolean", node, f"({ast.unparse(ast.BoolOp(op=other, values=node.values))})"
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        yield "boolean", node, f"({ast.unparse(node.operand)})"


def quantifier(node: ast.AST) -> Iterator[Change]:
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in SWAPPED:
        yield "quantifier", node.func, SWAPPED[node.func.id]


def guard(node: ast.AST) -> Iterator[Change]:
    """Drop a guard clause: an `if` that only raises, returns or goes on."""
    ends = ast.Raise | ast.Return | ast.Continue
    if isinstance(node, ast.If) and not node.orelse and isinstance(node.body[-1], ends):
        yield "guard", node, "pass"


def constant(node: ast.AST) -> Iterator[Change]:
    if not isinstance(node, ast.Constant):
        return
    if isinstance(node.value, bool):
        yield "constant", node, str(not node.value)
    elif isinstance(node.value, int):
        yield "constant", node, str(node.value + 1)
        yield "constant", node, str(node.value - 1) if node.value else "(-1)"


def arithmetic(node: ast.AST) -> Iterator[Change]:
    if isinstance(node, ast.BinOp) and type(node.op) in COUNTED:
        left, right = ast.unparse(node.left), ast.unparse(node.right)
        yield "arithmetic", node, f"(({left}) {COUNTED[type(node.op)]} ({right}))"


def order(node: ast.AST) -> Iterator[Change]:
    """Leave in any order what was put in one."""
    if not isinstance(node, ast.Call):
        return
    if isinstance(node.func, ast.Attribute) and node.func.attr == "order_by":
        yield "order", node, ast.unparse(node.func.value)
    elif isinstance(node.func, ast.Name) and node.func.id == "sorted":
        yield "order", node, f"list({ast.unparse(node.args[0])})"


def statement(node: ast.AST) -> Iterator[Change]:
    """Leave out a call that is made for its effect, or the setting of an attribute."""
    is_call = isinstance(node, ast.Expr) and isinstance(node.value, ast.Call)
    is_setting = isinstance(node, ast.Assign) and all(isinstance(target, ast.Attribute) for target in node.targets)
    if is_call or is_setting or isinstance(node, ast.AugAssign):
        yield "statement", node, "pass"


def answer(node: ast.AST) -> Iterator[Change]:
    """Answer the contrary, nothing, or an empty collection."""
    if not isinstance(node, ast.FunctionDef) or node.returns is None:
        return
    promised = ast.unparse(node.returns)
    for inner in ast.walk(node):
        if not isinstance(inner, ast.Return) or inner.value is None:
            continue
        given = ast.unparse(inner.value)
        empty = EMPTY.get(promised.partition("[")[0])
        if promised == "bool":
            yield "answer", inner, f"return not ({given})"
        elif promised.endswith("| None") and given != "None":
            yield "answer", inner, "return None"
        elif empty and given not in ("[]", "{}", "()"):
            yield "answer", inner, f"return {empty}"


OPERATORS: tuple[Callable[[ast.AST], Iterator[Change]], ...] = (
    lock,
    scope,
    compare,
    boolean,
    quantifier,
    guard,
    constant,
    arithmetic,
    order,
    statement,
    answer,
)
NAMES = (*(operator.__name__ for operator in OPERATORS), "commune")
