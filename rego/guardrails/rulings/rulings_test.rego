package guardrails.rulings_test

import data.guardrails.rulings

_input(change) := object.union(
	{
		"as_of_ms": 9,
		"ruling": {"id": "rec_1", "decision": "approve", "role": "legal", "until_ms": 10, "codes": ["late", "stop-in-force"]},
	},
	change,
)

test_an_answer_holds_until_its_end if {
	before := rulings.decision with input as _input({})
	after := rulings.decision with input as _input({"as_of_ms": 10})

	before == "approve"
	after == "none"
}

test_nothing_is_decided_without_an_answer if {
	decision := rulings.decision with input as {}
	reasons := rulings.reasons with input as {}

	decision == "none"
	reasons == []
}

test_an_answer_lifts_what_was_seen if {
	rulings.lifts("late") with input as _input({})
	not rulings.lifts("other") with input as _input({})
}

test_an_approval_outlasts_what_the_agent_did_before if {
	sent_back := {"ruling": {"decision": "send-back"}}

	rulings.lifts("loop-limit") with input as _input({})
	not rulings.lifts("loop-limit") with input as _input(sent_back)
}

test_an_answer_lifts_no_stop if not rulings.lifts("stop-in-force") with input as _input({})

test_a_rejection_lifts_nothing if not rulings.lifts("late") with input as _input({"ruling": {"decision": "reject"}})

test_an_answer_covers_its_findings_only if {
	rulings.covers({"waiver": "rec_1"}) with input as _input({})
	not rulings.covers({"waiver": "rec_2"}) with input as _input({})
	not rulings.covers({"waiver": ""}) with input as _input({"ruling": {"id": ""}})
}
