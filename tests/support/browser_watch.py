"""A browser visitor that detects attacks: it records every dialog, policy violation and foreign request."""

from collections.abc import Iterator

from playwright.sync_api import BrowserContext, Error, Request, Response, Route

from tests.support.browsing import Visitor
from tests.support.hostile_team import HostileTeam
from tests.support.serving import Served

# The only foreign host that a test may allow; its images contain a script.
PICTURES = "https://pictures.test"
# Runs before everything else on each page, whatever the page's policy.
_LISTEN = """document.addEventListener("securitypolicyviolation", event =>
    console.error("policy violated: " + event.violatedDirective + " " + event.blockedURI))"""
# Elements that only an attack can have added: no template of ours writes any of them.
LOOK = """() => [...document.querySelectorAll("*")].filter(element =>
    element.matches("iframe, base, embed, math, body style, img[src='x'], [srcdoc], [hx-trigger=load]")
    || element.matches("script:not([src])") || element.matches("meta[http-equiv=refresh]")
    || element.matches("[href^='javascript:' i], [src^='javascript:' i], [action^='javascript:' i]")
    || element.matches("form[action*='evil.test'], link[href*='evil.test']")
    || [...element.attributes].some(attribute => attribute.name.startsWith("on"))
).map(element => element.outerHTML.slice(0, 120))"""
_TEXTS = "input:is([type=text], [type=search], [type=email], [type=url], [type=password]), textarea"
_FORMS = f"""[...document.querySelectorAll("form")].filter(form => form.querySelector("{_TEXTS}"))"""
_SEND = f"""([number, payload]) => {{
    const form = {_FORMS}[number];
    form.querySelectorAll("{_TEXTS}").forEach(field => {{ field.type = "text"; field.value = payload }});
    form.noValidate = true;
    setTimeout(() => form.requestSubmit());
}}"""
_PICTURE = '<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><script>alert(1)</script></svg>'


def _answers_a_form(response: Response) -> bool:
    return response.request.resource_type in {"document", "fetch", "xhr"}


class Watcher(Visitor):
    """A visitor that records every sign of an attack on the pages it opens."""

    def __init__(self, context: BrowserContext, served: Served, team: HostileTeam) -> None:
        context.add_init_script(_LISTEN)
        self.pictures = 0
        super().__init__(context, served)
        self.team = team
        self.page.on("request", self._note)

    def enter(self, address: str) -> None:
        """Sign in by copying a session cookie into the browser."""
        self.carry(self.team.cookie(address))

    def carry(self, value: str) -> None:
        """Set the session cookie of the browser."""
        name = self.served.portal.app.config["SESSION_COOKIE_NAME"]
        self.context.add_cookies([{"name": name, "value": value, "url": self.served.url}])

    def expect_pictures(self) -> None:
        """Allow images from the foreign host; otherwise a request for one is a complaint."""
        self.context.route(f"{PICTURES}/**", self._draw)

    def look(self, path: str) -> int:
        """Open a page and check it; return its status."""
        answer = self.page.goto(self.served.url + path)
        assert answer is not None
        self.check()
        return answer.status

    def check(self) -> None:
        """Record every element on the page that only an attack can have added."""
        self.complaints += [f"on {self.page.url}: {element}" for element in self._found()]

    def attack(self, path: str, payloads: Iterator[str], *, forms: int) -> None:
        """Submit each form of a page with the next payload in all its text fields."""
        for number in range(forms):
            self.look(path)
            with self.page.expect_response(_answers_a_form):
                self.page.evaluate(_SEND, [number, next(payloads)])
            self._settle()
            self.check()

    def _found(self) -> list[str]:
        """Return the suspicious elements; if the page navigates meanwhile, look at the next page."""
        for _ in range(5):
            try:
                return list(self.page.evaluate(LOOK))
            except Error as error:
                if "context was destroyed" not in error.message:
                    raise
                self.page.wait_for_load_state("load")
        raise AssertionError(f"{self.page.url} leads on and on")

    def _settle(self) -> None:
        """Wait until the response, or the page it leads to, is drawn."""
        self.page.wait_for_timeout(150)
        self.page.wait_for_load_state("load")

    def _note(self, request: Request) -> None:
        if request.url.startswith("http") and not request.url.startswith((f"{self.served.url}/", PICTURES)):
            self.complaints.append(f"asked {request.url}")

    def _draw(self, route: Route) -> None:
        """Serve an image, and record a complaint if the request reveals a referrer or a cookie."""
        self.pictures += 1
        if "referer" in route.request.headers or "cookie" in route.request.headers:
            self.complaints.append(f"revealed {route.request.headers}")
        route.fulfill(body=_PICTURE, content_type="image/svg+xml")
