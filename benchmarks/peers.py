"""
The scan beside what one would write with ``re``: the same terms, the same draft, the same hits, one process, one core.

Three ways to find whole words from a list, case ignored: ``re`` term by term, one ``re`` alternation, and the scanner
of the gate with everything it needs to answer in places of the submitted text (read, fold, search, map back). All must give the same hits, in
the same places; then the time for one draft is measured, and the time to get ready.

    python benchmarks/peers.py [--repeats 50]
"""

from __future__ import annotations

import argparse
import re
import time
from collections.abc import Callable

import workload
from measure import machine, one_core, p50, p99, samples_ms

from guardrails.backends.documents import READERS
from guardrails.matching.scanner import Scanner
from guardrails.model.draft import Field
from guardrails.model.policy import Literal_, Plan

Hits = list[tuple[int, int, str]]
Search = Callable[[str], Hits]


def loop(terms: list[str]) -> Search:
    """Return a search that runs one compiled expression per term over the whole text."""
    compiled = [(term, re.compile(_whole(re.escape(term)), re.IGNORECASE)) for term in terms]
    return lambda text: sorted((*found.span(), term) for term, one in compiled for found in one.finditer(text))


def alternation(terms: list[str]) -> Search:
    """Return a search that runs one expression of all terms, the longest first."""
    joined = "|".join(re.escape(term) for term in sorted(terms, key=len, reverse=True))
    compiled = re.compile(_whole(f"(?:{joined})"), re.IGNORECASE)
    return lambda text: sorted((*found.span(), found[0].lower()) for found in compiled.finditer(text))


def scanner(terms: list[str]) -> Search:
    """Return the gate's search, from the submitted text to places in it."""
    scan = Scanner([Plan(tuple(map(Literal_, terms)))])

    def search(text: str) -> Hits:
        parsed = READERS["text"](Field("body", text, "text"))
        found = scan.scan([parsed])[0]
        spans = [(parsed.span(one.extent), terms[one.unit]) for one in found]
        return sorted((span.start, span.end, term) for span, term in spans if span)

    return search


def _whole(pattern: str) -> str:
    return rf"(?<!\w){pattern}(?!\w)"


def _measured(count: int, repeats: int) -> None:
    terms, text = workload.terms(count), workload.text()
    ways = {"re, one per term": loop, "re, one alternation": alternation, "guardrails scan": scanner}
    made = {name: _made(way, terms) for name, way in ways.items()}
    hits = {name: search(text) for name, (search, _) in made.items()}
    first = hits["re, one per term"]
    workload.require(len(first) == 18 and all(found == first for found in hits.values()), "the ways disagree")
    taken = {
        name: samples_ms(lambda search=search: search(text), repeats, warm=3) for name, (search, _) in made.items()
    }
    ours = p50(taken["guardrails scan"])
    print(
        f"\n{count:,} terms, {len(first)} hits verified\n| way | p50 ms | p99 ms | × of ours | ready in ms |\n|---|---|---|---|---|"
    )
    for name, samples in taken.items():
        print(f"| {name} | {p50(samples):.2f} | {p99(samples):.2f} | {p50(samples) / ours:.1f} | {made[name][1]:.0f} |")


def _made(way: Callable[[list[str]], Search], terms: list[str]) -> tuple[Search, float]:
    started = time.perf_counter()
    re.purge()
    return way(terms), (time.perf_counter() - started) * 1e3


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--repeats", type=int, default=50, help="calls per figure (default 50)")
    repeats = options.parse_args().repeats
    one_core()
    print(machine())
    for count in (1_000, 10_000):
        _measured(count, repeats)
    print(machine())


if __name__ == "__main__":
    main()
