"""The client: requests over plain sockets, one or several at once, timed one by one."""

import http.client
import statistics
import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue

PER_CONNECTION = 20  # then a new one, so that no worker keeps all the clients


@dataclass(frozen=True)
class Request:
    """One request and the status it must get."""

    method: str
    path: str
    status: int
    body: str | None = None
    headers: dict[str, str] = field(default_factory=dict)


@dataclass
class Measure:
    """Times of single requests, in seconds, and of the whole."""

    times: list[float] = field(default_factory=list)
    whole: float = 0.0

    @property
    def p50(self) -> float:
        """Give the median, in milliseconds."""
        return statistics.median(self.times) * 1000

    @property
    def p95(self) -> float:
        """Give the 95th percentile, in milliseconds."""
        return statistics.quantiles(self.times, n=20)[-1] * 1000

    @property
    def rate(self) -> float:
        """Give the requests a second."""
        return len(self.times) / self.whole

    def add(self, other: "Measure") -> None:
        """Take the times of another round in."""
        self.times += other.times
        self.whole += other.whole


def measure(port: int, requests: Iterable[Request], clients: int) -> Measure:
    """Send all `requests` with `clients` at once. Raises RuntimeError for an answer of another status."""
    waiting: SimpleQueue[Request] = SimpleQueue()
    for request in requests:
        waiting.put(request)
    done, errors = Measure(), []

    def work() -> None:
        try:
            done.times.extend(_send_all(port, waiting))
        except Exception as error:  # reported below, in the thread that can stop the run
            errors.append(error)

    threads = [threading.Thread(target=work) for _ in range(clients)]
    start = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    done.whole = time.perf_counter() - start
    if errors:
        raise errors[0]
    return done


def _send_all(port: int, waiting: "SimpleQueue[Request]") -> list[float]:
    times: list[float] = []
    connection = None
    while True:
        try:
            request = waiting.get_nowait()
        except Empty:
            break
        if connection is None or len(times) % PER_CONNECTION == 0:
            if connection is not None:
                connection.close()
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        start = time.perf_counter()
        connection.request(request.method, request.path, request.body, request.headers)
        answer = connection.getresponse()
        content = answer.read()
        times.append(time.perf_counter() - start)
        if answer.status != request.status:
            raise RuntimeError(f"{request.method} {request.path}: {answer.status} {content[:500]!r}")
    if connection is not None:
        connection.close()
    return times
