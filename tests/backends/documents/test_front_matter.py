"""Front matter of Markdown fields."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guardrails.backends.documents import front_matter as module
from guardrails.backends.documents.front_matter import front_matter
from tests.backends.documents.reading import parsed


def test_context_keys() -> None:
    """Context keys are taken as strings, others are ignored."""
    source = "---\nmarket: de\ntitle: x\nthread: 042\nchannel: 'press'\n---\n# Hi"

    assert front_matter(source).pairs == (("channel", "press"), ("market", "de"), ("thread", "042"))


@pytest.mark.parametrize("value", ["[de, at]", "{a: b}", "", "null", "~", "|\n  de\n  at"])
def test_no_simple_scalar(value: str) -> None:
    """A value that is no simple scalar claims nothing."""
    assert front_matter(f"---\nmarket: {value}\nstage: copy\n---\n").pairs == (("stage", "copy"),)


def test_only_the_top_level_counts() -> None:
    """A key inside another one claims nothing."""
    assert front_matter("---\nmeta:\n  market: de\n---\n").pairs == ()


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
@pytest.mark.parametrize("close", ["---", "...", "--- "])
def test_ends(line_end: str, close: str) -> None:
    """Front matter ends at a line of dashes or dots."""
    source = line_end.join(["---", "market: de", close, "Text"])
    field = parsed(source, "markdown")

    assert (field.front_matter, field.text) == ((("market", "de"),), "Text")


@pytest.mark.parametrize(
    "yaml", ["a: b: c", "a: [", "market: de\nmarket: at", "a: &x [*x", "a: " + "[" * 50_000, "a: *x\nb: 1\nb: 2"]
)
def test_broken_yaml(yaml: str) -> None:
    """Broken YAML is front matter without keys, and is reported."""
    field = parsed(f"---\n{yaml}\n---\nText", "markdown")

    assert (field.front_matter, field.text) == ((), "Text")
    assert field.not_seen == ("front matter that is not valid YAML",)
    assert field.problems == (("bad-front-matter", "front matter is not valid YAML"),)


@pytest.mark.parametrize(
    "source",
    [
        "---\nGuaranteed results\n---\n",
        "---\n\n- Guaranteed results\n\n---\n",
        "---\nmarket: de\n",
        "\n---\nmarket: de\n---\n",
        "----\nmarket: de\n----\n",
    ],
)
def test_no_front_matter(source: str) -> None:
    """Text between two rules is prose unless it is a mapping."""
    field = parsed(source, "markdown")

    assert front_matter(source).end == 0
    assert field.text != ""


simple = st.sampled_from(
    ["market: de", "stage: copy", 'locale: "de-AT"', "channel: 'a b'", "task: 12:30", "campaign: null", "brand:", "# x",
     "", "title: A (b) c", "thread: 2026-01-01T10:00:00Z", "audience: ~", 'action: ""', "task: 1_000", "x-y: no"]
)  # fmt: skip


@settings(max_examples=100, deadline=None)
@given(st.lists(simple, max_size=5, unique=True))
def test_simple_lines_are_read_as_yaml_reads_them(lines: list[str]) -> None:
    """The reader of simple lines agrees with the YAML parser."""
    yaml = "\n".join(lines) + "\n"
    entries = module._simple_entries(yaml, 0)

    assert entries is None or said(entries) == said(module._yaml_entries(yaml, 0))


def said(entries: list[module._Entry]) -> list[tuple[str, str | None, list[str]]]:
    """Return what entries say, without where."""
    return [(entry.key, entry.value, [text.text for text in entry.texts]) for entry in entries]


UNREAD = {
    "title: Our best lamp": [("Our best lamp", "Our best lamp")],
    "market: de\r\ntitle: 'Our best'": [("Our best", "Our best")],
    "märkte: ä\ndescription: >\n  Our\n  best": [("ä", "ä"), (">\n  Our\n  best\n", "Our best\n")],
    "seo: {title: Best, tags: [a, null]}": [("title", "title"), ("Best", "Best"), ("tags", "tags"), ("a", "a")],
    "market: [de, at]": [("de", "de"), ("at", "at")],
    "market: de": [],
    "a: [": [("a: [\n", "")],
}


@pytest.mark.parametrize("yaml", UNREAD)
def test_unread(yaml: str) -> None:
    """What claims nothing is unread, with its place and what it says."""
    field = parsed(f"\ufeff---\n{yaml}\n---\nText", "markdown")

    assert [(field.source[one.start : one.end], one.text) for one in field.unread] == UNREAD[yaml]
    assert all(one.what == "front matter" for one in field.unread)


def test_simple_lines_load_no_yaml_parser() -> None:
    """Plain key: value lines need no YAML parser."""
    assert module._simple_entries("market: de\npublish_at: 2026-01-01T10:00:00+01:00\ntitle: Our best\n", 0) is not None
