"""A server with keys for several people and agents."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tests.gates import Clock
from tests.surfaces.http.serving import Served, assert_problem

TEXT = "The light of Lampadio is dull."
PLACE = {"channel": "blog", "market": "uk", "locale": "en-GB"}
ROLES = {"legal": "legal-counsel", "press": "head-of-communications", "editor": "head-of-content"}


@dataclass(frozen=True)
class People:
    """A server with keys: ``agent`` submits and reads, the others are people with the scopes review, read, operate."""

    http: Served
    clock: Clock
    headers: dict[str, dict[str, str]]

    def submit(self, text: str = TEXT, who: str = "agent", **context: str) -> Any:
        """Have a text checked on the blog, by default one that names a rival."""
        body = {"fields": [{"id": "body", "text": text}], "context": {**PLACE, **context}}
        return self.http.check(body, headers=self.headers[who]).json()

    def ask(self, method: str, path: str, who: str = "legal", **more: Any) -> Any:
        """Send a request as somebody."""
        return self.http.client.request(method, path, headers=self.headers[who], **more)

    def review(self, who: str = "legal") -> Any:
        """The one open review, in full."""
        (question,) = self.ask("GET", "/v1/reviews", who).json()["questions"]
        return self.ask("GET", f"/v1/reviews/{question['texts'][0]['id']}", who).json()

    def answer(self, review: Any, who: str = "legal", **changes: Any) -> Any:
        """POST an answer, by default an approval."""
        body = {
            "decision": "approve", "seen": review["seen"], "reason": "Fair.", "relevance": "yes", "positioning": "partly",
            "stop_needed": True, **changes,
        }  # fmt: skip
        return self.ask(
            "POST", f"/v1/reviews/{review['id']}/decisions", who, json={k: v for k, v in body.items() if v is not None}
        )


def plain(body: dict[str, Any]) -> dict[str, Any]:
    """A body without the keys of a decision about a text."""
    return {**body, "relevance": None, "positioning": None, "stop_needed": None}


def verdict(people: People, text: str = TEXT, **context: str) -> tuple[str, str | None]:
    """Verdict and who answers for it."""
    assessment = people.submit(text, **context)["assessment"]
    return assessment["verdict"], assessment["accountable"]


def refused(people: People, **changes: Any) -> tuple[int, str]:
    """Status and code with which an answer is refused."""
    review, who = changes.pop("review", None) or people.review(), changes.pop("who", "legal")
    answer = people.answer(review, who, **changes)
    return answer.status_code, assert_problem(answer, answer.status_code, answer.json()["code"])["code"]
