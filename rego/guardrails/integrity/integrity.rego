# METADATA
# title: Integrity of the facts
# description: >-
#   What does not fit together in the input or in the bundle's data. The shape of the input is checked before an
#   engine is asked; here the good case is stated positively for whatever a verdict rests on, and what is not proved
#   good is an error.
package guardrails.integrity

import data.guardrails.escalation

# METADATA
# title: Errors
# description: One code per part that is not sound, in the order below.
errors := [code |
	some [code, is_sound] in [
		["integrity-schema", schema_is_sound],
		["integrity-state", state_is_sound],
		["integrity-sums", sums_are_right],
		["integrity-waivers", waivers_are_sound],
		["integrity-data", data_is_sound],
	]
	is_sound != true
]

default schema_is_sound := false

schema_is_sound if {
	input.schema == "guardrails.input/v1"
	is_object(input.context)
	is_object(input.paths)
	is_object(input.principal)
	is_object(input.ruling)
	is_array(input.groups)
	is_array(input.faults)
	is_array(input.conflicts)
	is_array(input.waivers)
	is_array(input.state.stops)
}

default state_is_sound := false

state_is_sound if {
	is_number(input.as_of_ms)
	is_number(input.state.valid_until_ms)
	input.as_of_ms < input.state.valid_until_ms
}

default sums_are_right := false

sums_are_right if {
	count([1 | some _ in input.groups]) == input.counts.groups
	count([1 | some _ in input.faults]) == input.counts.faults
	count([1 | some _ in input.conflicts]) == input.counts.conflicts
	count([1 | some _ in input.state.stops]) == input.counts.stops
	count([1 | some _ in input.waivers]) == input.counts.waivers
	sum([n | some group in input.groups; n := group.count; is_number(n)]) == input.counts.findings
}

default waivers_are_sound := false

waivers_are_sound if {
	named := [group.waiver | some group in input.groups; group.waiver != ""; group.waiver != input.ruling.id]
	listed := [waiver.id | some waiver in input.waivers; is_number(waiver.until_ms)]
	every id in named {
		id in listed
	}
}

default data_is_sound := false

data_is_sound if {
	is_array(data.mandate_book.mandates)
	is_array(data.mandate_book.people)
	is_array(data.mandate_book.routes)
	is_array(data.mandate_book.obligations)
	is_number(data.mandate_book.risk_limit)
	data.mandate_book.risk_limit >= 0
	escalation.unsound == []
}
