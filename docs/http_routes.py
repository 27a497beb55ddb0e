"""Writes docs/reference/http.md: every route, what it is for, and who may ask it in which relation.

``python -m docs.http_routes``; a test holds the file equal to what the service and the table of rights say.
"""

from __future__ import annotations

from pathlib import Path

from api.access.policy import policy_of, served_routes
from api.app import create_app
from data.accounts import ACCOUNT_ROLES
from data.permissions import load_permissions

FILE = Path(__file__).parent / "reference" / "http.md"
HEAD = """# The HTTP API: routes and who may ask them

Written by `python -m docs.http_routes` from the service and from `data/reference/permissions.yaml`; what goes in and
comes out, with examples, stands in the description that `worktrial openapi` writes (and at `/docs` on your own
machine). Errors are [problems](problems.md) (RFC 9457).

A change needs a header `Idempotency-Key`, random and new for each change: sent again within 24 hours it gives the same
answer and changes nothing more. What answers with a list gives `next`, the `cursor` of the page after it. Every GET has
an ETag. A role that is not named may never do it (403); a thing that is not one's own looks like one that is not there
(404). On your own machine, without accounts, whoever asks may do everything; drafting and moving trials needs a
name, which the setting `operator` gives ([settings](settings.md)).

| route | for | who |
|---|---|---|
"""
PAGES = """

## Pages

The same functions as HTML, in the language of the reader (`?lang=fi|sv|en` keeps it). A form carries its own key
(`once`), so that a second click changes nothing more.

| page | what it does | who |
|---|---|---|
"""
WORDS = {
    "own": "own account", "self": "about themself", "caseload": "own caseload", "tenant": "own organisation",
    "emergency": "opened in an emergency", "site": "own sites", "all": "all",
}  # fmt: skip


def written() -> str:
    """Give the file as it should be."""
    permissions, app = load_permissions(), create_app("sqlite://")
    api, pages = [], []
    for method, route in sorted(served_routes(app.routes), key=lambda one: (one[1].path, one[0])):
        policy = policy_of(route)
        who = "everybody"
        if policy is not None:
            needed = {role: permissions.needed(role, policy.action.id) for role in ACCOUNT_ROLES}
            said = [f"{role} ({WORDS[relation]})" if relation != "all" else str(role)
                    for role, relation in needed.items() if relation]  # fmt: skip
            who = ", ".join(said)
        if route.path.startswith("/api/"):
            api.append(f"| `{method} {route.path}` | {route.summary} | {who} |")
        else:
            pages.append(f"| `{method} {route.path}` | {route.description.splitlines()[0]} | {who} |")
    return HEAD + "\n".join(api) + PAGES + "\n".join(pages) + "\n"


if __name__ == "__main__":
    FILE.write_text(written(), encoding="utf-8")
