"""Frozen values that cross between the stages; standard library only, no behaviour beyond their own consistency."""
