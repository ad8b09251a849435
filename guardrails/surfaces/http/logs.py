"""
The server's log: one JSON object per line on standard error, or columns on a terminal.

Events of the web server itself come the same way. An exception appears as its type alone, because its message may hold
copy.
"""

from __future__ import annotations

import logging
import sys
from types import TracebackType
from typing import TextIO

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger


def configure_logs(stream: TextIO | None = None) -> None:
    """Send structlog's events and the standard library's to *stream* (standard error)."""
    stream = stream or sys.stderr
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        _without_message,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.stdlib.LoggerFactory(),
    )
    handler = logging.StreamHandler(stream)
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(processors=_last(stream), foreign_pre_chain=shared))
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)
    logging.getLogger("guardrails").setLevel(logging.INFO)


def _last(stream: TextIO) -> list[Processor]:
    drawn: Processor = (
        structlog.dev.ConsoleRenderer() if stream.isatty() else structlog.processors.JSONRenderer(ensure_ascii=False)
    )
    return [structlog.stdlib.ProcessorFormatter.remove_processors_meta, drawn]


def _without_message(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Replace an exception by its type; the web server puts whole tracebacks there."""
    found: bool | BaseException | tuple[type[BaseException], BaseException, TracebackType] | None
    found = event.pop("exc_info", None)
    if found is True:
        found = sys.exc_info()[1]
    if isinstance(found, tuple):
        found = found[1]
    return {**event, "error": type(found).__name__} if isinstance(found, BaseException) else event
