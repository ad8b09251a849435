# METADATA
# title: Rulings
# description: >-
#   A person's answer about exactly this text, in this place, under this policy. It lifts what the person saw, and
#   nothing else.
package guardrails.rulings

# METADATA
# title: Decision
# description: What was decided, while it holds; `until_ms` is exclusive.
default decision := "none"

decision := input.ruling.decision if {
	input.ruling.id != ""
	input.as_of_ms < input.ruling.until_ms
}

# METADATA
# title: Covers
# description: Tells whether the person saw the findings of `group`.
covers(group) if {
	group.waiver != ""
	group.waiver == input.ruling.id
	decision in ["approve", "send-back"]
}

# METADATA
# title: Lifts
# description: Tells whether the person saw a reason with `code`, and it is one that an answer can lift.
lifts(code) if {
	decision in ["approve", "send-back"]
	code in input.ruling.codes
	not code in _firm
} else if {
	decision == "approve"
	code in _about_the_agent
}

# What the agent did before, and what approvals cost it, is no news about a text that a person has approved: otherwise
# an approval would end itself, by the round that asked for it or by the risk that it adds.
_about_the_agent := ["loop-limit", "no-progress", "risk-limit"]

# Who submits, for where, and whether everything is stopped, is settled elsewhere than by approving one text.
_firm := ["context-conflict", "no-principal", "stop-in-force", "unknown-role"]

# METADATA
# title: Reasons
# description: What the answer itself is a reason for.
reasons := [reason |
	some [answer, code, outcome] in [
		["approve", "approved", "note"],
		["send-back", "sent-back", "revise"],
		["reject", "rejected", "escalate"],
	]
	decision == answer
	reason := {"code": code, "outcome": outcome, "groups": []}
]
