package guardrails.outcomes_test

import data.guardrails.outcomes

_entry := {"effect": "revise", "effects": ["note", "escalate"]}

test_default_case_is_the_effect if outcomes.effect(_entry, -1) == "revise"

test_a_case_is_its_entry if outcomes.effect(_entry, 1) == "escalate"

test_a_missing_case_escalates if outcomes.effect(_entry, 2) == "escalate"

test_no_entry_escalates if outcomes.effect({}, -1) == "escalate"

test_a_strange_effect_escalates if outcomes.effect({"effect": "shrug"}, -1) == "escalate"

test_an_unknown_rule_escalates if {
	decided := outcomes.groups with input as {"groups": [{"id": "g1", "rule": "a.b", "case": -1}]}
		with data.catalog as {}

	decided == [{"id": "g1", "calls_for": "escalate"}]
}

test_an_observed_group_calls_for_nothing if {
	group := {"id": "g1", "rule": "a.b", "case": -1, "observed": true, "waiver": ""}
	decided := outcomes.groups with input as {"groups": [group]} with data.catalog as {"a.b": _entry}

	decided == [{"id": "g1", "calls_for": "none"}]
}

test_no_groups_give_no_reasons if {
	reasons := outcomes.reasons with input as {"groups": []} with data.catalog as {}

	reasons == []
}
