"""
Checks made again from what the ledger keeps of them.

``decision`` asks the engine the stored question with the stored bundle: the same decision, for ever. ``full`` evaluates
the stored draft in the stored state under the stored policy: the same assessment under the same engine, otherwise the
difference, and which part of the engine changed. Nothing is recorded.
"""
