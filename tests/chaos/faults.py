"""What goes wrong, and when."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tests.chaos.crew import Broker, Part
from tests.chaos.disks import Disk
from tests.chaos.proxy import Proxy

Fault = Callable[[random.Random], None]


@dataclass(frozen=True)
class Happened:
    """One fault; `ended` is when whatever was broken was started, resumed or let flow again."""

    name: str
    began: float
    ended: float


def catalogue(
    parts: Sequence[Part], broker: Broker, proxies: dict[str, Proxy], disks: Sequence[Disk] = ()
) -> dict[str, Fault]:
    """Give every fault by its name."""
    faults: dict[str, Fault] = {"flush the broker": lambda _dice: broker.flush()}
    for part in parts:
        faults[f"kill -9 {part.name}"] = lambda _dice, part=part: kill(part)
        faults[f"stop {part.name}"] = lambda dice, part=part: stop(part, dice.uniform(1, 4))
    for name, proxy in proxies.items():
        faults[f"cut {name}"] = lambda _dice, proxy=proxy: proxy.cut()
        faults[f"stall {name}"] = lambda dice, proxy=proxy: stall(proxy, dice.uniform(2, 6))
    for disk in disks:
        faults[f"fill {disk.name}"] = lambda dice, disk=disk: fill(disk, dice.uniform(4, 8))
    return faults


def kill(part: Part) -> None:
    """Kill it, and start it again as whoever supervises it would."""
    part.kill()
    part.start()


def stop(part: Part, seconds: float) -> None:
    """Stop it for a while."""
    part.pause()
    try:
        time.sleep(seconds)
    finally:
        part.resume()


def stall(proxy: Proxy, seconds: float) -> None:
    """Let nothing pass for a while."""
    proxy.stall()
    try:
        time.sleep(seconds)
    finally:
        proxy.flow()


def fill(disk: Disk, seconds: float) -> None:
    """Leave no room for a while."""
    disk.fill()
    try:
        time.sleep(seconds)
    finally:
        disk.free()


def rounds(
    faults: dict[str, Fault], dice: random.Random, *, enough: Callable[[], bool], meanwhile: Callable[[], None]
) -> list[Happened]:
    """Let each fault happen, in an order and at moments that chance decides, again and again until it is enough."""
    happened: list[Happened] = []
    while True:
        names = sorted(faults)
        dice.shuffle(names)
        for name in names:
            if len(happened) >= len(faults) and enough():
                return happened
            began = time.time()
            faults[name](dice)
            happened.append(Happened(name, began, time.time()))
            time.sleep(dice.uniform(0.5, 3))
            meanwhile()
