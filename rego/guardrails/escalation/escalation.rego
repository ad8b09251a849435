# METADATA
# title: Escalation
# description: >-
#   Why a person must decide, whatever the rules found: faults, conflicts, stops, mandates, loops and risk; and
#   what an agent may decide alone.
package guardrails.escalation

# METADATA
# title: Reasons
# description: Reasons to escalate at once, in a fixed order.
reasons := array.concat(_always, _submission)

# METADATA
# title: Lint
# description: A linter asks about findings only; mandates, stops, rounds and obligations are left out.
default is_lint := false

is_lint if input.context.actions == ["lint"]

_always := array.concat(_fault_reasons, [reason |
	count([1 | some _ in input.conflicts]) > 0
	reason := _plain("context-conflict")
])

# Each code once: a code that comes again later is skipped. (`some i, x in` does not parse in the embedded engine.)
_fault_reasons := [_plain(code) |
	some i
	code := input.faults[i].code
	later := array.slice(input.faults, i + 1, count(input.faults))
	not _has_code(later, code)
]

_has_code(items, code) if {
	some item in items
	item.code == code
}

default _submission := []

_submission := array.concat(array.concat(_stop_reasons, _principal_reasons), _agent_reasons) if not is_lint

_stop_reasons := [reason |
	count([1 | some _ in input.state.stops]) > 0
	reason := _plain("stop-in-force")
]

_principal_reasons := [_plain(code) |
	code := _principal_problem
	code != ""
]

# No principal, a role nobody has, or an agent without a live mandate.
default _principal_problem := "no-principal"

_principal_problem := "" if {
	input.principal.kind == "person"
	input.principal.id in data.mandate_book.people
} else := "unknown-role" if {
	input.principal.kind == "person"
} else := "" if {
	input.principal.kind == "agent"
	count(live) > 0
} else := "mandate-unknown" if {
	input.principal.kind == "agent"
	count(_own) == 0
} else := "mandate-not-yet" if {
	input.principal.kind == "agent"
	count([1 | some mandate in _own; input.as_of_ms < mandate.since_ms]) > 0
} else := "mandate-expired" if {
	input.principal.kind == "agent"
}

# METADATA
# title: Live mandates
# description: Mandates of the submitting agent in force at `as_of_ms`, in the workspace's order.
live := [mandate |
	some mandate in _own
	mandate.since_ms <= input.as_of_ms
	input.as_of_ms < mandate.until_ms
]

_own := [mandate |
	some mandate in _named
	_is_sound(mandate)
]

_named := [mandate |
	input.principal.kind == "agent"
	some mandate in data.mandate_book.mandates
	mandate.agent == input.principal.id
]

# METADATA
# title: Unsound mandates
# description: Mandates of the submitting agent that lack a part, or have one of another type; they grant nothing.
unsound := [mandate |
	some mandate in _named
	not _is_sound(mandate)
]

# Comparison holds across types (every string is above every number), so types are asked first.
_is_sound(mandate) if {
	is_string(mandate.agent)
	is_string(mandate.delegated_by)
	is_number(mandate.since_ms)
	is_number(mandate.until_ms)
	is_number(mandate.max_rounds)
	is_array(mandate.stop_topics)
	is_array(mandate.stop_audiences)
	is_array(mandate.may_decide)
}

default _agent_reasons := []

_agent_reasons := array.concat(_must_stop, _limits) if input.principal.kind == "agent"

_must_stop := array.concat(
	[reason |
		ids := [group.id | some group in input.groups; group.observed == false; _is_reserved(group.topics)]
		count(ids) > 0
		reason := {"code": "must-stop-topic", "outcome": "escalate", "groups": ids}
	],
	[reason |
		named := [1 |
			some mandate in live
			some audience in mandate.stop_audiences
			audience in input.context.audiences
		]
		count(named) > 0
		reason := _plain("must-stop-audience")
	],
)

_limits := [_plain(code) |
	some [code, is_reached] in [
		["loop-limit", _rounds_are_used],
		["no-progress", _is_stalled],
		["risk-limit", _risk_is_over],
	]
	is_reached != false
]

# A topic is present when a rule that lists it has a finding, even a note or a waived one; observed ones hold nothing.
_is_reserved(topics) if {
	some topic in topics
	topic in _stop_topics
}

_stop_topics := [topic | some mandate in live; some topic in mandate.stop_topics]

# These are true unless the opposite is proved.
default _rounds_are_used := true

_rounds_are_used := false if {
	every mandate in live {
		input.state.rounds < mandate.max_rounds
	}
}

default _is_stalled := true

_is_stalled := false if input.state.progress in ["first", "improving"]

default _risk_is_over := true

_risk_is_over := false if {
	data.mandate_book.risk_limit == 0
}

_risk_is_over := false if {
	data.mandate_book.risk_limit > 0
	input.state.risk <= data.mandate_book.risk_limit
}

# METADATA
# title: Granting mandates
# description: Live mandates of which one grant covers every possible value of this context.
granting := [mandate |
	some mandate in live
	count([1 | some grant in mandate.may_decide; _is_granted(grant)]) > 0
]

# (In the embedded engine `not` inside `every` is lost, so what is excluded is collected and counted.)
_is_granted(grant) if {
	input.context.actions == [grant.action]
	is_object(grant.exclude)
	every key, allowed in grant.include {
		covers(input.paths[key], allowed)
	}
	barred := [key |
		some key
		banned := grant.exclude[key]
		touches(input.paths[key], banned)
	]
	count(barred) == 0
}

# METADATA
# title: Covers
# description: Tells whether every path (a value and what it is part of) leads through one of `allowed`.
covers(paths, allowed) if {
	count(paths) > 0
	every path in paths {
		_leads_through(path, allowed)
	}
}

# METADATA
# title: Touches
# description: Tells whether some path leads through one of `named`.
touches(paths, named) if {
	some path in paths
	_leads_through(path, named)
}

# A function of its own: in the embedded engine a comprehension inside `every` does not see the arguments.
_leads_through(path, named) if {
	some value in path
	value in named
}

# METADATA
# title: May apply
# description: Tells whether a scope may hold here. An unknown value is every permitted one, only a known one excluded.
may_apply(entry) if {
	every key, allowed in entry.include {
		touches(input.paths[key], allowed)
	}
	barred := [key |
		some key
		banned := entry.exclude[key]
		covers(input.paths[key], banned)
	]
	count(barred) == 0
}

_plain(code) := {"code": code, "outcome": "escalate", "groups": []}
