"""The policies that a ledger keeps."""

from guardrails.audit.policies import FirstUse, policy_contents
from tests.audit.samples import use_policy


def test_a_policy_is_kept_by_first_use(log):
    """Using it again, even through another reader of the ledger, keeps one copy and makes one record."""
    use_policy(log)
    use_policy(log)

    assert [record.type for _, record in log.records()] == ["policy_activated"]
    assert policy_contents(log, "sha256:aa") == (b"policy", b"bundle")
    assert policy_contents(log, "sha256:bb") is None


def test_a_known_policy_is_not_made_again(log):
    """Its bytes are asked for once."""
    made = []

    def contents():
        made.append("once")
        return b"policy", b"bundle"

    first_use = FirstUse(log)
    first_use.of("sha256:aa", contents)
    first_use.of("sha256:aa", contents)
    FirstUse(log).of("sha256:aa", contents)

    assert ["once"] == made
