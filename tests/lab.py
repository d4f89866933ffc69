"""JupyterLab on this machine, and a notebook in it, driven as a reader drives them."""

import contextlib
import socket
import subprocess
import time
import urllib.request

QUIET = ["--no-browser", "--allow-root", "--ip=127.0.0.1", "--IdentityProvider.token=", "--LabApp.news_url="]
EXPOSED = "--LabApp.expose_app_in_browser=True"  # as `window.jupyterapp`, which knows when a kernel is ready

READY = """
async () => {
  const { context, sessionContext } = window.jupyterapp.shell.currentWidget;
  await context.ready;
  await sessionContext.ready;
  await sessionContext.session.kernel.info;
}
"""


@contextlib.contextmanager
def serving(command, folder, log, env, base="/"):
    """Serve a folder, and say at which address; `command` starts JupyterLab in the environment `env`, and no other."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    options = [
        *QUIET,
        EXPOSED,
        f"--ServerApp.port={port}",
        f"--ServerApp.base_url={base}",
        f"--ServerApp.root_dir={folder}",
    ]
    with log.open("w") as out:
        server = subprocess.Popen([*command, *options], stdout=out, stderr=out, cwd=folder, env=env)
        try:
            address = f"http://127.0.0.1:{port}{base}"
            wait_for(f"{address}api", server, log)
            yield address
        finally:
            server.terminate()
            server.wait(60)  # it waits for its kernels


def wait_for(url, server, log):
    for _ in range(120):
        if server.poll() is not None:
            break
        with contextlib.suppress(OSError):
            return urllib.request.urlopen(url).close()
        time.sleep(0.5)
    raise TimeoutError(f"{url} does not answer: {log.read_text()[-2000:]}")


def open_document(page, url):
    """Open what an address of JupyterLab names, and return as what it was opened: ``NotebookPanel`` is a notebook."""
    page.goto(url)
    kinds = ["NotebookPanel", "FileEditor", "MarkdownViewer"]
    found = page.locator(", ".join(f".jp-{kind}" for kind in kinds)).first
    found.wait_for(timeout=60_000)
    return next(kind for kind in kinds if f"jp-{kind}" in found.get_attribute("class").split())


def ready(page):
    """Wait until the notebook that is open has a kernel that answers."""
    page.wait_for_function("window.jupyterapp?.shell.currentWidget?.sessionContext", timeout=60_000)
    page.evaluate(READY)


def run_cell(page, index):
    ready(page)
    page.evaluate(
        """async (index) => {
          window.jupyterapp.shell.currentWidget.content.activeCellIndex = index;
          await window.jupyterapp.commands.execute("notebook:run-cell");
        }""",
        index,
    )
