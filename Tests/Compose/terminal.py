"""A program on a terminal of its own: what a person sees, and may type."""
import fcntl
import os
import pty
import re
import select
import struct
import termios
import time

# Colours, cursor movements, modes; and the titles that some programs set.
ESCAPES = re.compile(rb"\x1b\[[0-?]*[ -/]*[@-~]|\x1b\][^\x07]*\x07|\x1b[=>78]|\x07")


class Terminal:
    def __init__(self, command, columns=100, rows=30):
        self.seen = b""
        self.at = 0
        self.process, self.descriptor = pty.fork()
        if self.process == 0:
            os.environ["TERM"] = "xterm"
            fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
            try:
                os.execvp(command[0], command)
            finally:
                os._exit(127)

    def type(self, text):
        os.write(self.descriptor, text.encode())

    def expect(self, text, seconds=30):
        """Waits until the text has come, behind what was expected before; returns what came up to its end."""
        deadline = time.monotonic() + seconds
        while True:
            shown = ESCAPES.sub(b"", self.seen).decode(errors="replace").replace("\r", "")
            found = shown.find(text, self.at)
            if found >= 0:
                start, self.at = self.at, found + len(text)
                return shown[start : self.at]
            if not self._read(deadline):
                raise AssertionError(f"{text!r} did not come; the screen: {shown[self.at:]!r}")

    def exit_code(self, seconds=30):
        """Reads to the end, and how the program ended."""
        deadline = time.monotonic() + seconds
        while self._read(deadline):
            pass
        os.close(self.descriptor)
        ended, status = os.waitpid(self.process, os.WNOHANG if time.monotonic() >= deadline else 0)
        if ended == 0:
            os.kill(self.process, 9)
            os.waitpid(self.process, 0)
            raise AssertionError(f"the program did not end; the screen: {self.seen!r}")
        return os.waitstatus_to_exitcode(status)

    def _read(self, deadline):
        ready, _, _ = select.select([self.descriptor], [], [], max(0, deadline - time.monotonic()))
        if not ready:
            return False
        try:
            chunk = os.read(self.descriptor, 65536)
        except OSError:  # EIO: the program has closed its side.
            return False
        self.seen += chunk
        return bool(chunk)
