package guardrails.integrity_test

import data.guardrails.integrity

test_nothing_is_sound_of_nothing if {
	errors := integrity.errors with input as {} with data.mandate_book as {} with data.catalog as {}

	"integrity-schema" in errors
	"integrity-context" in errors
	"integrity-principal" in errors
	"integrity-state" in errors
	"integrity-groups" in errors
	"integrity-data" in errors
}

test_nobody_is_a_sound_principal if integrity.principal_is_sound with input.principal as {"kind": "none", "id": ""}

test_nobody_has_no_name if not integrity.principal_is_sound with input.principal as {"kind": "none", "id": "a"}

test_a_number_of_findings_must_add_up if {
	counts := {"groups": 1, "findings": 3, "faults": 0, "conflicts": 0, "stops": 0, "waivers": 0}
	body := {"groups": [{"count": 2}], "counts": counts}

	not integrity.sums_are_right with input as body
}

test_whole_numbers if {
	integrity.is_whole(0)
	not integrity.is_whole(-1)
	not integrity.is_whole(0.5)
	not integrity.is_whole("1")
}
