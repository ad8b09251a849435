"""The parts of a report: one module each, evidence in, frozen figures out."""
