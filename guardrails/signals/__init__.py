"""What analysis sees in a field: words, sentences, language, claims, quantities …; spaCy only in `tokens`."""
