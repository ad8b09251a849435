"""``python -m guardrails.surfaces.cli``, for where the console script is not on the path."""

from guardrails.surfaces.cli.main import main

main()
