"""An evaluator whose process dies of a certain word, for drills."""

from __future__ import annotations

import os
import signal

from guardrails import wiring
from guardrails.model.draft import Draft
from guardrails.model.policy import CompiledPolicy
from guardrails.model.state import State
from guardrails.pipeline import Evaluate, Evaluation
from guardrails.settings import Settings


def dying_evaluate(settings: Settings) -> Evaluate:
    """Return the evaluator of a worker; it kills its process on a draft that says KILL."""
    evaluate = wiring.make_evaluate(settings)

    def deadly(draft: Draft, policy: CompiledPolicy, state: State, as_of_ms: int) -> Evaluation:
        if "KILL" in draft.fields[0].text:
            os.kill(os.getpid(), signal.SIGKILL)
        return evaluate(draft, policy, state, as_of_ms)

    return deadly
