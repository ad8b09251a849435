"""Runs a snippet of JavaScript beside our modules: JSON in, JSON out."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

from tests.services import node_program

FOLDER = Path(__file__).parent


def javascript(expression: str, value: Any, *, modules: str) -> Any:
    """Return what *expression* makes of ``input``, with everything that *modules* exports in ``own``."""
    script = f"""
    import {{ readFileSync }} from 'node:fs'
    import * as own from {json.dumps((FOLDER / modules).as_uri())}
    const input = JSON.parse(readFileSync(0, 'utf8'))
    process.stdout.write(JSON.stringify(await ({expression})(input)))
    """
    command = [node_program(), "--no-warnings", "--input-type=module", "-e", script]
    done = subprocess.run(command, input=json.dumps(value), capture_output=True, text=True, check=False, timeout=60)

    assert "" == done.stderr
    return json.loads(done.stdout)
