"""``guardrails.yaml`` without its rules → :class:`~guardrails.model.policy.Workspace`, and what it refers to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from guardrails.model.governance import Governance
from guardrails.model.policy import Accepted, Grant, Keep, Mandate, Queue, Route, Scope, Workspace
from guardrails.policy.problems import did_you_mean
from guardrails.policy.vocabulary import scope

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from guardrails.errors import PolicyError
    from guardrails.policy.load import Loaded
    from guardrails.policy.pack_schema import ScopeFile
    from guardrails.policy.vocabulary import Vocabulary
    from guardrails.policy.workspace_schema import GovernanceFile, GrantFile, MandateFile, RouteFile
    from guardrails.policy.yaml_source import Document, Path

ROLE = "role:"


def compiled_workspace(loaded: Loaded, words: Vocabulary, problems: list[PolicyError]) -> Workspace:
    """Return the workspace of *loaded*; mistakes in scopes go to *problems*."""
    file, scopes = loaded.file, _Scopes(words, loaded.document, problems)
    default = Route(file.routing.default.queue, file.routing.default.due_hours)
    return Workspace(
        name=file.name or file.brand,
        brand=file.brand,
        values=words.values,
        parents=words.parents,
        trust_draft=tuple(sorted(file.trust_draft)),
        mandates=tuple(scopes.mandate(mandate, at) for at, mandate in enumerate(file.mandates)),
        people=tuple(sorted(file.people)),
        routes=(*(scopes.route(route, at) for at, route in enumerate(file.routing.routes)), default),
        accept_uncovered=tuple(
            Accepted(f"{layer}/{locale}", accepted.reason, accepted.owner)
            for layer, locales in sorted(file.accept_uncovered.items())
            for locale, accepted in sorted(locales.items())
        ),
        unsupported=tuple(
            Accepted(rule, accepted.reason, accepted.owner) for rule, accepted in sorted(file.unsupported.items())
        ),
        risk_limit=file.limits.risk,
        obligations=tuple(
            (one.code, one.due, one.text, scopes.read(one.applies_to, ("obligations", at, "applies_to")))
            for at, one in enumerate(file.obligations)
        ),
        queues=tuple(
            Queue(name, tuple(sorted(one.roles)), one.quorum) for name, one in sorted(file.routing.queues.items())
        ),
        approval_days=file.limits.approval_days,
        friction=tuple(
            (name.removesuffix("_percent"), limit) for name, limit in sorted(file.friction) if limit is not None
        ),
        tone=file.tone or "",
        governance=_governance(file.governance),
        keep=tuple(
            Keep(kind, part, span) for kind, parts in sorted(file.keep.items()) for part, span in sorted(parts.items())
        ),
    )


def _governance(file: GovernanceFile) -> Governance:
    said = {name: value for name in type(file).model_fields if (value := getattr(file, name)) is not None}
    lists = (
        "purposes",
        "legal_basis",
        "data_subjects",
        "categories",
        "recipients",
        "transfers",
        "security",
        "declarations",
    )
    many = {name: (said[name],) if isinstance(said[name], str) else tuple(said[name]) for name in lists if name in said}
    return Governance(**{**said, **many})


class _Scopes:
    """Reads scopes of one document in one vocabulary; mistakes are collected."""

    def __init__(self, words: Vocabulary, document: Document, problems: list[PolicyError]) -> None:
        self.words = words
        self.document = document
        self.problems = problems

    def read(self, given: ScopeFile, path: Path) -> Scope:
        found, wrong = scope(given, self.words, self.document, path)
        self.problems.extend(wrong)
        return found

    def mandate(self, file: MandateFile, number: int) -> Mandate:
        path: Path = ("mandates", number)
        return Mandate(
            agent=file.agent,
            may_decide=self.grants(file.may_decide, (*path, "may_decide")),
            may_recommend=self.grants(file.may_recommend, (*path, "may_recommend")),
            stop_topics=tuple(sorted(file.must_stop.topics)),
            stop_audiences=tuple(sorted(file.must_stop.audiences)),
            max_rounds=file.must_stop.max_rounds,
            delegated_by=file.delegated_by,
            since=file.since or "",
            until=file.until,
        )

    def grants(self, given: Iterable[GrantFile], path: Path) -> tuple[Grant, ...]:
        return tuple(Grant(grant.action, self.read(grant, (*path, at))) for at, grant in enumerate(given))

    def route(self, file: RouteFile, number: int) -> Route:
        when = file.when
        return Route(
            queue=file.queue,
            due_hours=file.due_hours,
            layers=tuple(when.layers),
            topics=tuple(when.topics),
            codes=tuple(when.codes),
            owners=tuple(when.owners),
            severities=tuple(when.severities),
            scope=self.read(when, ("routing", "routes", number, "when")),
        )


def cross_references(loaded: Loaded, words: Vocabulary) -> Iterator[PolicyError]:
    """Yield every name in ``guardrails.yaml`` that nothing has: roles, rules, topics, audiences, locales."""
    yield from _roles(loaded)
    yield from _queues(loaded)
    yield from _rule_ids(loaded)
    yield from _topics(loaded)
    yield from _accepted_locales(loaded, words)
    yield from _stop_audiences(loaded, words)


def _roles(loaded: Loaded) -> Iterator[PolicyError]:
    for at, mandate in enumerate(loaded.file.mandates):
        path = ("mandates", at, "delegated_by")
        role = mandate.delegated_by.removeprefix(ROLE)
        if not mandate.delegated_by.startswith(ROLE) or role not in loaded.file.people:
            hint = did_you_mean(mandate.delegated_by, [f"{ROLE}{name}" for name in loaded.file.people])
            message = f"“{mandate.delegated_by}” is no role of “people:”"
            yield loaded.document.error("unknown-role", message, path, help=hint)
        if mandate.since and mandate.since > mandate.until:
            message = f"the mandate ends ({mandate.until}) before it begins ({mandate.since})"
            yield loaded.document.error("wrong-value", message, ("mandates", at, "until"))


def _queues(loaded: Loaded) -> Iterator[PolicyError]:
    routing, people = loaded.file.routing, loaded.file.people
    asked = [routing.default.queue, *(route.queue for route in routing.routes)]
    for name, queue in routing.queues.items():
        if name not in asked:
            hint = did_you_mean(name, asked)
            message = f"no route leads to a queue “{name}”, only to {', '.join(sorted(set(asked)))}"
            yield loaded.document.error("unknown-queue", message, ("routing", "queues", name), help=hint, key=True)
        for at, role in enumerate(queue.roles):
            if role not in people:
                path: Path = ("routing", "queues", name, "roles", at)
                message = f"“{role}” is no role of “people:”"
                yield loaded.document.error("unknown-role", message, path, help=did_you_mean(role, people))


def _rule_ids(loaded: Loaded) -> Iterator[PolicyError]:
    known = [rule.file.id for rule in loaded.rules]
    for section, ids in (("rules", loaded.file.rules), ("unsupported", loaded.file.unsupported)):
        for rule in ids:
            if rule not in known:
                hint = did_you_mean(rule, known)
                message = f"no pack has a rule “{rule}”"
                yield loaded.document.error("unknown-rule", message, (section, rule), help=hint, key=True)


def _topics(loaded: Loaded) -> Iterator[PolicyError]:
    """Yield topics that no rule lists: they can never be present, so what waits for them would never happen."""
    known = {topic for rule in loaded.rules for topic in rule.file.topics}
    named: list[tuple[Path, list[str]]] = [
        *((("mandates", at, "must_stop", "topics"), one.must_stop.topics) for at, one in enumerate(loaded.file.mandates)),
        *((("routing", "routes", at, "when", "topics"), one.when.topics)
          for at, one in enumerate(loaded.file.routing.routes)),
    ]  # fmt: skip
    for path, topics in named:
        for at, topic in enumerate(topics):
            if topic not in known:
                hint = did_you_mean(topic, known) or "Add it to “topics:” of a rule that recognises it."
                message = f"no rule reports the topic “{topic}”"
                yield loaded.document.error("unknown-topic", message, (*path, at), help=hint)


def _accepted_locales(loaded: Loaded, words: Vocabulary) -> Iterator[PolicyError]:
    known = words.scope_values("locale")
    for layer, locales in loaded.file.accept_uncovered.items():
        for locale in locales:
            if locale not in known:
                message = f"the workspace has no locale “{locale}”"
                path = ("accept_uncovered", layer, locale)
                yield loaded.document.error("unknown-value", message, path, help=did_you_mean(locale, known), key=True)


def _stop_audiences(loaded: Loaded, words: Vocabulary) -> Iterator[PolicyError]:
    known = words.scope_values("audience")
    for number, mandate in enumerate(loaded.file.mandates):
        for at, audience in enumerate(mandate.must_stop.audiences):
            if audience not in known:
                message = f"the workspace has no audience “{audience}”"
                path = ("mandates", number, "must_stop", "audiences", at)
                yield loaded.document.error("unknown-value", message, path, help=did_you_mean(audience, known))
