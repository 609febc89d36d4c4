"""Promises of a store in a Valkey server beside the contract: outages, resent puts, its own clock, who may share."""

import os
import re
import shutil
import signal
import socketserver
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
import valkey as library

from tests.engine.asserting import refuses
from tests.webapp.store.test_store import turn_sixty_times
from tests.webapp.store.valkey_server import ValkeyServer, free_port, needs_valkey, until
from webapp.sessions.seal import secret_check
from webapp.settings import Settings
from webapp.store import Conflict, Key, Limits, StoredRow, StoreError
from webapp.store.open_store import open_store
from webapp.store.valkey import ValkeyStore
from webapp.store.valkey_client import ValkeyClient

pytestmark = needs_valkey
ROOMY = Limits(age=1000.0, rows=100, total=10_000_000)
A, B = Key("ann", "one"), Key("ann", "two")
SECRET, PASSWORD = "s" * 32, "p-a-s-s-w-o-r-d"
CHECK = secret_check(SECRET)
Start = Callable[..., ValkeyServer]


@pytest.fixture
def start(tmp_path: Path, closes: ExitStack) -> Start:
    def started(**settings: str) -> ValkeyServer:
        server = ValkeyServer(tmp_path, **settings)
        closes.callback(server.kill)
        return server

    return started


@pytest.fixture
def open_at(closes: ExitStack) -> Callable[..., ValkeyStore]:
    return lambda address, limits=ROOMY: closes.enter_context(closing(ValkeyStore(address, "sessions", limits)))


Open = Callable[..., ValkeyStore]


@contextmanager
def asking(server: ValkeyServer) -> Iterator[Any]:
    with closing(library.Valkey(port=server.port)) as client:
        yield client


def test_no_acknowledged_put_is_lost_to_kill_9_and_a_restart_is_no_error(start: Start, open_at: Open) -> None:
    server = start()
    store = open_at(server.address)
    acknowledged: list[int] = []
    enough, over = threading.Event(), threading.Event()

    def write() -> None:
        version = 0
        while not over.is_set():
            store.put(A, f"{version + 1}".encode() * 500, version + 1, expected=version)
            version += 1
            acknowledged.append(version)
            if len(acknowledged) % 100 == 0:
                enough.set()

    writer = threading.Thread(target=write)
    writer.start()
    for _ in range(3):
        enough.clear()
        assert enough.wait(10), acknowledged
        server.kill()
        server.start()
    over.set()
    writer.join()
    assert open_at(server.address).get(A) == StoredRow(f"{acknowledged[-1]}".encode() * 500, acknowledged[-1])
    assert acknowledged == list(range(1, len(acknowledged) + 1))


class LosesReplies:
    """Lets every second request through and breaks the connection before its reply comes."""

    def __init__(self, store: ValkeyStore, monkeypatch: pytest.MonkeyPatch) -> None:
        self._send = store._server._valkey.eval
        self.sent = 0
        monkeypatch.setattr(store._server._valkey, "eval", self)

    def __call__(self, *words: Any) -> Any:
        reply = self._send(*words)
        self.sent += 1
        if self.sent % 2:
            raise library.ConnectionError("the reply is lost")
        return reply


def test_a_put_whose_reply_was_lost_counts_once(start: Start, open_at: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    store = open_at(start().address)
    lossy = LosesReplies(store, monkeypatch)
    store.put(A, b"first", 1, expected=0)
    store.put(A, b"second", 2, expected=1)
    assert lossy.sent == 4
    refuses(Conflict, store.put, A, b"late", 2, expected=1, match="expected version 1, found 2")
    assert store.get(A) == StoredRow(b"second", 2)


def test_of_two_stores_that_write_one_row_the_later_gets_a_conflict(start: Start, open_at: Open) -> None:
    address = start().address
    one, two = open_at(address), open_at(address)
    one.put(A, b"from one", 7, expected=0)
    two.put(A, b"from two", 8, expected=7)
    refuses(Conflict, one.put, A, b"late", 8, expected=7)
    assert one.get(A) == StoredRow(b"from two", 8)


@contextmanager
def hanging(server: ValkeyServer) -> Iterator[None]:
    """The server takes what it is sent, and does nothing with it until it goes on."""
    os.kill(server.pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(server.pid, signal.SIGCONT)


@pytest.mark.soak
def test_a_put_that_was_given_up_is_not_written_when_a_hanging_server_goes_on(start: Start, open_at: Open) -> None:
    server = start()
    store, other = open_at(server.address), open_at(server.address)
    store.put(A, b"first", 1, expected=0)
    with hanging(server), pytest.raises(StoreError, match="does not answer"):
        store.put(A, b"given up", 2, expected=1)
    assert other.get(A) == StoredRow(b"first", 1)
    until(lambda: answers(store))
    store.put(A, b"second", 2, expected=1)
    assert other.get(A) == StoredRow(b"second", 2)


def answers(store: ValkeyStore) -> bool:
    try:
        store.get(B)
    except StoreError:
        return False
    return True


@pytest.mark.parametrize("seconds", [-300, 300])
def test_a_clock_of_the_server_that_is_set_makes_no_put_late(start: Start, open_at: Open, seconds: int) -> None:
    store = open_at(start().address)
    store.put(A, b"first", 1, expected=0)
    assert store._ahead is not None
    store._ahead += seconds
    store.put(A, b"second", 2, expected=1)
    store.put(A, b"third", 3, expected=2)
    assert store.get(A) == StoredRow(b"third", 3)


def test_a_server_that_is_late_is_a_sentence(start: Start, open_at: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    store = open_at(start().address)
    monkeypatch.setattr(store, "_by_server", lambda _moment: "1.0")
    refuses(StoreError, store.put, A, b"row", 1, expected=0, match="took more than 2 s for a row, and did not write it")
    assert store.get(A) is None


@pytest.mark.parametrize("wrong_by", [-300.0, 10**8])
def test_the_clock_of_this_process_decides_nothing(
    start: Start, open_at: Open, monkeypatch: pytest.MonkeyPatch, wrong_by: float
) -> None:
    address = start().address
    right = open_at(address, ROOMY._replace(age=60.0))
    right.put(A, b"row", 1, expected=0)
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + wrong_by)
    wrong = open_at(address, ROOMY._replace(age=60.0))
    assert wrong.get(A) == StoredRow(b"row", 1)
    wrong.put(A, b"again", 2, expected=1)
    wrong.put(B, b"other", 1, expected=0)
    assert right.get(A) == StoredRow(b"again", 2)


def test_rows_end_by_the_clock_of_the_server_and_valkey_deletes_what_nobody_puts(start: Start, open_at: Open) -> None:
    server = start()
    store = open_at(server.address, ROOMY._replace(age=0.1))
    store.put(A, b"row", 1, expected=0)
    with asking(server) as client:
        keys = client.keys("nnbench:*")
        assert len(keys) == 6
        assert all(0 < client.pttl(key) <= 1100 for key in keys)
    until(lambda: store.get(A) is None)
    store.put(A, b"new", 1, expected=0)
    assert store.get(A) == StoredRow(b"new", 1)


def test_the_total_is_the_sum_of_the_rows_after_any_sequence_of_calls(start: Start, open_at: Open) -> None:
    server = start()
    turn_sixty_times(open_at(server.address, Limits(1000.0, 2, 5000)))
    with asking(server) as client:
        sizes, rows = client.hgetall("nnbench:{sessions}:sizes"), client.keys("nnbench:{sessions}:row:*")
        assert sum(map(int, sizes.values())) == int(client.get("nnbench:{sessions}:bytes"))
        assert 0 < int(client.get("nnbench:{sessions}:bytes")) <= 5000
        assert {f"nnbench:{{sessions}}:row:{name.decode()}".encode() for name in sizes} == set(rows)
        assert {client.hlen(row) for row in rows} == {4}
        assert client.zcard("nnbench:{sessions}:order") == len(rows)


def why_not(store: ValkeyStore, check: str = CHECK) -> str:
    with pytest.raises(StoreError) as refused:
        store.join(check)
    return str(refused.value)


def test_another_secret_is_refused(start: Start, open_at: Open, caplog: pytest.LogCaptureFixture) -> None:
    open_at(start().address).join(CHECK)
    (first,) = caplog.messages
    assert "is empty, as that of a new bench is. If it was to be restored, stop it: a snapshot alone is" in first
    server = start()
    open_at(server.address).join(CHECK)
    open_at(server.address).join(CHECK)
    sentence = why_not(open_at(server.address), secret_check("t" * 32))
    assert "sealed with another SECRET_KEY. Give every process of a bench the same one" in sentence
    with asking(server) as client:
        assert (client.get("nnbench:secret"), client.pttl("nnbench:secret")) == (CHECK.encode(), -1)
    assert SECRET not in CHECK
    assert len(CHECK) == 16


def test_a_server_that_is_back_empty_is_said_by_all_and_one_of_another_is_refused(start: Start, open_at: Open) -> None:
    server = start(appendonly="no")
    stores = [open_at(server.address) for _ in range(2)]
    for store in stores:
        store.join(CHECK)
        store.put(A, b"row", 1, expected=0) if store is stores[0] else None
    assert [store.look() for store in stores] == ["", ""]
    server.kill()
    server.start()
    for store in (*stores, *stores):
        assert re.fullmatch(r"At \d\d:\d\d on .* the store was empty, or had the rows of .*\.", store.look())
    with asking(server) as client:
        assert client.get("nnbench:secret") == CHECK.encode()
        client.flushall()
        open_at(server.address).join(secret_check("t" * 32))
    refuses(StoreError, stores[0].look, match="sealed with another SECRET_KEY")


@pytest.mark.parametrize(("settings", "sentence"), [
    ({"appendonly": "no"}, "loses checkpoints when it is restarted. Set appendonly yes there"),
    ({"appendfsync": "everysec"}, "Set appendfsync always (everysec now)."),
    ({"maxmemory-policy": "allkeys-lru"}, "Set maxmemory-policy noeviction there (allkeys-lru now)."),
])  # fmt: skip
def test_settings_that_may_lose_rows_are_a_warning(
    start: Start, open_at: Open, caplog: pytest.LogCaptureFixture, settings: dict[str, str], sentence: str
) -> None:
    store = open_at(start(**settings).address)
    store.join(CHECK)
    assert sentence in caplog.text
    store.put(A, b"row", 1, expected=0)


def test_a_wrong_password_is_not_said_again(start: Start, open_at: Open, caplog: pytest.LogCaptureFixture) -> None:
    port = start(requirepass="another").port
    for address in (f"valkey://:{PASSWORD}@127.0.0.1:{port}", f"valkey://ann:{PASSWORD}@127.0.0.1:{port}/3"):
        sentence = why_not(open_at(address))
        assert f"The store valkey://127.0.0.1:{port}" in sentence
        assert "does not take the name and password in STORE" in sentence
        assert PASSWORD not in sentence + caplog.text
        assert "ann" not in sentence
    assert "does not take the name and password" in why_not(open_at(f"valkey://127.0.0.1:{port}"))


def test_a_password_in_the_address_opens_the_store(start: Start, open_at: Open) -> None:
    store = open_at(f"valkey://:p%40ss@127.0.0.1:{start(requirepass='p@ss').port}")
    store.join(CHECK)
    store.put(A, b"row", 1, expected=0)
    assert store.get(A) == StoredRow(b"row", 1)


ENOUGH = (
    "~nnbench:* +info +config|get +select +eval +time +get +set +incr +incrby +decrby +del +pexpire "
    "+hget +hmget +hset +hdel +zadd +zrem +zrange +zcard"
)


def test_a_user_with_a_few_commands_is_enough_and_without_them_a_sentence(start: Start, open_at: Open) -> None:
    server = start()
    with asking(server) as client:
        client.execute_command("ACL", "SETUSER", "bench", "on", f">{PASSWORD}", "-@all", *ENOUGH.split())
        client.execute_command("ACL", "SETUSER", "nobody", "on", f">{PASSWORD}", "-@all", "+ping")
    store = open_at(f"valkey://bench:{PASSWORD}@127.0.0.1:{server.port}")
    store.join(CHECK)
    assert store.look() == ""
    store.put(A, b"row", 1, expected=0)
    store.drop(A)
    sentence = why_not(open_at(f"valkey://nobody:{PASSWORD}@127.0.0.1:{server.port}"))
    assert sentence.startswith("The user in STORE may not do what a store needs")
    assert PASSWORD not in sentence


def test_a_full_memory_is_a_sentence_and_the_rows_are_as_they_were(start: Start, open_at: Open) -> None:
    server = start()
    store = open_at(server.address)
    store.put(A, b"old", 1, expected=0)
    with asking(server) as client:
        client.config_set("maxmemory", 1)
        with pytest.raises(StoreError, match=r"has no memory left: .* Give it a maxmemory above STORE_MB"):
            store.put(A, b"new", 2, expected=1)
        client.config_set("maxmemory", 0)
    assert store.get(A) == StoredRow(b"old", 1)


@contextmanager
def answering(reply: bytes) -> Iterator[str]:
    """The address of a server that answers so to whatever it hears."""

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            while self.request.recv(65_536):
                self.request.sendall(reply)

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"valkey://ann:{PASSWORD}@127.0.0.1:{server.server_address[1]}"
        server.shutdown()
        thread.join()


def stating(**info: str) -> bytes:
    text = "\r\n".join(f"{name}:{value}" for name, value in info.items()).encode()
    return b"$%d\r\n%s\r\n" % (len(text), text)


@pytest.mark.parametrize(("reply", "sentence"), [
    (b"HTTP/1.1 400 Bad Request\r\n\r\n", "is no Valkey server"), (b"SSH-2.0-OpenSSH_9.2\r\n", "is no Valkey server"),
    (b"-ERR unknown command\r\n", "refuses a request: unknown command"),
    (stating(redis_version="5.0.14", redis_mode="standalone", role="master"), "is Redis or like it, version 5.0.14"),
    (stating(redis_version="7.2.4", valkey_version="8.1.1", server_mode="cluster"),
     "is a cluster, and rows are kept on"),
    (stating(redis_version="7.2.4", valkey_version="8.1.1", role="slave"), "is a replica, which takes no rows"),
])  # fmt: skip
def test_what_cannot_keep_rows_is_refused_in_a_sentence(
    open_at: Open, monkeypatch: pytest.MonkeyPatch, reply: bytes, sentence: str
) -> None:
    monkeypatch.setattr("valkey.connection.AbstractConnection.on_connect", lambda line: line._parser.on_connect(line))
    with answering(reply) as address:
        refusal = why_not(open_at(address))
    assert sentence in refusal
    assert PASSWORD not in refusal
    assert refusal.endswith(".")


def why_no_answer(address: str) -> str:
    with closing(ValkeyClient(address)) as client, pytest.raises(StoreError) as refused:
        client.call(lambda valkey: valkey.ping(), patience=0.0)
    return str(refused.value)


@pytest.mark.soak
def test_without_the_library_it_is_a_sentence_and_others_import_none(monkeypatch: pytest.MonkeyPatch) -> None:
    program = (
        "import sys; from webapp import create_app; from webapp.settings import Settings; "
        "create_app(Settings(store='memory', secret_key='k' * 32)); sys.exit('valkey' in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", program], check=True)
    port = free_port()
    sentence = why_no_answer(f"valkey://ann:{PASSWORD}@127.0.0.1:{port}")
    assert sentence.startswith(f"The store valkey://127.0.0.1:{port} does not answer: Error 111 connecting to")
    assert PASSWORD not in sentence
    monkeypatch.setitem(sys.modules, "valkey", None)
    settings = Settings(store="valkey://127.0.0.1", secret_key=SECRET)
    refuses(StoreError, open_store, settings, "sessions", ROOMY, match=r"Call `pip install nnbench\[valkey\]`\.")


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A folder with a key and a certificate of its own authority for 127.0.0.1."""
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("no openssl here to make a certificate with: install it")
    words = "req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=test -addext subjectAltName=IP:127.0.0.1"
    files = ["-keyout", str(tmp_path / "key.pem"), "-out", str(tmp_path / "cert.pem")]
    subprocess.run([openssl, *words.split(), *files], check=True, capture_output=True)
    return tmp_path


def test_valkeys_speaks_tls_and_checks_the_certificate(
    start: Start, open_at: Open, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    secure = free_port()
    start(
        **{
            "tls-port": str(secure), "tls-cert-file": str(certificate / "cert.pem"),
            "tls-key-file": str(certificate / "key.pem"), "tls-auth-clients": "no",
        }
    )  # fmt: skip
    assert "certificate verify failed" in why_no_answer(f"valkeys://127.0.0.1:{secure}")
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate / "cert.pem"))
    store = open_at(f"valkeys://127.0.0.1:{secure}/1")
    store.join(CHECK)
    store.put(A, b"row", 1, expected=0)
    assert store.get(A) == StoredRow(b"row", 1)
