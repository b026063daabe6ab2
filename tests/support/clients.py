"""HTTP clients for tests: an API client, and a browser that checks every page it receives."""

import re
from typing import Any

from bs4 import BeautifulSoup
from flask import Flask
from werkzeug.test import Cookie, TestResponse

from tests.support.specification import assert_described

ACCEPT_PAGE = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


class Api:
    """An API client. Every answer must be one that the specification describes."""

    def __init__(self, app: Flask, headers: dict[str, str]) -> None:
        self.app = app
        self.client = app.test_client(use_cookies=False)
        self.headers = headers

    def get(self, path: str, **query: Any) -> TestResponse:
        return self.send("GET", path, query_string=query)

    def post(self, path: str, **body: Any) -> TestResponse:
        return self.send("POST", path, json=body)

    def put(self, path: str, **body: Any) -> TestResponse:
        return self.send("PUT", path, json=body)

    def delete(self, path: str, **body: Any) -> TestResponse:
        return self.send("DELETE", path, json=body)

    def send(self, method: str, path: str, **options: Any) -> TestResponse:
        """Send any request; options are Werkzeug's (`data`, `content_type`, `query_string`, …)."""
        headers = {**self.headers, **options.pop("headers", {})}
        answer = self.client.open(path, method=method, headers=headers, **options)
        if answer.mimetype != "text/html":
            assert_described(self.app, answer)
        return answer


class Browser:
    """A browser without JavaScript; `htmx()` sends the requests that htmx would send."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.client = app.test_client()
        self.page: BeautifulSoup | None = None
        self._tokens: dict[str, str] = {}

    def get(self, path: str, *, status: int = 200) -> BeautifulSoup:
        """Open a page, follow redirects, and check the result."""
        response = self.client.get(path, headers={"Accept": ACCEPT_PAGE}, follow_redirects=True)
        assert response.status_code == status, (response.status_code, response.text[-2000:])
        return self._checked(response)

    def submit(
        self, path: str, *, method: str = "POST", status: int = 200, follow: bool = True, **fields: Any
    ) -> TestResponse:
        """Submit a form with this browser's CSRF token; a `method` other than POST is sent as `_method`."""
        response = self.client.post(
            path,
            data={**fields, **self._hidden(method)},
            headers={"Accept": ACCEPT_PAGE, "Sec-Fetch-Site": "same-origin"},
            follow_redirects=follow,
        )
        assert response.status_code == status, (response.status_code, response.text[-2000:])
        if response.mimetype == "text/html" and response.data:
            self._checked(response)
        return response

    def htmx(self, path: str, *, method: str = "POST", **fields: Any) -> TestResponse:
        """Send the request that htmx would send; return the fragment unchecked."""
        headers = {
            "HX-Request": "true",
            "Accept": "text/html",
            "Sec-Fetch-Site": "same-origin",
            "HX-Current-URL": f"http://localhost{path}",
        }
        if method == "GET":
            return self.client.get(path, query_string=fields, headers=headers)
        return self.client.post(path, data={**fields, **self._hidden(method)}, headers=headers)

    def json(self, method: str, path: str, **options: Any) -> TestResponse:
        """Send JSON with the cookie and its CSRF token, as a script on the page could."""
        headers = {"X-CSRFToken": self.token(), **options.pop("headers", {})}
        answer = self.client.open(path, method=method, headers=headers, **options)
        assert_described(self.app, answer)
        return answer

    def log_in(self, address: str, password: str, *, status: int = 200) -> TestResponse:
        """Submit the sign-in form."""
        return self.submit("/login/", email=address, password=password, status=status)

    def enter(self, secret: str) -> None:
        """Sign in with an existing session, without the form and without hashing a password."""
        with self.client.session_transaction() as cookie:
            cookie.permanent = True
            cookie["_user_id"] = secret

    def cookie(self) -> Cookie | None:
        """Return the session cookie, or None."""
        return self.client.get_cookie(self.app.config["SESSION_COOKIE_NAME"])

    def set_cookie(self, value: str) -> None:
        """Set the session cookie."""
        self.client.set_cookie(self.app.config["SESSION_COOKIE_NAME"], value)

    def token(self) -> str:
        """Return the CSRF token of this browser's cookie; it lasts as long as the cookie's contents."""
        cookie = self.cookie()
        if cookie is None or cookie.value not in self._tokens:
            token = str(self.client.get("/login/").get_json()["data"]["csrf_token"])
            cookie = self.cookie()
            if cookie is None:
                return token
            self._tokens[cookie.value] = token
        return self._tokens[cookie.value]

    def flash(self) -> str:
        """Return the text of the notices on the page."""
        assert self.page is not None
        found = self.page.find(id="flash")
        return " ".join(found.get_text(" ").split()) if found else ""

    def _hidden(self, method: str) -> dict[str, str]:
        hidden = {"csrf_token": self.token()}
        return hidden if method == "POST" else {**hidden, "_method": method}

    def _checked(self, response: TestResponse) -> BeautifulSoup:
        page = BeautifulSoup(response.text, "html.parser")
        check_page(page, response.text)
        self.page = page
        return page


def check_page(page: BeautifulSoup, source: str) -> None:
    """Check what every page guarantees: one h1, a title, unique ids, complete forms, nothing inline."""
    assert len(page.find_all("h1")) == 1, [heading.get_text() for heading in page.find_all("h1")]
    assert page.title is not None
    assert page.title.get_text().strip()
    ids = [element["id"] for element in page.find_all(id=True)]
    assert len(ids) == len(set(ids)), sorted(name for name in set(ids) if ids.count(name) > 1)
    for form in page.find_all("form"):
        assert form.get("action"), form
        if str(form.get("method", "get")).lower() == "post":
            assert form.find("input", attrs={"name": "csrf_token"}), form
    assert not re.search(r"<script(?![^>]*\bsrc=)|\sstyle=|\son[a-z]+=|hx-on", source)
