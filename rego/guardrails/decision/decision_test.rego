package guardrails.decision_test

import data.guardrails.decision

test_nothing_escalates if {
	decided := decision.decision with input as {} with data.mandate_book as {}

	decided.verdict == "escalate"
	decided.accountable == ""
	decided.good_until_ms == null
	decided.routing == null
}

test_no_input_and_no_data_escalates if decision.verdict == "escalate"
