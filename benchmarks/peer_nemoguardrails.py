"""
nemoguardrails, run in its own environment by ``peers_env.py``: its own regex rail, no model behind it.

Measured twice: the action ``detect_regex_pattern`` alone, which says which patterns match (at least once each, without
places), and the input rail as an application calls it, which says only that something matched.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from importlib.metadata import version
from pathlib import Path

from measure import one_core, p50, p99, samples_ms

_started = time.perf_counter()
from nemoguardrails import LLMRails, RailsConfig  # noqa: E402 - its import is timed
from nemoguardrails.library.regex.actions import detect_regex_pattern  # noqa: E402

_IMPORT_S = time.perf_counter() - _started


def main() -> None:
    """Verify, measure and print."""
    one_core()
    task = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    rails_config = {
        "config": {"regex_detection": {"input": {"patterns": task["patterns"]}}},
        "input": {"flows": ["regex check input"]},
    }
    config = RailsConfig.from_content(config={"models": [], "rails": rails_config})
    loop = asyncio.new_event_loop()

    def action(text: str) -> list[str]:
        outcome = loop.run_until_complete(detect_regex_pattern(source="input", text=text, config=config))
        return list(outcome.metadata["detections"])

    if sorted(action(task["text"])) != sorted(task["expected"]) or action(task["clean"]):
        raise SystemExit("not verified: other patterns were found")
    _print("action detect_regex_pattern", samples_ms(lambda: action(task["text"]), 50, warm=5), task)
    rails = LLMRails(config)

    def rail(text: str) -> bool:
        """Tell whether the text passed."""
        message = [{"role": "user", "content": text}]
        answer = loop.run_until_complete(rails.generate_async(messages=message, options={"rails": ["input"]}))
        return bool(answer.response[0]["content"] == text)

    if rail(task["text"]) or not rail(task["clean"]):
        raise SystemExit("not verified: the rail lets the wrong text pass")
    _print("input rail", samples_ms(lambda: rail(task["text"]), 50, warm=5), task)


def _print(what: str, taken: list[float], task: dict[str, list[str]]) -> None:
    print(
        f"nemoguardrails {version('nemoguardrails')}: {len(task['patterns'])} patterns, {len(task['expected'])} hits",
        end="",
    )
    print(f" verified; {what} p50 {p50(taken):.2f}, p99 {p99(taken):.2f} ms; import {_IMPORT_S:.1f} s")


if __name__ == "__main__":
    main()
