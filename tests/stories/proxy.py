"""A small real proxy: shows a server under a sub-path, and says on whose behalf it asks.

It takes the sub-path off, as most do, or leaves it on. Outside the sub-path stands a page of somebody else's with a
link to the bench. It may lose requests and answers, as a bad line does.
"""

import http.client
import socket
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

Answer = tuple[int, list[tuple[str, str]], bytes]
PER_HOP = {"connection", "keep-alive", "transfer-encoding", "host", "content-length"}


class Proxy:
    """Listens on a free port of 127.0.0.1 until it is stopped; `loses` is asked twice about each path, before its
    request goes on and before its answer goes back, and where it says so the connection ends."""

    def __init__(
        self, backend: str, prefix: str = "", strips: bool = True, loses: Callable[[str], bool] = lambda _: False
    ) -> None:
        self.seen: list[str] = []
        self.strips = strips
        self._taken_off = len(prefix) if strips else 0
        self.loses = loses
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler(self, backend, prefix))
        self.port = self._server.server_port
        self.url = f"http://127.0.0.1:{self.port}{prefix}/"
        self.elsewhere = f"http://localhost:{self.port}/elsewhere"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def behind(self, path: str) -> str:
        """The path that the server is asked for."""
        return path[self._taken_off :]

    def stop(self) -> None:
        """Frees the port."""
        self._server.shutdown()
        self._server.server_close()


def handler(proxy: Proxy, backend: str, prefix: str) -> type[BaseHTTPRequestHandler]:
    """The class that handles each request of that proxy."""

    class Forward(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            proxy.seen.append(self.path)
            if self.path == "/elsewhere":
                link = f'<!DOCTYPE html><link rel="icon" href="data:,"><a id="there" href="{proxy.url}">a bench</a>'
                self._answer(200, [("Content-Type", "text/html; charset=utf-8")], link.encode())
            elif self.path.startswith(prefix):
                self._forward()
            else:
                self._answer(404, [], b"not under the sub-path")

        do_POST = do_GET  # noqa: N815 - the standard library's name

        def _forward(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            answer = not proxy.loses(self.path) and asked(self, backend, proxy.behind(self.path), body)
            if answer and not proxy.loses(self.path):
                self._answer(*answer)
                return
            self.close_connection = True
            self.connection.shutdown(socket.SHUT_RDWR)

        def _answer(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None:
            self.send_response(status)
            for name, value in [*headers, ("Content-Length", str(len(body)))]:
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_arguments: object) -> None:
            """Says nothing."""

    return Forward


def asked(sent: BaseHTTPRequestHandler, backend: str, path: str, body: bytes) -> Answer:
    """The status, the headers and the body of the server's answer to this request, on behalf of its client."""
    where = urlsplit(backend)
    headers = {name: value for name, value in sent.headers.items() if name.lower() not in PER_HOP}
    headers |= {
        "Host": where.netloc,
        "X-Forwarded-For": sent.client_address[0],
        "X-Forwarded-Host": sent.headers["Host"],
        "X-Forwarded-Proto": "http",
    }
    line = http.client.HTTPConnection(where.hostname or "", where.port or 80, timeout=30)
    line.request(sent.command, path, body, headers)
    answer = line.getresponse()
    given = answer.read()
    line.close()
    return answer.status, [pair for pair in answer.getheaders() if pair[0].lower() not in PER_HOP], given
