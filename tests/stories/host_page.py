"""A page of somebody else's on another site, which shows the bench in a frame."""

import html
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class HostPage:
    """Listens on a free port of localhost, which is another site than 127.0.0.1, until it is stopped.

    It shows addresses in frames, and after them what the cell of a notebook holds.
    """

    def __init__(self) -> None:
        self.framed: tuple[str, ...] = ()
        self.cell = ""
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler(self))
        self.origin = f"http://localhost:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def stop(self) -> None:
        """Frees the port."""
        self._server.shutdown()
        self._server.server_close()


def handler(page: HostPage) -> type[BaseHTTPRequestHandler]:
    """What answers each request for that page."""

    class Show(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            frames = "".join(
                f'<iframe src="{html.escape(address)}" width="800" height="520" title="NNBench"></iframe>'
                for address in page.framed
            )
            body = f'<!DOCTYPE html><link rel="icon" href="data:,"><h1>Homework</h1>{frames}{page.cell}'.encode()
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_arguments: object) -> None:
            """Says nothing."""

    return Show
