"""Pages are sent compressed, the API is not; a length never tells what a page holds."""

from __future__ import annotations

from pathlib import Path

from api.app import create_app
from tests.conftest import client_at_home


def test_pages_and_their_files_are_compressed_and_the_api_is_not(tmp_path: Path) -> None:
    with client_at_home(create_app(f"sqlite:///{tmp_path / 'w.db'}")) as client:
        page = client.get("/patterns")
        assert page.headers["content-encoding"] == "gzip"
        assert "Accept-Encoding" in page.headers["vary"]
        assert "</html>" in page.text
        assert int(page.headers["content-length"]) < len(page.content) / 4
        assert "content-encoding" not in client.get("/api/v1/permissions").headers
        assert client.get("/static/pages/pages.css").headers["content-encoding"] == "gzip"
        assert "content-encoding" not in client.get("/patterns", headers={"accept-encoding": "identity"}).headers


def test_one_page_has_many_lengths(tmp_path: Path) -> None:
    with client_at_home(create_app(f"sqlite:///{tmp_path / 'w.db'}")) as client:
        lengths = {client.get("/about").headers["content-length"] for _ in range(30)}
    assert len(lengths) > 10


def test_a_file_that_the_browser_has_is_not_sent_again(tmp_path: Path) -> None:
    with client_at_home(create_app(f"sqlite:///{tmp_path / 'w.db'}")) as client:
        first = client.get("/static/pages/pages.css")
        again = client.get("/static/pages/pages.css", headers={"if-none-match": first.headers["etag"]})
    assert again.status_code == 304
