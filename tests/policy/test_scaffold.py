"""The workspace that ``guardrails init`` writes."""

from datetime import date

import pytest

from guardrails.backends.documents import READERS
from guardrails.errors import PolicyError
from guardrails.policy.compile import compile_policy
from guardrails.policy.load import load_workspace
from guardrails.policy.scaffold import init_workspace
from guardrails.policy.testing import test_rules
from guardrails.trial import run_rule

UNTIL = date(2027, 12, 31)


def test_a_new_workspace_compiles(tmp_path):
    """Seven rules of three layers, all active, each with two examples of a kind."""
    init_workspace(tmp_path, "northwind", until=UNTIL)
    loaded = load_workspace(tmp_path)
    policy = compile_policy(loaded)

    assert 7 == len(policy.rules)
    assert {"brand", "factual", "escalation"} == {rule.layer for rule in policy.rules}
    assert all(len(r.file.examples.bad) >= 2 and len(r.file.examples.good) >= 2 for r in loaded.rules)
    assert ("northwind", "2027-12-31") == (policy.workspace.brand, policy.workspace.mandates[0].until)


def test_one_person_answers_one_queue(tmp_path):
    """Whatever the gate asks in a new workspace, the head of content may answer it alone."""
    init_workspace(tmp_path, "northwind", until=UNTIL)
    workspace = compile_policy(load_workspace(tmp_path)).workspace
    (route,) = workspace.routes

    assert (("head-of-content",), 1) == (workspace.queue(route.queue).roles, workspace.queue(route.queue).quorum)
    assert ("head-of-content",) == workspace.people


def test_the_files_are_listed_and_hold_no_marks(tmp_path):
    """Settings, drafts and what version control leaves alone come with it."""
    files = init_workspace(tmp_path / "new", "northwind", until=UNTIL)
    names = {file.relative_to(tmp_path / "new").as_posix() for file in files}

    assert {".gitignore", "guardrails.yaml", "guardrails.local.yaml", "drafts/pass.md"} <= names
    assert all("@@" not in file.read_text(encoding="utf-8") for file in files)


@pytest.mark.parametrize("name", ["guardrails.yaml", "drafts/pass.md", ".gitignore"])
def test_nothing_is_overwritten(tmp_path, name):
    """One file in the way, and nothing is written."""
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_text("mine", encoding="utf-8")
    with pytest.raises(PolicyError) as failed:
        init_workspace(tmp_path, "northwind", until=UNTIL)

    assert ("workspace-exists", str(tmp_path / name)) == (failed.value.code, failed.value.place.file)
    assert ["mine"] == [path.read_text(encoding="utf-8") for path in tmp_path.rglob("*") if path.is_file()]


@pytest.mark.parametrize("brand", ["", "a b", "a: b", "-a", "ä"])
def test_a_brand_is_a_name(tmp_path, brand):
    """What stands in scopes has to be a value of one."""
    with pytest.raises(PolicyError) as failed:
        init_workspace(tmp_path, brand, until=UNTIL)

    assert failed.value.code == "brand-name"


def test_a_new_workspace_passes_its_own_tests(tmp_path):
    """Every example of the template comes out as it is marked, through the real stages."""
    init_workspace(tmp_path, "northwind", until=UNTIL)
    loaded = load_workspace(tmp_path)
    report = test_rules(loaded, run_rule(compile_policy(loaded), READERS, as_of_ms=0))

    assert [str(failure) for failure in report.failures] == []
    assert len(report.results) == 28
