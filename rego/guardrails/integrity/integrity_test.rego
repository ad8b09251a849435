package guardrails.integrity_test

import data.guardrails.integrity

test_nothing_is_sound_of_nothing if {
	errors := integrity.errors with input as {} with data.mandate_book as {}
	errors == ["integrity-schema", "integrity-state", "integrity-sums", "integrity-data"]
}

test_a_number_of_findings_must_add_up if {
	counts := {"groups": 1, "findings": 3, "faults": 0, "conflicts": 0, "stops": 0, "waivers": 0}
	body := {"groups": [{"count": 2}], "counts": counts}
	not integrity.sums_are_right with input as body
}

test_what_a_finding_rests_on_must_still_hold if {
	before := {"as_of_ms": 9, "state": {"valid_until_ms": 10}}
	after := {"as_of_ms": 10, "state": {"valid_until_ms": 10}}
	integrity.state_is_sound with input as before
	not integrity.state_is_sound with input as after
}

test_a_named_waiver_must_be_listed if {
	group := {"waiver": "w1"}
	waiver := {"id": "w1", "until_ms": 10}
	ruling := {"id": ""}
	integrity.waivers_are_sound with input as {"groups": [group], "waivers": [waiver], "ruling": ruling}
	integrity.waivers_are_sound with input as {"groups": [group], "waivers": [], "ruling": {"id": "w1"}}
	not integrity.waivers_are_sound with input as {"groups": [group], "waivers": [], "ruling": ruling}
}
