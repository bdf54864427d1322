"""The table, in Markdown."""

import os
import platform
from datetime import date

from bench.run import Result

NAMES = {"move": "one move", "list": "a list of 50"}
HEAD = (
    "| what | at once | p50 ms | p95 ms | per second | floor p50 ms | floor p95 ms | floor per second | of the floor |"
)


def rows(result: Result) -> list[str]:
    """Give the lines of the table."""
    lines = [HEAD, "|---|---:|---:|---:|---:|---:|---:|---:|---:|"]
    for case in result.cases:
        figures = [f"{value:.1f}" for side in (case.api, case.floor) for value in (side.p50, side.p95, side.rate)]
        lines.append(f"| {NAMES[case.name]} | {case.clients} | {' | '.join(figures)} | {case.ratio:.0%} |")
    return lines


def facts(result: Result) -> list[str]:
    """Give the lines around the table."""
    queries = result.queries
    lines = [
        f"- Queries: a move {queries['move']} ({queries['move with key']} with `Idempotency-Key`; at most 12), "
        f"a list {queries['list']} (at most 6).",
    ]
    api, floor = result.memory["api"], result.memory["floor"]
    if api is not None and floor is not None:
        lines.append(f"- Memory of the two workers after the run: {api:.0f} MB (the floor's: {floor:.0f} MB).")
    requests = {case.name: len(case.api.times) for case in result.cases}
    lines.append(
        f"- {result.applications:,} applications; {requests['move']} moves and {requests['list']} lists a row and side; "  # noqa: E501
        f"gunicorn with 2 workers; {result.settings}; {os.cpu_count()} processors ({platform.machine()}), shared with "
        "the database and the client.",
    )
    lines.append(
        f"- Others' work on the machine just before: load average {result.load:.1f}. Above 1 or so, the times say "
        "little and the move with 4 at once suffers most: measure again on a quiet machine."
    )
    return lines


def page(result: Result) -> str:
    """Give `docs/bench.md`."""
    words = [
        "# Benchmark",
        "",
        "`./jalon bench --write` measures again and rewrites this page. The floor is in `bench/floor.py`: for the",
        "move, a bare view of Django REST framework that runs the same statements as fixed SQL; for the list, its",
        "plainest list of 50 without a count; neither has middleware, rights, checks, words or mail to compose.",
        "“Of the floor” compares requests a second: the median of the rounds, in which both sides take turns.",
        "",
        *rows(result),
        "",
        *facts(result),
        "",
        f"Measured on {date.today().isoformat()}. The aim: a move at half the floor or more, a list at the floor.",
    ]
    return "\n".join(words) + "\n"
