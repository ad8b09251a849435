"""The OpenAPI 3.1 document, written by hand around the published schemas: a module per subject, a function per operation."""
