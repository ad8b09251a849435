"""What is known of earlier checks: rounds of the same work, and risk taken."""

import pytest

from guardrails.audit.earlier import risk, rounds
from guardrails.audit.entry import Work
from guardrails.model.context import Principal
from tests.audit.samples import DAY_MS, NOON, WRITER, check, use_policy

OTHER = Principal("agent", "other")


def found_again(log, **work):
    """Return the rounds of the usual principal, now."""
    return rounds(log, WRITER, Work(**work), now_ms=log.clock())


@pytest.mark.parametrize(
    "work",
    [
        {"thread": "CANARY-thread"},
        {"content_sha256": "c0" * 32},
        {"fingerprints": ("f9", "f2")},
        {"campaign": "spring", "task": "post"},
    ],
)
def test_rounds_are_earlier_checks_of_the_same_work(log, clock, work):
    """Thread, content, a shared finding, or campaign and task make a round; each counts once, oldest first."""
    for _ in range(2):
        clock.now_ms += 1
        log.append_check(check(log, campaign="spring", task="post"))
    found = found_again(log, **work)

    assert [one.at_ms for one in found] == [NOON + 1, NOON + 2]
    assert {log.refs.fingerprint("f1"), log.refs.fingerprint("f2")} == set(found[0].revise_fingerprints)


@pytest.mark.parametrize("work", [{}, {"thread": "x"}, {"campaign": "spring"}, {"campaign": "spring", "task": "x"}])
def test_other_work_is_no_round(log, clock, work):
    """Nothing named, another thread, or half of campaign and task find nothing."""
    log.append_check(check(log, campaign="spring", task="post"))

    assert found_again(log, **work) == ()


@pytest.mark.parametrize("change", [{"binding": False}, {"principal": OTHER}])
def test_only_binding_checks_of_this_principal_count(log, clock, change):
    """A simulation or another agent's check is no round and no risk."""
    log.append_check(check(log, risk=3, **change))

    assert found_again(log, thread="CANARY-thread") == ()
    assert risk(log, WRITER, now_ms=log.clock()) == 0


@pytest.mark.parametrize(("later_ms", "expected"), [(7 * DAY_MS, 1), (7 * DAY_MS + 1, 0)])
def test_rounds_end_after_seven_days(log, clock, later_ms, expected):
    """A check exactly seven days ago still counts, an older one does not."""
    log.append_check(check(log))
    clock.now_ms += later_ms

    assert expected == len(found_again(log, thread="CANARY-thread"))


@pytest.mark.parametrize(("later_ms", "expected"), [(30 * DAY_MS, 7), (30 * DAY_MS + 1, 0)])
def test_risk_adds_up_over_thirty_days(log, clock, later_ms, expected):
    """Waived severities of checks and approved ones of reviews are summed per principal."""
    log.append_check(check(log, risk=4))
    log.append("review", {"principal": {"kind": "agent", "ref": log.refs.principal(WRITER)}, "risk": 3})
    clock.now_ms += later_ms

    assert expected == risk(log, WRITER, now_ms=log.clock())
    assert risk(log, OTHER, now_ms=log.clock()) == 0


def test_the_index_is_a_projection(log, clock):
    """Made again from the records the index is what it was, and finds the same."""
    for n in range(6):
        log.append_check(check(log, thread=f"t{n % 2}", risk=n, binding=n != 3))
    use_policy(log)
    before, expected = tuple(log._store.links()), found_again(log, thread="t0")
    log._store.replace_links([])
    lost = found_again(log, thread="t0")
    log.rebuild_index()

    assert lost == ()
    assert before == tuple(log._store.links())
    assert expected == found_again(log, thread="t0")
