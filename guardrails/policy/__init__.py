"""
From a workspace of YAML, CSV and Rego files to one frozen :class:`~guardrails.model.policy.CompiledPolicy`.

Read in this order: ``yaml_source`` (text → values with their places), ``schema`` (what may stand in a file),
``load`` (a workspace and its packs; ``load_policy`` does it all), ``compile`` (rules, context, bundle, digest),
``cache`` (the same, without reading YAML again). ``testing``, ``catalogue``, ``diff`` and ``scaffold`` serve the
people who write policies. Every mistake in a file is a :class:`~guardrails.errors.PolicyError` with its place; one
load reports all of them.
"""
