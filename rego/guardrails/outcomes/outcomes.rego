# METADATA
# title: Outcomes
# description: What each group of equal findings calls for, after observation and waivers.
package guardrails.outcomes

import data.guardrails.rulings
import data.guardrails.waivers

# METADATA
# title: Groups
# description: "`{id, calls_for}` per group, in input order."
groups := [decided |
	some group in input.groups
	decided := {"id": group.id, "calls_for": _calls_for(group)}
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
# title: Escalating groups
# description: Groups that call for escalate.
escalating := [group |
	some group in input.groups
	_calls_for(group) == "escalate"
]

default _calls_for(_) := "escalate"

# Most groups name no waiver; they are not handed on (in the embedded engine a call copies its argument).
_calls_for(group) := "none" if {
	group.observed == true
} else := group.effect if {
	group.waiver == ""
	_is_effect(group.effect)
} else := "none" if {
	waivers.is_waived(group, waivers.live)
} else := "none" if {
	rulings.covers(group)
} else := group.effect if {
	_is_effect(group.effect)
}

_is_effect(value) if value in ["note", "revise", "escalate"]
