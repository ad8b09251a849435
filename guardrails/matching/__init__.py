"""Units to candidates: folding, boundaries, one scan per draft; knows nothing of rules."""
