"""What a run shows, as it comes: one line of JSON for each part, on file descriptor 1.

Text is gathered for a moment, and there is no more of it than anybody reads: a loop that never ends prints without end.
"""

import io
import json
import os
import time

MOST_TEXT = 50_000  # characters of a run
MOST_VALUE = 10_000  # characters of one value
MOST_PARTS = 100  # values, pictures and figures of a run
AT_ONCE = 20  # lines that are sent as they come; after them, text waits
WAIT = 0.05  # seconds
LEFT_OUT = "\n… The rest of what this cell prints is left out.\n"


class Screen:
    """The parts of the run that goes on; between runs, nothing is shown."""

    def __init__(self):
        self.text = self.parts = 0  # how much more may come

    def open(self):
        """Begin a run."""
        self.text, self.parts = MOST_TEXT, MOST_PARTS
        self.lines, self.sent = AT_ONCE, time.monotonic()
        self.stream, self.waiting = "", []

    def close(self):
        """End a run."""
        self.flush()
        self.text = self.parts = 0

    def write(self, stream, text):
        """Print a text."""
        if not self.text or not text:
            return
        if stream != self.stream:
            self.flush()
            self.stream = stream
        cut = text[: self.text]
        self.text -= len(cut)
        self.waiting.append(cut if self.text else cut + LEFT_OUT)
        late = time.monotonic() - self.sent > WAIT
        if late or not self.text or (self.lines and cut.endswith("\n")):
            self.lines -= self.lines > 0
            self.flush()

    def flush(self):
        """Send the text that waits."""
        if self.waiting:
            _send({"kind": "text", "stream": self.stream, "text": "".join(self.waiting)})
        self.waiting, self.sent = [], time.monotonic()

    def show(self, part):
        """Send what is no text; an error comes last, and always."""
        if not self.parts and part["kind"] != "error":
            return
        self.flush()
        _send(part)
        self.parts -= self.parts > 0
        if not self.parts and part["kind"] != "error":
            _send({"kind": "text", "stream": "stderr", "text": LEFT_OUT})

    def show_value(self, value):
        """Show a value as Python writes it, up to a length."""
        text = repr(value)
        if len(text) > MOST_VALUE:
            text = f"{text[:MOST_VALUE]}\n… {len(text) - MOST_VALUE:,} characters more are left out."
        self.show({"kind": "value", "text": text})


def _send(part):
    # It begins a line, whatever a cell has written past us.
    line = b"\n" + json.dumps(part, allow_nan=False).encode() + b"\n"
    while line:
        line = line[os.write(1, line) :]


SCREEN = Screen()


class Writer(io.TextIOBase):
    """A file whose text is shown."""

    encoding = "utf-8"

    def __init__(self, stream):
        self.name = f"<{stream}>"
        self.stream = stream

    def writable(self):
        """Say that it can be written to."""
        return True

    def write(self, text):
        """Show a text."""
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        SCREEN.write(self.stream, text)
        return len(text)


STDOUT, STDERR = Writer("stdout"), Writer("stderr")
