"""
How many drafts that must be revised pass within two rounds, if an agent does literally what the answer says.

The agent is a script without any judgement (``tests/e2e/agent.py``). It runs over the fixture's drafts that are expected
to be revised, once as written and once after doing what the brief for their place says. Every check is binding and on
record, so rounds, progress and limits are those of a real loop.

    python benchmarks/agent_loop.py
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from tests.e2e.loop import Outcome, expected_to_revise, run_loop


def main() -> None:
    """Run both loops and print the shares."""
    drafts = expected_to_revise()
    for is_briefed in (False, True):
        with tempfile.TemporaryDirectory() as folder:
            outcomes = [run_loop(Path(folder), name, is_briefed=is_briefed) for name in drafts]
        print(f"{'with' if is_briefed else 'without'} the brief: {summary(outcomes)}")


def summary(outcomes: list[Outcome]) -> str:
    """Return the shares in words."""
    count = len(outcomes)
    at_first = sum(one.verdicts[0] == "pass" for one in outcomes)
    within = sum("pass" in one.verdicts[:3] for one in outcomes)
    asked = sum(one.verdicts[-1] == "escalate" for one in outcomes)
    held = sum(one.findings for one in outcomes)
    return (
        f"{count} drafts; {at_first} pass at once, {within} ({100 * within // count} %) within two rounds, "
        f"{asked} end with a person; {held} findings to revise at the first check"
    )


if __name__ == "__main__":
    main()
