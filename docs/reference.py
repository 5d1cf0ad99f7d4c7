"""The page docs/python_reference.md: signatures and docstrings of the public names, as the code has them.

Used by docs/generate.py.
"""

import ast
import dataclasses
import importlib
import inspect
import textwrap
from functools import cached_property
from types import FunctionType

MODULES = {
    "posecheck": "pc",
    "posecheck.batch": "posecheck.batch",
    "posecheck.exchange": "posecheck.exchange",
}
"""What is public, and how its names are written on the pages (``import posecheck as pc``)."""
WIDTH = 100
MEMBERS = FunctionType | classmethod | property | cached_property


def public():
    """(module, name, thing) of every public name."""
    for module in MODULES:
        loaded = importlib.import_module(module)
        for name in sorted(loaded.__all__, key=lambda name: (name.lower(), name)):
            yield module, name, getattr(loaded, name)


def fields_of(kind):
    """Names of the fields of a class, also of those that it inherits."""
    own = {field.name for field in dataclasses.fields(kind)} if dataclasses.is_dataclass(kind) else set()
    return own | set(getattr(kind, "model_fields", ()))


def members(kind):
    """(name, function) of what a class of ours offers besides its fields, in the order of the code."""
    seen = fields_of(kind)
    for one in kind.__mro__:
        if one.__module__.startswith("posecheck"):
            for name, member in vars(one).items():
                shown = isinstance(member, MEMBERS) and (not name.startswith("_") or name == "__getitem__")
                if shown and name not in seen:
                    seen.add(name)
                    yield name, member


def function_of(member):
    """The function behind a method or property."""
    for where in ("fget", "func", "__func__"):
        member = getattr(member, where, None) or member
    return member


def syntax(thing):
    return ast.parse(textwrap.dedent(inspect.getsource(thing))).body[0]


def words(node):
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ast.unparse(node)


def parameter(name, annotation, default):
    told = name if annotation is None else f"{name}: {words(annotation)}"
    if default is None:
        return told
    # What a factory makes anew each time stands in the docstring.
    return f"{told} = {'...' if isinstance(default, ast.Call) else ast.unparse(default)}"


def parameters(node):
    """Each parameter of a function as its code has it, without self."""
    given = node.args
    defaults = [None] * (len(given.args) - len(given.defaults)) + given.defaults
    told = [parameter(a.arg, a.annotation, d) for a, d in zip(given.args, defaults, strict=True)]
    told = told[1:] if given.args and given.args[0].arg in ("self", "cls") else told
    if given.kwonlyargs:
        told.append("*")
        told += [
            parameter(a.arg, a.annotation, d)
            for a, d in zip(given.kwonlyargs, given.kw_defaults, strict=True)
        ]
    if given.kwarg:
        told.append(parameter(f"**{given.kwarg.arg}", given.kwarg.annotation, None))
    return told


def signature(name, thing):
    """Name, parameters and what comes out, on one line or on one line a parameter."""
    node = syntax(thing)
    if isinstance(node, ast.ClassDef):
        made = next((n for n in node.body if isinstance(n, ast.FunctionDef) and n.name == "__init__"), None)
        if made is not None:
            told = parameters(made)
        elif dataclasses.is_dataclass(thing):
            told = [
                parameter(n.target.id, n.annotation, n.value)
                for n in node.body
                if isinstance(n, ast.AnnAssign) and isinstance(n.target, ast.Name)
            ]
        else:
            return name
        back = None
    else:
        told, back = parameters(node), node.returns
    result = "" if back is None else f" -> {words(back)}"
    line = f"{name}({', '.join(told)}){result}"
    if len(line) <= WIDTH:
        return line
    return "\n".join([f"{name}(", *(f"    {part}," for part in told), f"){result}"])


def block(head, doc):
    return f"```text\n{head}\n{textwrap.indent(doc, '    ')}\n```"


def member_block(name, member):
    function = function_of(member)
    if isinstance(member, property | cached_property):
        back = syntax(function).returns
        head = f".{name}" + ("" if back is None else f" -> {words(back)}")
    else:
        head = signature(f".{name}", function)
    if name == "__getitem__":
        head = head.removeprefix(".__getitem__").replace("(", "[", 1).replace(")", "]", 1)
    return block(head, inspect.getdoc(function))


def entry(module, name, thing):
    title = f"### `{MODULES[module]}.{name}`"
    if not (inspect.isclass(thing) or inspect.isfunction(thing)):
        kind = type(next(iter(thing.values()))).__name__
        return f"{title}\n\nA dict of `{kind}` by id: {', '.join(f'`{key}`' for key in thing)}."
    blocks = [block(signature(name, thing), inspect.getdoc(thing))]
    if inspect.isclass(thing):
        bases = [
            base for base in thing.__mro__[1:] if base.__module__ == thing.__module__ and fields_of(base)
        ]
        blocks += [block(f"It is a {base.__name__} as well.", inspect.getdoc(base)) for base in bases]
        blocks += [member_block(*member) for member in members(thing)]
    return "\n\n".join([title, *blocks])


def reference_page():
    parts = []
    for module in MODULES:
        parts.append(f"## `{module}`")
        parts += [entry(*each) for each in public() if each[0] == module]
    return "\n\n".join(parts)
