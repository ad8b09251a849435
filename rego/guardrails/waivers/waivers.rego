# METADATA
# title: Waivers
# description: The only place that decides whether a waiver counts, and how long.
package guardrails.waivers

# METADATA
# title: Live waivers
# description: Waivers of the input that have not ended; `until_ms` is exclusive.
live := [waiver |
	some waiver in input.waivers
	input.as_of_ms < waiver.until_ms
]

# METADATA
# title: Waived
# description: Tells whether `group` is excused by one of `waivers`.
is_waived(group, waivers) if {
	group.waiver != ""
	group.waivable == true
	some waiver in waivers
	waiver.id == group.waiver
	waiver.rule == group.rule
}

# METADATA
# title: Ends
# description: When each live waiver that a group relies on ends.
ends := [waiver.until_ms |
	some waiver in live
	some group in input.groups
	group.waiver == waiver.id
	is_waived(group, live)
]
