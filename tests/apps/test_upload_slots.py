"""Uploads that stall, and the upload slots they occupy."""

import io
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import pytest

from app.web.request.upload_slots import MOST_EACH, MOST_OF_A_NETWORK
from tests.support.cast import Cast
from tests.support.uploading import make_app, upload

TYPE = "multipart/form-data; boundary=crew"
FILE = b'--crew\r\nContent-Disposition: form-data; name="file"; filename="b.zip"\r\n\r\nx'


class Stalled(io.RawIOBase):
    """A body that gives its first bytes, then blocks until it is released."""

    def __init__(self, start: bytes) -> None:
        self.start = start
        self.stalls, self.released = threading.Event(), threading.Event()

    def readable(self) -> bool:
        return True

    def readinto(self, buffer) -> int:
        if self.start:
            given, self.start = self.start[: len(buffer)], self.start[len(buffer) :]
            buffer[: len(given)] = given
            return len(given)
        self.stalls.set()
        assert self.released.wait(10)
        return 0


@contextmanager
def stalled(
    cast: Cast, name: str, start: bytes, number: int, address: str = "127.0.0.1"
) -> Iterator[list[int]]:
    """Start uploads that stall inside the block, and yield the list that gets their statuses afterwards."""
    api, bodies, statuses = cast.api(name), [Stalled(start) for _ in range(number)], list[int]()

    def send(body: Stalled) -> None:
        environ = {"wsgi.input": body, "CONTENT_TYPE": TYPE, "CONTENT_LENGTH": "1000", "REMOTE_ADDR": address}
        client = api.app.test_client()
        statuses.append(client.post("/bundle/", headers=api.headers, environ_overrides=environ).status_code)

    threads = [threading.Thread(target=send, args=(body,)) for body in bodies]
    for thread in threads:
        thread.start()
    try:
        assert all(body.stalls.wait(10) for body in bodies)
        yield statuses
    finally:
        for body in bodies:
            body.released.set()
        for thread in threads:
            thread.join()


def test_sender_without_permission_is_refused_before_the_file_is_read(cast):
    """It takes no slot, and no thread waits for the rest of it."""
    app = make_app(cast)

    for number in range(MOST_EACH + 1):
        assert answer_to_stalled(cast, "charlie", b"--crew\r\n") == 403, number

    assert upload(cast.api("uma"), app, "1.0.0", b"x").status_code == 200


def answer_to_stalled(cast: Cast, name: str, start: bytes) -> int:
    """Start an upload whose rest never arrives; return the status, which must not wait for it."""
    api, body = cast.api(name), Stalled(start)
    environ = {"wsgi.input": body, "CONTENT_TYPE": TYPE, "CONTENT_LENGTH": "1000"}
    answer = api.app.test_client().post("/bundle/", headers=api.headers, environ_overrides=environ)
    assert not body.stalls.is_set()
    return answer.status_code


def test_slot_is_free_again_after_a_stalled_upload(cast):
    app = make_app(cast)
    for number in range(3):
        with stalled(cast, "uma", FILE, MOST_EACH):
            refused = upload(cast.api("uma"), app, f"1.0.{number}", b"x")
            assert (refused.status_code, refused.get_json()["error"]) == (429, "Too many uploads at once")
            assert refused.headers["Retry-After"] == "5"
            assert upload(cast.api("wendy"), app, f"1.0.{number}", b"x").status_code == 200

    assert upload(cast.api("uma"), app, "2.0.0", b"x").status_code == 200


@pytest.mark.parametrize(
    ("address", "status"), [("192.0.2.7", 503), ("192.0.2.8", 200), ("2001:db8::1", 200)]
)
def test_accounts_of_one_network_leave_slots_for_others(cast, address, status):
    """One person can have several accounts with the right to upload, in organizations of their own."""
    app, uploaders = make_app(cast), ("alice", "adam", "wendy")
    assert len(uploaders) * MOST_EACH == MOST_OF_A_NETWORK
    with ExitStack() as uploads:
        for name in uploaders:
            uploads.enter_context(stalled(cast, name, FILE, MOST_EACH, "192.0.2.7"))
        elsewhere = cast.api("uma")
        elsewhere.client.environ_base["REMOTE_ADDR"] = address

        assert upload(elsewhere, app, "1.0.0", b"x").status_code == status
