"""The documented nginx and Caddy in front of a real portal: what they forward, and what they block."""

import json
import re
import shutil
import socket
import ssl
import subprocess
import time

import httpx
import pytest

from tests.support.documented_commands import ROOT, blocks
from tests.support.ports import free_port
from tests.support.serving import PASSWORD, Served

PAGE = (ROOT / "docs" / "operations.md").read_text()
pytestmark = [pytest.mark.long, pytest.mark.timeout(180)]
TOKEN = "a-token-of-the-operator-0123456789"
METRICS = [
    "/metrics",
    "/metrics/",
    "/metrics?x=1",
    "/%6detrics",
    "/metrics/?x",
    "/x/../metrics/",
    "/./metrics",
]


@pytest.fixture
def certificate(tmp_path):
    """Return a certificate for the name in the example."""
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not installed")
    pem, key = tmp_path / "crew.pem", tmp_path / "crew.key"
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=crew"]
    command += ["-addext", "subjectAltName=DNS:crew.example.com", "-keyout", str(key), "-out", str(pem)]
    subprocess.run(command, check=True, capture_output=True)
    return pem, key


class Front:
    """A proxy in front of a portal: its ports, and clients that resolve its name to its address."""

    def __init__(self, tmp_path, certificate, name):
        self.pem, self.key = certificate
        self.http, self.https = free_port(), free_port()
        self.folder = tmp_path / name
        self.folder.mkdir()
        self.portal = Served(
            tmp_path / "instance",
            CREWROOM_BASE_URL=f"https://crew.example.com:{self.https}",
            CREWROOM_TRUSTED_PROXIES="127.0.0.1, ::1",
            CREWROOM_METRICS_TOKEN=TOKEN,
        )
        self.process = None

    def start(self, command):
        self.portal.start()
        with (self.folder / "log").open("w") as log:
            self.process = subprocess.Popen(command, cwd=self.folder, stdout=log, stderr=log)
        for _ in range(100):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.https)) == 0:
                    return
            time.sleep(0.1)
        raise AssertionError((self.folder / "log").read_text())

    def stop(self):
        if self.process:
            self.process.terminate()
            self.process.wait(20)
        self.portal.stop()

    def client(self, host="127.0.0.1", **headers):
        context = ssl.create_default_context(cafile=str(self.pem))
        named = httpx.Client(verify=context, timeout=20, headers=headers)

        def ask(method, path, scheme="https", **options):
            port = self.https if scheme == "https" else self.http
            name = "crew.example.com"
            given = {"Host": name if scheme == "http" else f"{name}:{port}", **options.pop("headers", {})}
            written = f"[{host}]" if ":" in host else host
            extensions = {"sni_hostname": name}
            return named.request(
                method, f"{scheme}://{written}:{port}{path}", headers=given, extensions=extensions, **options
            )

        return ask

    def addresses(self):
        lines = [json.loads(line) for line in self.portal.log().splitlines() if line.startswith("{")]
        return [line["address"] for line in lines if line.get("event") == "request"]


def adapted_example(written, front):
    """Return the example with free ports, our certificate and no privileges, otherwise unchanged."""
    for before, after in {
        "listen 80;": f"listen 127.0.0.1:{front.http};",
        "listen [::]:80;": f"listen [::1]:{front.http};",
        "listen 443 ssl;": f"listen 127.0.0.1:{front.https} ssl;",
        "listen [::]:443 ssl;": f"listen [::1]:{front.https} ssl;",
        "/etc/ssl/crew.example.com.pem": str(front.pem),
        "/etc/ssl/private/crew.example.com.key": str(front.key),
        "https://crew.example.com$request_uri": f"https://crew.example.com:{front.https}$request_uri",
        "127.0.0.1:8000": f"127.0.0.1:{front.portal.port}",
    }.items():
        assert before in written, before
        written = written.replace(before, after)
    return written


@pytest.fixture
def nginx(tmp_path, certificate):
    if shutil.which("nginx") is None:
        pytest.skip("nginx is not installed")
    front = Front(tmp_path, certificate, "nginx")
    (example,) = blocks(PAGE, "nginx")
    folder = front.folder
    temporary = "".join(
        f"{kind}_temp_path {folder}/{kind};\n"
        for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    (folder / "nginx.conf").write_text(
        f"daemon off;\nerror_log {folder}/error.log;\npid {folder}/pid;\nevents {{}}\nhttp {{\n"
        f"access_log off;\n{temporary}{adapted_example(example, front)}\n}}\n"
    )
    command = ["nginx", "-c", str(folder / "nginx.conf"), "-p", str(folder), "-e", str(folder / "error.log")]
    tested = subprocess.run([*command, "-t"], capture_output=True, text=True, check=False)
    assert tested.returncode == 0, tested.stderr
    assert "warn" not in tested.stderr
    front.start(command)
    yield front
    front.stop()


@pytest.fixture
def caddy(tmp_path, certificate):
    if shutil.which("caddy") is None:
        pytest.skip("caddy is not installed")
    front = Front(tmp_path, certificate, "caddy")
    (example,) = blocks(PAGE, "caddy")
    site = f"crew.example.com:{front.https} {{\n    tls {front.pem} {front.key}\n"
    written = example.replace("crew.example.com {\n", site).replace(
        "127.0.0.1:8000", f"127.0.0.1:{front.portal.port}"
    )
    assert site in written
    options = f"{{\n    admin off\n    http_port {front.http}\n    https_port {front.https}\n}}\n"
    (front.folder / "Caddyfile").write_text(options + written)
    front.start(["caddy", "run", "--config", str(front.folder / "Caddyfile"), "--adapter", "caddyfile"])
    yield front
    front.stop()


@pytest.fixture(params=["nginx", "caddy"])
def front(request):
    return request.getfixturevalue(request.param)


def test_people_can_sign_in_through_the_proxy_and_metrics_are_hidden(front):
    person = front.portal.portal.person("Ada", "ada@example.com")
    ask = front.client()

    for path in METRICS:
        hidden = ask("GET", path, headers={"Authorization": f"Bearer {TOKEN}"})
        assert (path, hidden.status_code) == (path, 404)
        assert "crewroom_" not in hidden.text
    token = ask("GET", "/login/").json()["data"]["csrf_token"]
    origin = {"X-CSRFToken": token, "Origin": f"https://crew.example.com:{front.https}"}
    entered = ask("POST", "/login/", headers=origin, json={"email": person.email, "password": PASSWORD})

    assert entered.status_code == 200
    assert ask("GET", "/organization/").json() == {"data": []}
    assert ask("GET", "/readyz").status_code == 200
    assert ask("GET", "/metricsx").status_code == 404


def test_http_redirects_to_https_and_keeps_the_path(front):
    ask = front.client()

    for method in ("GET", "POST"):
        moved = ask(method, "/organization/members/?orgId=org_1&x=%2F", scheme="http")

        assert moved.status_code in {301, 308}
        where = re.sub(r":\d+", "", moved.headers["Location"])
        assert where == "https://crew.example.com/organization/members/?orgId=org_1&x=%2F"


FORGED = {
    "X-Forwarded-For": "203.0.113.66",
    "X-Forwarded-Host": "evil.example",
    "X-Forwarded-Proto": "http",
    "X_Forwarded_For": "203.0.113.67",
    "Forwarded": "for=203.0.113.68;host=evil.example",
    "X-Real-IP": "203.0.113.69",
}


@pytest.mark.parametrize("address", ["127.0.0.1", "::1"])
def test_forged_headers_do_not_change_the_address_of_the_peer(nginx, address):
    ask = nginx.client(address, **FORGED)

    answer = ask("GET", "/organization/", headers={"Accept": "text/html"})

    assert answer.status_code == 303
    assert answer.headers["Location"].startswith("/login/")
    assert nginx.addresses()[-1] == address


def test_a_large_upload_passes_through_the_proxy(nginx):
    person = nginx.portal.portal.person("Ada", "ada@example.com")
    key = nginx.portal.portal.key(person)
    ask = nginx.client(authorization=key)
    org = ask("PUT", "/organization/", json={"name": "Northwind"}).json()["id"]
    app = ask("POST", "/app/", json={"orgId": org, "name": "Shop"}).json()["data"]["id"]
    for version, path in (("1.0.0", "/bundle/"), ("1.0.1", "/bundle")):
        files = {"file": ("shop.zip", b"x" * 3_000_000)}
        sent = ask("POST", path, data={"app_id": app, "version": version}, files=files)
        assert sent.status_code == 200, sent.text
