"""Bytes to text: parsed fields with an exact map back to what was submitted, and line/column/UTF-16/byte positions."""
