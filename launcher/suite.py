"""`./jalon test`: every check of the project, all of them whatever the others say, and a table at the end."""

import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import IO

from launcher import django, environment, process, services, system
from launcher.paths import PYTHON, ROOT
from launcher.process import Child
from launcher.say import say, show

AT_ONCE = 2
MANAGE = [str(PYTHON), "manage.py"]
CHECKS: tuple[tuple[str, list[str]], ...] = (  # the slowest first
    ("types", ["mypy"]),
    ("style", ["ruff", "check", ".", "jalon"]),
    ("format", ["ruff", "format", "--check", ".", "jalon"]),
    ("imports", ["lint-imports"]),
    ("templates", ["djlint", "templates", "--lint", "--quiet"]),
    ("migrations", [*MANAGE, "makemigrations", "--check", "--dry-run"]),
    ("system", [*MANAGE, "check"]),
)
PYTEST = [str(PYTHON), "-m", "pytest"]
ALL = ["-n", str(AT_ONCE), "--dist", "worksteal"]


@dataclass
class Result:
    """How one check went."""

    name: str
    code: int
    seconds: float

    @property
    def verdict(self) -> str:
        """Return the verdict in a word."""
        return "ok" if self.code == 0 else "failed"


@dataclass
class Running:
    """One check under way, its output in a file."""

    name: str
    child: Child
    output: IO[bytes]
    began: float = field(default_factory=time.monotonic)


def main(words: Sequence[str]) -> int:
    """Run every check, or only pytest with the words; return 0 if all went well."""
    environment.ensure("dev")
    system.ensure(system.TEST)
    with services.scratch("test") as mine:
        env = mine.environment()
        del env["DJANGO_SETTINGS_MODULE"]  # pytest has its own settings; all others find theirs
        django.compile_catalogs(env)
        if words:
            return django.foreground([*PYTEST, *words], env)
        began = time.monotonic()
        results = side_by_side(env)
        results.append(pytest(env))
        return summary(results, time.monotonic() - began)


def side_by_side(env: Mapping[str, str]) -> list[Result]:
    """Run the checks that need no pytest, two at a time; print what each said when it failed."""
    waiting, results = list(CHECKS), []
    running: list[Running] = []
    try:
        while waiting or running:
            while waiting and len(running) < AT_ONCE:
                running.append(begin(*waiting.pop(0), env))
            for check in [check for check in running if not check.child.is_alive()]:
                running.remove(check)
                results.append(end(check))
            time.sleep(0.05)
    finally:
        process.stop(check.child for check in running)
    order = [name for name, _ in CHECKS]
    return sorted(results, key=lambda result: order.index(result.name))


def begin(name: str, command: list[str], env: Mapping[str, str]) -> Running:
    """Start one check."""
    output = tempfile.TemporaryFile()  # noqa: SIM115 - closed by end()
    return Running(name, process.spawn(name, command, env=env, cwd=ROOT, output=output), output)


def end(check: Running) -> Result:
    """Tell how one check went."""
    result = Result(check.name, check.child.popen.returncode, time.monotonic() - check.began)
    say(f"{result.name}: {result.verdict} ({result.seconds:.1f} s)", "green" if result.code == 0 else "red")
    with check.output as output:
        output.seek(0)
        if result.code != 0:
            show(output.read().decode(errors="replace").rstrip() + "\n")
    return result


def pytest(env: dict[str, str]) -> Result:
    """Run all tests, with pytest's own output."""
    began = time.monotonic()
    code = django.foreground([*PYTEST, *ALL], env)
    return Result("tests", code, time.monotonic() - began)


def summary(results: list[Result], seconds: float) -> int:
    """Print the table; return 0 if all went well."""
    show(f"\n{'check':<12} {'verdict':<8} {'seconds':>8}")
    for result in results:
        show(f"{result.name:<12} {result.verdict:<8} {result.seconds:8.1f}")
    failed = [result.name for result in results if result.code != 0]
    show(f"{'all':<12} {'failed' if failed else 'ok':<8} {seconds:8.1f}")
    return 1 if failed else 0
