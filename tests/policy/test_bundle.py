"""The data document both engines load."""

from datetime import UTC, datetime

from guardrails.model.canonical import MAX_INT, canonical, sha256_hex
from guardrails.model.day import day_end_ms, day_start_ms
from guardrails.policy.bundle import bundle_bytes


def ms(*day):
    """Return midnight UTC of a day in ms."""
    return int(datetime(*day, tzinfo=UTC).timestamp() * 1000)


def test_a_mandate_ends_at_the_midnight_after_its_last_day(bench):
    """Days are inclusive, ranges of ms half-open; no bound is a number too."""
    (mandate,) = bench.compile().bundle.data["mandate_book"]["mandates"]

    assert (0, ms(2027, 4, 1)) == (mandate["since_ms"], mandate["until_ms"])
    assert {"action": "publish", "include": {"channels": ["blog"]}, "exclude": {}} == mandate["may_decide"][0]
    assert ("writer", "role:editor", 3, ["layoffs"]) == (
        mandate["agent"], mandate["delegated_by"], mandate["max_rounds"], mandate["stop_topics"],
    )  # fmt: skip


def test_days_are_utc():
    """A day is 24 hours of ms since the epoch, leap years included."""
    assert ms(2028, 2, 29) == day_start_ms("2028-02-29")
    assert ms(2028, 3, 1) == day_end_ms("2028-02-29")
    assert day_end_ms("9999-12-30") < MAX_INT


def test_obligations_are_numbered(bench):
    """An obligation's id is its place in the file."""
    bench.edit("guardrails.yaml", "people:", "obligations: [{code: file-it, due: after, text: File it.}]\npeople:")

    assert [
        {"id": "obligation-1", "code": "file-it", "due": "after", "text": "File it.", "include": {}, "exclude": {}}
    ] == bench.compile().bundle.data["mandate_book"]["obligations"]


def test_the_digest_is_that_of_the_stored_bytes(bench):
    """Whoever holds the bytes can check them."""
    bench.write("rego/workspace/press/press.rego", "package workspace.press\n\nreasons := []\n")
    bundle = bench.compile().bundle

    assert f"sha256:{sha256_hex(bundle_bytes(bundle))}" == bundle.digest
    assert ("workspace.press",) == bundle.workspace_packages
    assert canonical(bundle.data)
