"""Chrome, Chromium or Edge: the installed one, else Playwright's own; and a server for what they open."""

import contextlib
import functools
import http.server
import os
import shutil
import subprocess
import sys
import threading

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Error

INSTALLED = ["google-chrome", "google-chrome-stable", "chromium", "chromium-browser", "chrome", "microsoft-edge"]
QUIET = ["--disable-gpu", "--disable-quic", "--disable-background-networking", "--disable-component-update"]


def launch(chromium):
    root = hasattr(os, "geteuid") and os.geteuid() == 0  # Chromium has no sandbox for root
    options = {"args": QUIET, "chromium_sandbox": not root}
    installed = next(filter(None, map(shutil.which, INSTALLED)), None)
    choices = [{"executable_path": installed}] if installed else [{"channel": "chrome"}, {"channel": "msedge"}, {}]
    for choice in choices:
        try:
            return chromium.launch(**choice, **options)
        except Error:
            continue
    subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=False)
    try:
        return chromium.launch(**options)
    except Error as error:
        pytest.fail(f"These tests need a browser: install Chrome, Chromium or Edge ({error.message.splitlines()[0]}).")


def shutting_out(page, context=None):
    """Return what axe finds that shuts a reader out: rules, and what breaks them.

    Whatever is as it should be is not described, one element after the other, which takes axe a third of its time.
    """
    found = Axe().run(page, context=context, options={"resultTypes": ["violations"]}).response["violations"]
    return [(rule["id"], node["html"][:120]) for rule in found for node in rule["nodes"]]


class Silent(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *message):
        pass


@contextlib.contextmanager
def served(folder, Handler=Silent):
    """Serve a folder on this machine, and say at which address."""
    handler = functools.partial(Handler, directory=folder)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


# What a strict host lets a page load and run: nothing from elsewhere, and figures from the page itself.
POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' blob:; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self' data:"
)


def publishing(folder, lost, policy=POLICY):
    """Serve a folder as a strict host does, which sends a page of the site to who asks for what is not there."""

    class Host(Silent):
        error_message_format = lost.read_text("utf-8").replace("%", "%%")

        def end_headers(self):
            self.send_header("Content-Security-Policy", policy)
            super().end_headers()

    return served(folder, Host)
