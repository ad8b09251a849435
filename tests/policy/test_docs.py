"""The rules that the documents show."""

import re
from datetime import date
from pathlib import Path

import pytest

from guardrails.backends.documents import READERS
from guardrails.policy.compile import compile_policy
from guardrails.policy.load import load_workspace
from guardrails.policy.pack_schema import PackFile, RuleFile, ScopeFile
from guardrails.policy.scaffold import init_workspace
from guardrails.policy.testing import test_rules
from guardrails.policy.workspace_schema import WorkspaceFile
from guardrails.settings import KEYS
from guardrails.trial import run_rule

ROOT = Path(__file__).parents[2]
BLOCK = re.compile(r"^```yaml\n(.*?)^```$", re.MULTILINE | re.DOTALL)
RULE_ID = re.compile(r"^id: *(\S+)$", re.MULTILINE)


def rules():
    """Return the YAML blocks of the documents that are rules: where they stand, their id, their text."""
    documents = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
    blocks = [(path, block) for path in documents for block in BLOCK.findall(path.read_text(encoding="utf-8"))]
    return [
        pytest.param(found[1], block, id=f"{path.name}:{found[1]}")
        for path, block in blocks
        if (found := RULE_ID.search(block))
    ]


def test_the_fact_sheet_in_the_documents_fits_a_new_workspace(tmp_path):
    """Sheet and register load together, and every key that is explained is shown."""
    text = (ROOT / "docs" / "facts.md").read_text(encoding="utf-8")
    sheet, register = BLOCK.findall(text)
    init_workspace(tmp_path, "northwind", until=date(2027, 12, 31))
    (tmp_path / "facts").mkdir()
    (tmp_path / "facts" / "sheet.yaml").write_text(sheet, encoding="utf-8")
    (tmp_path / "facts" / "sources.yaml").write_text(register, encoding="utf-8")
    facts = compile_policy(load_workspace(tmp_path)).facts

    assert (["F-001", "F-002"], ["S-101", "S-102"]) == ([f.id for f in facts.facts], [s.id for s in facts.sources])
    assert all(f"{key}:" in sheet for key in re.findall(r"^\| `(\w+)` \|", text, re.MULTILINE))


def explained(heading):
    """Return the keys of the table below *heading* of the page about files."""
    text = (ROOT / "docs" / "rules.md").read_text(encoding="utf-8")
    section = re.split(r"^#+ .*\n", text.split(f"# {heading}\n", 1)[1], maxsplit=1, flags=re.MULTILINE)[0]
    return re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE)


@pytest.mark.parametrize(
    ("heading", "model"),
    [("A rule", RuleFile), ("Where", ScopeFile), ("A pack", PackFile), ("guardrails.yaml", WorkspaceFile)],
)
def test_every_key_of_a_file_is_explained(heading, model):
    """The page has a line for every key that the schema knows, and for no other."""
    assert sorted(field.alias or name for name, field in model.model_fields.items()) == sorted(explained(heading))


def test_every_key_of_operation_is_explained():
    """Settings of the machine too."""
    assert sorted(KEYS) == sorted(explained("guardrails.local.yaml"))


def test_the_readme_shows_a_rule():
    """The test below has something to look at."""
    assert rules()


@pytest.mark.parametrize(("rule_id", "text"), rules())
def test_a_rule_in_the_documents_fits_a_new_workspace(tmp_path, rule_id, text):
    """It is a new file there, loads, and does what its examples say."""
    init_workspace(tmp_path, "northwind", until=date(2027, 12, 31))
    pack, name = rule_id.split(".")
    path = tmp_path / "policies" / pack / f"{name}.yaml"
    assert path.parent.is_dir()
    assert not path.exists()
    path.write_text(text, encoding="utf-8")
    loaded = load_workspace(tmp_path)
    report = test_rules(loaded, run_rule(compile_policy(loaded), READERS, as_of_ms=0), only={rule_id})

    assert report.passed, [str(failure) for failure in report.failures]
