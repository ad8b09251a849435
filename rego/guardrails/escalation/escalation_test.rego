package guardrails.escalation_test

import data.guardrails.escalation

_codes(reasons) := [reason.code | some reason in reasons]

_mandate := {
	"agent": "a", "delegated_by": "role:head", "since_ms": 5, "until_ms": 10, "max_rounds": 2,
	"may_decide": [], "stop_topics": [], "stop_audiences": [],
}

_book := {"mandates": [_mandate], "people": ["head"], "risk_limit": 0}

_input(as_of_ms) := {
	"as_of_ms": as_of_ms,
	"principal": {"kind": "agent", "id": "a"},
	"context": {"actions": ["publish"], "audiences": []},
	"groups": [],
	"faults": [],
	"conflicts": [],
	"state": {"rounds": 0, "progress": "first", "risk": 0, "stops": []},
}

test_a_live_mandate_is_no_reason if {
	reasons := escalation.reasons with input as _input(5) with data.mandate_book as _book

	reasons == []
}

test_a_mandate_begins_and_ends if {
	early := escalation.reasons with input as _input(4) with data.mandate_book as _book
	late := escalation.reasons with input as _input(10) with data.mandate_book as _book

	_codes(early) == ["mandate-not-yet"]
	_codes(late) == ["mandate-expired"]
}

test_a_mandate_with_a_part_of_another_type_grants_nothing if {
	wrong := ["since_ms", "until_ms", "max_rounds", "stop_topics", "stop_audiences", "may_decide"]

	every key in wrong {
		book := object.union(_book, {"mandates": [object.union(_mandate, {key: ""})]})
		reasons := escalation.reasons with input as _input(5) with data.mandate_book as book
		unsound := escalation.unsound with input as _input(5) with data.mandate_book as book

		_codes(reasons) == ["mandate-unknown"]
		count(unsound) == 1
	}
}

test_no_principal_at_all if {
	reasons := escalation.reasons with input as {"context": {"actions": ["publish"]}, "faults": []}
		with data.mandate_book as _book

	_codes(reasons) == ["no-principal"]
}

test_covers_every_path if escalation.covers([["de", "eu"], ["at", "eu"]], ["eu"])

test_covers_not_when_one_is_outside if not escalation.covers([["de", "eu"], ["us"]], ["eu"])

test_covers_nothing_without_values if not escalation.covers([], ["eu"])

test_touches_one_path if escalation.touches([["de", "eu"], ["us"]], ["us"])

test_touches_none if not escalation.touches([["de", "eu"]], ["us"])

test_only_the_known_is_excluded if {
	entry := {"include": {}, "exclude": {"markets": ["us"]}}
	unknown := {"paths": {"markets": [["us"], ["eu"]]}}
	known := {"paths": {"markets": [["us"]]}}

	escalation.may_apply(entry) with input as unknown
	not escalation.may_apply(entry) with input as known
}
