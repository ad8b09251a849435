"""What somebody might do to a ledger who owns its files: a module per part of the ledger, an attack per function."""

from inspect import getmembers, isfunction

from tests.durability.attacks import index, keys, payload, records, tree

ATTACKS = {
    name: function
    for module in (records, tree, payload, index, keys)
    for name, function in getmembers(module, isfunction)
    if function.__module__ == module.__name__
}
