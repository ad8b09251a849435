"""One call in a process of its own: what takes seconds keeps nobody waiting, and what crashes takes nothing with it."""

from __future__ import annotations

import multiprocessing
import signal
from collections.abc import Callable
from multiprocessing.connection import Connection
from typing import TypeVar

from guardrails.errors import GuardrailsError, UnavailableError

T = TypeVar("T")


def apart(call: Callable[[], T], *, deadline_s: float) -> T:
    """
    Return what *call* returns in a new process; it must be picklable, and so must its result.

    Raises:
        GuardrailsError: What *call* raised.

        UnavailableError: ``process-lost`` if the process died or was late, ``process-failed`` if *call* has a defect.
    """
    context = multiprocessing.get_context("forkserver")
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=_run, args=(theirs, call), daemon=True)
    process.start()
    theirs.close()
    try:
        if not ours.poll(deadline_s):
            raise UnavailableError("process-lost", f"it was not done within {deadline_s:g} s")
        result: T | GuardrailsError = ours.recv()
    except (EOFError, OSError) as error:
        raise UnavailableError("process-lost", "the process that was to do it died") from error
    finally:
        process.kill()
        process.join()
        ours.close()
    if isinstance(result, GuardrailsError):
        raise result
    return result


def _run(pipe: Connection, call: Callable[[], object]) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        result = call()
    except GuardrailsError as error:
        result = error
    except Exception as error:  # noqa: BLE001 - it is told in words; a traceback would be lost
        result = UnavailableError("process-failed", f"it failed with {type(error).__name__}")
    pipe.send(result)
