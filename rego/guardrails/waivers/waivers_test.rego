package guardrails.waivers_test

import data.guardrails.waivers

_waiver := {"id": "w1", "rule": "a.b", "until_ms": 10}

_group := {"rule": "a.b", "waiver": "w1", "waivable": true}

test_a_live_waiver_waives if waivers.is_waived(_group, [_waiver])

test_a_firm_rule_is_not_waived if not waivers.is_waived(object.union(_group, {"waivable": false}), [_waiver])

test_no_waiver_named if not waivers.is_waived(object.union(_group, {"waiver": ""}), [_waiver])

test_a_waiver_of_another_rule if not waivers.is_waived(object.union(_group, {"rule": "a.c"}), [_waiver])

test_a_missing_field_is_not_waived if not waivers.is_waived({}, [_waiver])

test_the_end_is_exclusive if {
	before := waivers.live with input as {"as_of_ms": 9, "waivers": [_waiver]}
	after := waivers.live with input as {"as_of_ms": 10, "waivers": [_waiver]}

	before == [_waiver]
	after == []
}
