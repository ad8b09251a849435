package guardrails.outcomes_test

import data.guardrails.outcomes

_group := {"id": "g1", "rule": "a.b", "effect": "revise", "observed": false, "waiver": ""}

_calls_for(change) := [decided.calls_for | some decided in groups] if {
	groups := outcomes.groups with input as {"groups": [object.union(_group, change)]}
}

test_a_group_calls_for_its_effect if _calls_for({}) == ["revise"]

test_a_strange_effect_escalates if _calls_for({"effect": "shrug"}) == ["escalate"]

test_no_effect_escalates if {
	decided := outcomes.groups with input as {"groups": [{"id": "g1"}]}
	decided == [{"id": "g1", "calls_for": "escalate"}]
}

test_an_observed_group_calls_for_nothing if _calls_for({"observed": true}) == ["none"]

test_no_groups_give_no_reasons if {
	reasons := outcomes.reasons with input as {"groups": []}
	reasons == []
}
