# METADATA
# title: Outcomes
# description: What each group of equal findings calls for, after observation and waivers.
package guardrails.outcomes

import data.guardrails.waivers

# METADATA
# title: Groups
# description: "`{id, calls_for}` per group, in input order."
groups := [decided |
	some group in input.groups
	decided := {"id": group.id, "calls_for": _calls_for(group, object.get(data.catalog, group.rule, {}))}
]

# METADATA
# title: Reasons
# description: At most one reason per outcome that holds the draft, the graver first.
reasons := [reason |
	some [code, outcome] in [["findings-escalate", "escalate"], ["findings-revise", "revise"]]
	ids := [group.id | some group in groups; group.calls_for == outcome]
	count(ids) > 0
	reason := {"code": code, "outcome": outcome, "groups": ids}
]

# METADATA
# title: Escalating rules
# description: Catalogue entries of the groups that call for escalate, one per group.
escalating := [entry |
	some group in input.groups
	entry := data.catalog[group.rule]
	_calls_for(group, entry) == "escalate"
]

# METADATA
# title: Effect
# description: What the rule asks for in `case` (-1 is its default); anything else is escalate.
default effect(_, _) := "escalate"

effect(entry, case) := entry.effect if {
	case == -1
	_is_effect(entry.effect)
}

effect(entry, case) := entry.effects[case] if {
	case >= 0
	_is_effect(entry.effects[case])
}

default _calls_for(_, _) := "escalate"

_calls_for(group, entry) := "none" if {
	group.observed == true
} else := "none" if {
	waivers.is_waived(group, entry, waivers.live)
} else := effect(entry, group.case)

_is_effect(value) if value in ["note", "revise", "escalate"]
