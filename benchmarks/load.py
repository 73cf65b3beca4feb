"""Load: POST different bodies over a few connections at once, as fast as they are answered."""

from __future__ import annotations

import http.client
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from statistics import quantiles


@dataclass(frozen=True)
class Load:
    """What one round measured: answers per second, milliseconds to the answer.

    :ivar busy: the share of one processor core that this generator itself took
    """

    count: int
    rate: float
    p50: float
    p99: float
    busy: float


def load(
    port: int,
    path: str,
    headers: Mapping[str, str],
    bodies: Iterator[bytes],
    *,
    seconds: float,
    connections: int = 4,
) -> Load:
    """POST ``bodies`` to 127.0.0.1 for so many seconds.

    :raise RuntimeError: when an answer is not 200 with "success" in it, or bodies run out
    """
    times: list[float] = []
    faults: list[str] = []
    lock = threading.Lock()
    begun = time.perf_counter()
    end = begun + seconds
    used = time.process_time()

    def worker() -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        try:
            while not faults and time.perf_counter() < end:
                with lock:
                    body = next(bodies)
                sent = time.perf_counter()
                connection.request("POST", path, body, dict(headers))
                response = connection.getresponse()
                answer = response.read()
                times.append(time.perf_counter() - sent)
                if response.status != 200 or b"success" not in answer:
                    faults.append(f"{response.status}: {answer[:200]!r}")
        except Exception as error:
            faults.append(repr(error))
        finally:
            connection.close()

    threads = [threading.Thread(target=worker) for _ in range(connections)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    taken = time.perf_counter() - begun
    if faults:
        raise RuntimeError(f"POST {path}: {faults[0]}")
    cuts = quantiles([1000 * spent for spent in times], n=100)
    return Load(
        count=len(times),
        rate=len(times) / taken,
        p50=cuts[49],
        p99=cuts[98],
        busy=(time.process_time() - used) / taken,
    )
