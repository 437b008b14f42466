"""Clock, memory and the JSON file of a measurement."""

import json
import os
import resource
import statistics
import sys
import time
from pathlib import Path

IMPORTED = time.time()


def seconds_since_process_start() -> float:
    """From the operating system where it says so; else from the first import of this file."""
    try:
        ticks = int(Path("/proc/self/stat").read_text().rpartition(")")[2].split()[19])
        return time.clock_gettime(time.CLOCK_BOOTTIME) - ticks / os.sysconf("SC_CLK_TCK")
    except (OSError, AttributeError):
        return time.time() - IMPORTED


def peak_rss_bytes() -> int:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else 1024 * peak


def one_round(action, images: int, steps, seconds, at_least: int = 1) -> float:
    """Images per second of an action that handles so many images; ends after the steps, or else the seconds."""
    begin = time.perf_counter()
    done = 0
    while True:
        action()
        done += 1
        elapsed = time.perf_counter() - begin
        if done >= at_least and (done >= steps if steps else elapsed >= seconds):
            return images * done / elapsed


def rounds(action, images: int, count: int, steps=None, seconds=None, before_counting=lambda: None) -> list:
    """A first round is not counted: it compiles, allocates and warms caches."""
    one_round(action, images, steps, seconds, at_least=2)
    before_counting()
    values = []
    for i in range(1, count + 1):
        values.append(one_round(action, images, steps, seconds))
        print(f"round {i} of {count}: {values[-1]:.2f} images/s", flush=True)
    return values


def report(values: list, file, facts: dict) -> None:
    result = {
        "images_per_second": statistics.median(values),
        "images_per_second_rounds": values,
        "peak_rss_bytes": peak_rss_bytes(),
        **facts,
    }
    print(f"{result['images_per_second']:.2f} images/s ({min(values):.2f}-{max(values):.2f}), "
          f"peak memory {result['peak_rss_bytes'] / 2**20:.0f} MiB")
    if file:
        Path(file).parent.mkdir(parents=True, exist_ok=True)
        Path(file).write_text(json.dumps(result, indent=2) + "\n")
