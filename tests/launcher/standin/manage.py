# ruff: noqa: T201
"""A stand-in for manage.py: says what it was asked, and where the services are."""

import os
import sys
import time

command, *rest = sys.argv[1:] or ["help"]
if command == "fail":
    print("this is why", file=sys.stderr)
    sys.exit(3)
if command == "environment":
    for name in rest:
        print(f"{name}={os.environ.get(name, '')}")
if command == "sleep":
    print("sleeping", flush=True)
    time.sleep(float(rest[0]))
if command == "load_demo" and "--accounts" in rest:
    print("member@example.org")
