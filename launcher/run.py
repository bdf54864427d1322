"""`./jalon run`: everything up, told where, kept up, and down without a trace."""

import shlex
from argparse import Namespace

from launcher import check, django, environment, ports, procfile, services, supervise, system
from launcher.paths import PYTHON
from launcher.say import Failure, say, show
from launcher.services import Services
from launcher.supervise import Supervisor

DEFAULT_PORT = 8000
NEED_BROKER = ("worker", "beat")


def main(options: Namespace) -> int:
    """Run Jalon until somebody stops it, or until it is checked; return the exit code."""
    if options.port and not services.read_state():
        choose_port(options.port)  # a taken one is told before the long part
    environment.ensure("base")
    system.ensure(system.RUN)
    try:
        with services.own() as mine:
            return serve(mine, options)
    except services.Busy:
        return already(check_it=options.check)


def serve(mine: Services, options: Namespace) -> int:
    """Bring the database up to date, start the processes, print where they are, and keep them."""
    port = choose_port(options.port)
    mine.address = f"http://{ports.HOST}:{port}"
    mine.announce("run")
    prepare(mine, demo=options.demo)
    env = process_environment(mine, port, check_it=options.check)
    supervisor = Supervisor(mine.ledger, quiet=options.check)
    try:
        for name, command in procfile.processes().items():
            if mine.has_broker or name not in NEED_BROKER:
                supervisor.start(name, command, env)
        supervisor.wait_until_ready(port, mine.children)
        mine.announce("run", mine.address)
        if options.check:
            return supervised_check(supervisor, mine, env)
        welcome(mine, demo=options.demo)
        supervisor.watch(mine.children)
    except Failure:
        supervisor.tell_unsaid()
        raise
    finally:
        supervisor.stop()


def prepare(mine: Services, *, demo: bool) -> None:
    """Bring translations, tables and demo data up to date."""
    django.compile_catalogs(mine.environment())
    say("bringing the database up to date")
    django.quiet(mine, "migrate", "--no-input")
    if demo:
        django.quiet(mine, "load_demo")


def welcome(mine: Services, *, demo: bool) -> None:
    """Say where Jalon is, and who can sign in."""
    show(f"\nJalon runs at {mine.address}/\n")
    if demo:
        show(django.quiet(mine, "load_demo", "--accounts").strip() + "\n")
    show("Ctrl-C stops it.\n")


def choose_port(wanted: int | None) -> int:
    """Return the port to serve on: the wanted one, else 8000 or the next that is free.

    Raises Failure if the wanted one is taken.
    """
    if wanted and not ports.is_free(wanted):
        raise Failure(
            f"Port {wanted} is taken by another program{ports.holder(wanted)}. Stop that one, or choose another "
            f"port: ./jalon run --port {ports.first_free(wanted + 1)}"
        )
    if wanted:
        return wanted
    port = ports.first_free(DEFAULT_PORT)
    if port != DEFAULT_PORT:
        say(f"port {DEFAULT_PORT} is taken by another program; using {port} (--port chooses)")
    return port


def process_environment(mine: Services, port: int, *, check_it: bool) -> dict[str, str]:
    """Return the environment of the Procfile's processes."""
    env = mine.environment() | {"PORT": str(port), "BEAT_SCHEDULE": str(mine.folder / "beat-schedule")}
    env.setdefault("PYTHONWARNINGS", "ignore:You're running the worker with superuser privileges")  # on purpose, here
    if check_it:
        env.pop("EMAIL_URL", None)  # no mail of a check leaves this machine
    return env


def supervised_check(supervisor: Supervisor, mine: Services, env: dict[str, str]) -> int:
    """Check what was just started; if it is not well, print what the processes said."""
    command = shlex.join([str(PYTHON), "-m", "launcher.check", mine.address])
    code = supervisor.run("check", command, env, mine.children)
    if code != 0:
        supervisor.tell_unsaid()
    return code


def already(*, check_it: bool) -> int:
    """Say where the launcher that keeps the services runs, or check that one.

    Raises Failure if it serves no page.
    """
    services.wait_for_state(wanted="address" if check_it else "pid", seconds=supervise.READY_SECONDS)
    state = services.read_state()
    if not state:
        raise Failure("Another launcher just ended. Run the same command again.")
    address, command, pid = state["address"], state["command"], state["pid"]
    if address and check_it:
        say(f"Jalon already runs at {address}/; checking that one")
        return check.main(address, services.of(state).environment())
    if command == "run":
        where = f", at {address}/" if address else "; it is just starting"
        stop = f"Stop it with Ctrl-C in its terminal, or with: kill {pid}"
        raise Failure(f"Jalon already runs here{where} (process {pid}). {stop}")
    raise Failure(f"./jalon {command} (process {pid}) uses the database of this folder. Run again when it has ended.")
