"""A call in a process of its own."""

import os
import signal
import time
from functools import partial

import pytest

from guardrails.backends.apart import apart
from guardrails.errors import DraftError, GuardrailsError, PolicyError, UnavailableError
from guardrails.policy.load import first_with_all


def obey(command: str) -> int:
    """Do what is said, and return the id of the process that did."""
    match command:
        case "refuse":
            raise DraftError("bad-draft", "no")
        case "find-two-mistakes":
            raise first_with_all([PolicyError("one", "the first"), PolicyError("two", "the second")])
        case "break":
            raise KeyError("secret-words")
        case "die":
            os.kill(os.getpid(), signal.SIGKILL)
        case "sleep":
            time.sleep(60)
    return os.getpid()


def test_the_result_comes_from_another_process() -> None:
    """Which has ended by then."""
    pid = apart(partial(obey, "answer"), deadline_s=30)

    assert os.getpid() != pid
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


@pytest.mark.parametrize(
    ("command", "kind", "code"),
    [
        ("refuse", DraftError, "bad-draft"),
        ("break", UnavailableError, "process-failed"),
        ("die", UnavailableError, "process-lost"),
    ],
)
def test_what_went_wrong_is_raised_here(command: str, kind: type[GuardrailsError], code: str) -> None:
    """A deliberate exception as it is; a defect or a death by its name, without its words."""
    with pytest.raises(kind) as caught:
        apart(partial(obey, command), deadline_s=30)

    assert code == caught.value.code
    assert "secret-words" not in caught.value.message


def test_all_mistakes_of_a_policy_come_back() -> None:
    """The first one knows of the others here too."""
    with pytest.raises(PolicyError) as caught:
        apart(partial(obey, "find-two-mistakes"), deadline_s=30)

    assert ["one", "two"] == [one.code for one in caught.value.problems]
    assert caught.value is caught.value.problems[0]


def test_what_is_late_is_ended() -> None:
    """The caller does not wait for ever."""
    with pytest.raises(UnavailableError) as caught:
        apart(partial(obey, "sleep"), deadline_s=0.2)

    assert "process-lost" == caught.value.code
