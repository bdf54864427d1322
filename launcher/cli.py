"""The command line."""

import argparse
import signal
from collections.abc import Callable, Sequence

from launcher import django, environment, services, signals, system
from launcher.paths import PYTHON
from launcher.say import Failure, prepare, say
from launcher.signals import Stopped

DESCRIPTION = """\
Sets everything up and runs Jalon, an applicant tracking system for small public product teams.

  ./jalon run      serve on http://127.0.0.1:8000 with demo data (--help: port, check, no demo)
  ./jalon test     run every check of the project; with arguments, only pytest with them
  ./jalon demo     run the whole main job without a browser, on a scratch database (--help: folders)
  ./jalon chaos    break every process while applications move, and compare all after (--help: moves, seed)
  ./jalon bench    print the benchmark table, on a scratch database
  ./jalon manage   manage.py, with the same database as run; without more, its list of commands

It needs Python 3.11 or newer and a package registry, nothing else: .venv is made from requirements/*.lock,
PostgreSQL and Valkey run from it, and all data is in var/. If they are set, run and manage use DATABASE_URL
and REDIS_URL instead, EMAIL_URL to send mail, and SECRET_KEY; test, demo, bench and chaos leave what these name alone.
"""


def main(words: Sequence[str]) -> int:
    """Do what the words say; return the exit code."""
    prepare()
    signals.install()
    serving = words[:1] == ["run"] and "--check" not in words
    return guarded(lambda: dispatch(words), serving=serving)


def guarded(act: Callable[[], int], *, serving: bool = False) -> int:
    """Act; tell what was expected to go wrong without a traceback, and return the exit code.

    A server that ran until it was asked to stop has done well; any other command was cut short.
    """
    try:
        return act()
    except Failure as failure:
        say(str(failure), "red")
        return 1
    except Stopped as stopped:
        return 0 if serving and stopped.signum != signal.SIGPIPE else 128 + stopped.signum
    except PermissionError as error:
        say(f"{error.filename} cannot be written ({error.strerror}). Run as the user who owns it.", "red")
        return 1


def dispatch(words: Sequence[str]) -> int:
    """Hand over to the command."""
    if not words or words[0] in ("-h", "--help", "help"):
        print(DESCRIPTION)
        return 0
    command, rest = words[0], list(words[1:])
    if command == "run":
        from launcher import run  # the HTTP modules that it loads cost the other commands a third of their start

        return run.main(run_options(rest))
    if command == "test":
        from launcher import suite  # as above

        if rest and rest[0] in ("-h", "--help"):
            print(suite.__doc__, "\n./jalon test [pytest arguments]: with arguments, only pytest, with them.", sep="\n")
            return 0
        return suite.main(rest)
    if command in ("demo", "bench"):
        return on_scratch(command, rest)
    if command == "chaos":
        return chaos(chaos_options(rest))
    if command == "manage":
        return manage(rest)
    say(f"There is no command {command}. ./jalon --help lists them: run, test, demo, bench, chaos, manage.", "red")
    return 2


def run_options(words: Sequence[str]) -> argparse.Namespace:
    """Read the words after `run`."""
    parser = argparse.ArgumentParser(
        prog="./jalon run",
        description="Set everything up, migrate, load demo data on first start and serve until Ctrl-C.",
    )
    parser.add_argument("--port", type=port, metavar="N", help="serve on this port (else 8000 or the next free one)")
    parser.add_argument(
        "--check", action="store_true", help="prove it alive (page, sign-in, move, mail), then exit 0 or 1"
    )
    parser.add_argument("--no-demo", dest="demo", action="store_false", help="load no demo data")
    options = parser.parse_args(words)
    if options.check and not options.demo:
        parser.error("--check moves an application of the demo data: leave --no-demo out")
    return options


def port(text: str) -> int:
    """Read a port number."""
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= 65535:
        raise argparse.ArgumentTypeError(f"{text!r} is not a port: a number from 1 to 65535")
    return int(text)


def manage(words: Sequence[str]) -> int:
    """Run `manage.py` with the services of `run`."""
    environment.ensure("base")
    with services.shared("manage") as mine:
        django.compile_catalogs(mine.environment())
        return django.foreground([str(PYTHON), "manage.py", *words], mine.environment())


def on_scratch(command: str, words: Sequence[str]) -> int:
    """Run a command of `manage.py` on a database of its own."""
    environment.ensure("base")
    system.ensure(system.RUN)
    with services.scratch(command, durable=command == "bench") as mine:
        django.compile_catalogs(mine.environment())
        django.quiet(mine, "migrate", "--no-input")
        return django.foreground([str(PYTHON), "manage.py", command, *words], mine.environment())


def chaos_options(words: Sequence[str]) -> argparse.Namespace:
    """Read the words after `chaos`."""
    parser = argparse.ArgumentParser(
        prog="./jalon chaos",
        description="Start every process on a scratch folder, kill, stop, cut and stall each while applications are "
        "moved through the API, then compare what was acknowledged, the log, the outbox and the mail server.",
    )
    parser.add_argument("--transitions", type=count, default=2000, metavar="N", help="moves, at least (else 2000)")
    parser.add_argument("--seed", type=int, default=1, metavar="S", help="decides the order of the faults (else 1)")
    return parser.parse_args(words)


def count(text: str) -> int:
    """Read a number of moves."""
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= 1_000_000:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number from 1 to 1000000")
    return int(text)


def chaos(options: argparse.Namespace) -> int:
    """Break everything on a folder of its own; return 0 if every row of the table holds."""
    environment.ensure("dev")
    system.ensure(system.RUN)
    with services.scratch("chaos", durable=True) as mine:
        if not mine.has_broker:
            raise Failure("./jalon chaos kills a broker, and this machine has none: install Valkey or Redis.")
        django.compile_catalogs(mine.environment())
        django.quiet(mine, "migrate", "--no-input")
        words = ["--transitions", str(options.transitions), "--seed", str(options.seed)]
        return django.foreground([str(PYTHON), "-m", "tests.chaos", *words], mine.environment())
