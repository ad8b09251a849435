"""The HTTP surface: parse the request, call the gate, render. It decides nothing."""
