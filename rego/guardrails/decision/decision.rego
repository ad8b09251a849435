# METADATA
# title: Decision
# description: >-
#   One object per draft, `guardrails.decision/v1`. It fails closed: `pass` must be proved, and whatever is undefined
#   ends in `escalate`. The other packages hold what it is made of.
package guardrails.decision

import data.guardrails.escalation
import data.guardrails.integrity
import data.guardrails.outcomes
import data.guardrails.rulings
import data.guardrails.waivers

# METADATA
# title: Decision
# description: The only entry point.
# entrypoint: true
decision := {
	"schema": "guardrails.decision/v1",
	"verdict": verdict,
	"evaluated": count(outcomes.groups),
	"groups": outcomes.groups,
	"reasons": reasons,
	"obligations": obligations,
	"routing": routing,
	"accountable": accountable,
	"good_until_ms": good_until_ms,
}

# METADATA
# title: Verdict
# description: The gravest outcome of the reasons; pass only if everything was evaluated and nothing is wrong.
default verdict := "escalate"

verdict := "escalate" if {
	_has(reasons, "escalate")
} else := "revise" if {
	_has(reasons, "revise")
} else := "pass" if {
	_is_proved
}

_is_proved if {
	integrity.errors == []
	count(outcomes.groups) == input.counts.groups
	_is_permitted
	_has_due_before == false
	is_number(_weakest)
}

# METADATA
# title: Reasons
# description: Why the verdict is what it is, gravest concern first; an empty array only on pass.
reasons := array.concat(_holding, _instead_of_pass)

_holding := array.concat(
	array.concat(_integrity_reasons, _not_lifted(escalation.reasons)),
	array.concat(array.concat(outcomes.reasons, _not_lifted(_workspace_reasons)), rulings.reasons),
)

# A person who has seen a reason may lift it. (Findings are lifted one by one, in `outcomes`.)
_not_lifted(reasons_) := [reason | some reason in reasons_; not rulings.lifts(reason.code)]

_integrity_reasons := [{"code": code, "outcome": "escalate", "groups": []} | some code in integrity.errors]

# What a workspace package exports can raise the verdict, never lower it; a malformed reason escalates.
_workspace_reasons := array.concat(
	[reason |
		some package_ in data.workspace
		some reason in package_.reasons
		_is_reason(reason)
	],
	[reason |
		some package_ in data.workspace
		not _exports_reasons(package_)
		reason := {"code": "workspace-malformed", "outcome": "escalate", "groups": []}
	],
)

_exports_reasons(package_) if {
	is_array(package_.reasons)
	every reason in package_.reasons {
		_is_reason(reason)
	}
}

_is_reason(reason) if {
	is_string(reason.code)
	reason.outcome in ["none", "note", "revise", "escalate"]
	is_array(reason.groups)
	every id in reason.groups {
		id in _group_ids
	}
	count(object.keys(reason)) == 3
}

_is_held if _has(_holding, "escalate")

_is_held if _has(_holding, "revise")

_group_ids := [group.id | some group in input.groups]

# These replace a pass and nothing else.
_instead_of_pass := [{"code": code, "outcome": "escalate", "groups": []} |
	not _is_held
	some [code, is_needed] in [["ready-needs-person", _needs_person], ["obligation-before", _has_due_before]]
	is_needed == true
]

default _needs_person := true

_needs_person := false if _is_permitted

default _has_due_before := true

_has_due_before := false if _due_before == []

_has_due_before := false if rulings.lifts("obligation-before")

# A linter is asked for findings only; a person answers for themselves; an agent needs a mandate that covers all this.
_is_permitted if escalation.is_lint

_is_permitted if rulings.decision == "approve"

_is_permitted if input.principal.kind == "person"

_is_permitted if count(escalation.granting) > 0

default _due_before := []

_due_before := [obligation |
	some obligation in _applicable
	obligation.due != "after"
] if {
	not escalation.is_lint
}

_applicable := [obligation |
	some obligation in data.mandate_book.obligations
	escalation.may_apply(obligation)
]

# METADATA
# title: Obligations
# description: What remains to be done after publishing; nothing is ever due before a pass.
default obligations := []

obligations := [due |
	some obligation in _applicable
	obligation.due == "after"
	due := {"id": obligation.id, "code": obligation.code, "due": "after", "text": obligation.text}
] if {
	verdict == "pass"
	not escalation.is_lint
}

# METADATA
# title: Accountable
# description: The role that answers for a pass; empty for every other verdict and for lint.
default accountable := ""

accountable := concat(":", ["role", input.ruling.role]) if {
	verdict == "pass"
	rulings.decision == "approve"
} else := concat(":", ["role", input.principal.id]) if {
	verdict == "pass"
	not escalation.is_lint
	input.principal.kind == "person"
} else := escalation.granting[0].delegated_by if {
	verdict == "pass"
	not escalation.is_lint
	input.principal.kind == "agent"
}

# METADATA
# title: Good until
# description: When a pass ends, in ms (exclusive), the weakest link of it; null if nothing ends it.
default good_until_ms := null

good_until_ms := _weakest if {
	verdict == "pass"
	_weakest < 9007199254740991
}

_weakest := min(array.concat(
	array.concat(waivers.ends, _mandate_ends),
	array.concat(_ruling_ends, [input.state.valid_until_ms]),
))

_ruling_ends := [input.ruling.until_ms | rulings.decision == "approve"]

_mandate_ends := [escalation.granting[0].until_ms |
	input.principal.kind == "agent"
	not escalation.is_lint
]

# METADATA
# title: Routing
# description: The first route whose conditions all hold; null unless a person is asked.
default routing := null

routing := {"queue": route.queue, "due_hours": route.due_hours, "allowed": _allowed} if {
	verdict == "escalate"
	route := _routes[0]
}

_routes := [route |
	some route in data.mandate_book.routes
	_meets(route.codes, _codes)
	_meets(route.layers, _layers)
	_meets(route.owners, _owners)
	_meets(route.severities, _severities)
	_meets(route.topics, _topics)
	escalation.may_apply(route)
]

_codes := [reason.code | some reason in reasons; reason.outcome == "escalate"]

_layers := [entry.layer | some entry in outcomes.escalating]

_severities := [entry.severity | some entry in outcomes.escalating]

_owners := [entry.owner | some entry in outcomes.escalating]

_topics := [topic |
	some group in input.groups
	group.observed == false
	some topic in group.topics
]

# A stop is lifted where it was set, not by approving one draft.
_allowed := ["send-back", "reject"] if {
	"stop-in-force" in _codes
} else := ["approve", "send-back", "reject"]

# An empty list of wishes is met by anything.
_meets(wanted, _) if wanted == []

_meets(wanted, present) if {
	some value in wanted
	value in present
}

_has(items, outcome) if {
	some item in items
	item.outcome == outcome
}
