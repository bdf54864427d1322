# ruff: noqa: T201
"""A stand-in for the Procfile's processes: `web` answers /readyz, `worker` says that it is ready, all have a child."""

import os
import signal
import subprocess
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Ready(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200 if self.path == "/readyz" else 404)
        self.end_headers()

    def log_message(self, *words: object) -> None:
        """Say nothing."""


def main(name: str) -> None:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    if "stubborn" in sys.argv:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    print(f"{name} ready.", flush=True)
    if name == "web":
        ThreadingHTTPServer(("127.0.0.1", int(os.environ["PORT"])), Ready).serve_forever()
    while True:
        time.sleep(600)


main(sys.argv[1])
