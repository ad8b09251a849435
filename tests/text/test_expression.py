"""Expressions that are compiled when they are first used."""

import pkgutil
import re
from copy import deepcopy
from importlib import import_module

import pytest

import guardrails
from guardrails.text import expression as module
from guardrails.text.expression import expression


def lazy_ones(value):
    """Yield the expressions in *value*, a module's values or a table of them."""
    if isinstance(value, module._Expression):
        yield value
    for item in value.values() if isinstance(value, dict) else value if isinstance(value, list | tuple) else ():
        yield from lazy_ones(item)


def test_it_works_like_a_compiled_one():
    """Methods and attributes, before and after the first use."""
    lazy, compiled = expression(r"(?P<word>[a-z]+)", re.IGNORECASE), re.compile(r"(?P<word>[a-z]+)", re.IGNORECASE)

    for _ in range(2):
        assert compiled.groupindex == lazy.groupindex
        assert compiled.flags == lazy.flags
        assert compiled.findall("One 2 three") == lazy.findall("One 2 three")
        assert compiled.sub("x", "One 2 three") == lazy.sub("x", "One 2 three")
        assert compiled.match("One", 1, 2)["word"] == lazy.match("One", 1, 2)["word"]


def test_it_is_compiled_once_and_not_before(monkeypatch):
    """An expression that no draft needs costs nothing."""
    compiled = []
    monkeypatch.setattr(module.re, "compile", lambda *given: compiled.append(given) or re._compile(*given))
    lazy = expression("a+")
    assert [] == compiled
    found = [lazy.search("aa")[0], lazy.search("aaa")[0], lazy.fullmatch("b")]

    assert ["aa", "aaa", None] == found
    assert [("a+", 0)] == compiled


def test_it_pretends_to_nothing_else():
    """Protocols that a compiled expression has by its type are no attributes of this one."""
    with pytest.raises(AttributeError):
        expression("a").__missing__  # noqa: B018
    with pytest.raises(AttributeError):
        expression("a").missing  # noqa: B018
    assert "a" == deepcopy(expression("a")).pattern


def test_every_expression_compiles():
    """What is compiled late is still found to be wrong here, and not by a draft."""
    names = [found.name for found in pkgutil.walk_packages(guardrails.__path__, "guardrails.")]
    modules = [import_module(name) for name in names if not name.endswith("__main__")]
    lazy = list(lazy_ones([list(vars(one).values()) for one in modules]))

    assert 80 < len(lazy)
    assert all(one.pattern for one in lazy)
