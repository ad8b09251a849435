"""Two native libraries in one process."""

import subprocess
import sys

PROGRAM = """
from guardrails.backends.rego.embedded import embedded_engine
import regopy

interpreter = regopy.Interpreter()
interpreter.add_module("a", "package a\\n\\nx := 1\\n")
interpreter.query("data.a.x")
import re2

for number in range(50):
    for pattern in ("(?i)acme%d", "acme%d", r"(^|\\s)vs\\.? x%d"):
        re2.compile(pattern % number).search("acme1 vs x2")
"""


def test_patterns_compile_after_the_engine_was_loaded() -> None:
    """Loading regopy before google-re2 ends the process at the first pattern; our engine loads them the other way round."""
    finished = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, check=False)

    assert b"" == finished.stderr
    assert 0 == finished.returncode
