"""Jalon's own commands, run in the environment with the services at hand."""

import signal
import subprocess
from collections.abc import Sequence
from contextlib import suppress

from launcher import catalogs, files, process, signals
from launcher.paths import PYTHON, ROOT
from launcher.say import Failure, say
from launcher.services import Services


def foreground(command: Sequence[str], env: dict[str, str]) -> int:
    """Run a command with our terminal until it ends; return its exit code. What we are told to do, it is told."""
    with signals.cleaning():  # Ctrl-C is the command's to answer
        child = process.spawn(command[0], command, env=env, cwd=ROOT, stdin=None, own_group=False)
        passed_on = 0
        while child.is_alive():
            with suppress(subprocess.TimeoutExpired):
                child.popen.wait(0.1)
            for signum in signals.received[passed_on:]:
                if signum != signal.SIGINT or not signals.reach_our_children():
                    child.popen.send_signal(signum)
            passed_on = len(signals.received)
        signals.received.clear()  # they were the command's
    code = child.popen.returncode
    return code if code >= 0 else 128 - code


def quiet(services: Services, *words: str) -> str:
    """Run `manage.py` with words to its end; return what it printed.

    Raises Failure with its last lines if it fails.
    """
    log = services.log_folder / f"{words[0]}.log"
    command = [str(PYTHON), "manage.py", *words]
    with files.new_log(log) as errors:
        running = subprocess.Popen(
            command,
            env=services.environment(),
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=errors,
            encoding="utf-8",
            start_new_session=True,
            preexec_fn=process.die_with_parent(signal.SIGTERM),
        )
        try:
            output, _ = running.communicate()
        except signals.Stopped:
            running.kill()
            raise
    if running.returncode != 0:
        raise Failure(f"manage.py {' '.join(words)} failed:\n{output}{files.tail(log)}")
    return output


def compile_catalogs(env: dict[str, str]) -> None:
    """Compile the translations that changed.

    Raises Failure if one cannot be read.
    """
    if not catalogs.outdated():
        return
    say("compiling the translations")
    done = subprocess.run([PYTHON, "-m", "launcher.catalogs"], cwd=ROOT, env=env, capture_output=True, text=True)
    if done.returncode != 0:
        raise Failure(f"The translations do not compile:\n{done.stderr.strip()}")
