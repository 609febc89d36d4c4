"""A page of somebody else's on another site, which shows the bench in a frame."""

import html
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from selenium.webdriver import Chrome

from tests.stories.webkit import WebKit

REASONS = ("frame-ancestors", "X-Frame-Options")
IS_EMPTY = "return document.readyState === 'complete' && document.body.childElementCount === 0"


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


def frame_is_refused(driver: Chrome) -> bool:
    """Whether the browser says on its console why it shows nothing in the page's frame; of WebKit's console a script
    learns no such line, so there the frame is seen to be empty."""
    said = [entry["message"] for entry in driver.get_log("browser")]
    if not isinstance(driver, WebKit):
        return any(reason in line for line in said for reason in REASONS)
    driver.switch_to.frame(0)
    is_empty = bool(driver.execute_script(IS_EMPTY))
    driver.switch_to.default_content()
    return is_empty


def handler(page: HostPage) -> type[BaseHTTPRequestHandler]:
    """The class that answers each request for that page."""

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
