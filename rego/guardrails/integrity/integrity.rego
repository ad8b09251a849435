# METADATA
# title: Integrity of the facts
# description: >-
#   What is missing or misshapen in the input or in the bundle's data. A missing key would otherwise silence a
#   rule, so the good case is stated positively for every part, and whatever is not proved good is an error.
package guardrails.integrity

import data.guardrails.escalation

# METADATA
# title: Errors
# description: One code per part that is not sound, in the order below.
errors := [code |
	some [code, is_sound] in [
		["integrity-schema", schema_is_sound],
		["integrity-context", context_is_sound],
		["integrity-principal", principal_is_sound],
		["integrity-state", state_is_sound],
		["integrity-faults", faults_are_sound],
		["integrity-groups", groups_are_sound],
		["integrity-sums", sums_are_right],
		["integrity-waivers", waivers_are_sound],
		["integrity-data", data_is_sound],
	]
	is_sound != true
]

# METADATA
# title: Scope keys
# description: Keys of `input.context` with a closed set of values.
scope_keys := ["brands", "channels", "markets", "locales", "audiences", "content_types", "stages", "actions"]

default schema_is_sound := false

schema_is_sound if {
	input.schema == "guardrails.input/v1"
	is_whole(input.as_of_ms)
}

default context_is_sound := false

context_is_sound if {
	unsound := [key |
		some key in scope_keys
		not _values_are_sound(input.context[key], input.paths[key])
	]
	count(unsound) == 0
	count(input.context.brands) > 0
	count(input.context.actions) == 1
	input.context.actions[0] in ["prepare", "publish", "lint"]
	is_string(input.context.campaign)
	is_string(input.context.task)
	is_string(input.context.thread)
	is_array(input.conflicts)
	every conflict in input.conflicts {
		is_string(conflict.key)
		is_string(conflict.why)
	}
}

default principal_is_sound := false

principal_is_sound if {
	input.principal.kind == "none"
	input.principal.id == ""
}

principal_is_sound if {
	input.principal.kind in ["agent", "person"]
	is_string(input.principal.id)
	input.principal.id != ""
}

default state_is_sound := false

state_is_sound if {
	is_whole(input.state.rounds)
	is_whole(input.state.risk)
	is_whole(input.state.valid_until_ms)
	input.as_of_ms < input.state.valid_until_ms
	input.state.progress in ["first", "improving", "stalled"]
	is_array(input.state.stops)
	every stop in input.state.stops {
		is_string(stop)
	}
}

default faults_are_sound := false

faults_are_sound if {
	is_array(input.faults)
	every fault in input.faults {
		is_string(fault.code)
		is_string(fault.rule)
	}
}

default groups_are_sound := false

groups_are_sound if {
	is_array(input.groups)
	every group in input.groups {
		_group_is_sound(group)
		is_object(data.catalog[group.rule])
	}
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
	is_array(input.waivers)
	every waiver in input.waivers {
		is_string(waiver.id)
		is_string(waiver.rule)
		is_whole(waiver.until_ms)
	}
	named := [group.waiver | some group in input.groups; group.waiver != ""]
	listed := [waiver.id | some waiver in input.waivers]
	every id in named {
		id in listed
	}
}

default data_is_sound := false

data_is_sound if {
	is_object(data.catalog)
	is_array(data.mandate_book.mandates)
	is_array(data.mandate_book.people)
	is_array(data.mandate_book.routes)
	is_array(data.mandate_book.obligations)
	is_whole(data.mandate_book.risk_limit)
	escalation.unsound == []
}

# METADATA
# title: Whole number
# description: Tells whether `value` is a whole number from 0 up.
is_whole(value) if {
	is_number(value)
	value >= 0
	round(value) == value
}

# Every path leads through values of the list, and every value of the list is on a path.
_values_are_sound(values, paths) if {
	is_array(values)
	is_array(paths)
	on_paths := [value | some path in paths; some value in path]
	every path in paths {
		is_array(path)
		count(path) > 0
	}
	every value in values {
		value in on_paths
	}
	every value in on_paths {
		is_string(value)
		value in values
	}
}

_group_is_sound(group) if {
	is_string(group.id)
	group.id != ""
	is_string(group.field)
	is_string(group.waiver)
	is_boolean(group.observed)
	group.case >= -1
	round(group.case) == group.case
	group.confidence_pm >= 0
	group.confidence_pm <= 1000
	round(group.confidence_pm) == group.confidence_pm
	group.count >= 1
	round(group.count) == group.count
}
