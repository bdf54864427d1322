"""YAML front matter read without surprises: JSON-able values only, every failure a refusal.

PyYAML's safe loader turns dates into objects, `12:30` into 750 and `1_0` into 10, follows aliases and
keeps the last of two equal keys. Here dates stay text, aliases are refused and a second key is refused
unless it says the same.
"""

import math
import re
from typing import Any

import yaml

from backend.hiring.markdown.refusal import SourceRefused

MAX_CHARACTERS = 32 * 1024
MAX_DEPTH = 12

ISO_DATE = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")

UNSTORABLE = re.compile("[\0\ud800-\udfff]")


class Loader(yaml.SafeLoader):
    """A safe loader that knows null, booleans, plain decimal numbers, text, lists and maps."""

    depth = 0

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.AliasEvent):
            line = self._line()
            raise Refusal("uses a YAML alias (“*name”). Write the value out, or put it between quotes", line)
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise Refusal(f"nests values more than {MAX_DEPTH} deep", self._line())
        node = super().compose_node(parent, index)
        self.depth -= 1
        return node

    def _line(self) -> int:
        """Return the line of what comes next, counted from 0."""
        event = self.peek_event()
        return int(event.start_mark.line)


class Refusal(Exception):
    """What is wrong and on which line of the block, counted from 0."""

    def __init__(self, problem: str, line: int) -> None:
        super().__init__(problem)
        self.problem, self.line = problem, line


def _map(loader: Loader, node: yaml.MappingNode) -> dict[str, Any]:
    """Return the map with text keys."""
    result: dict[str, Any] = {}
    for key_node, value_node in node.value:
        if not isinstance(key_node, yaml.ScalarNode):
            raise Refusal("has a key that is a list or a map", key_node.start_mark.line)
        key, value = key_node.value, loader.construct_object(value_node, deep=True)
        if key in result and result[key] != value:
            raise Refusal(f"says “{key}” twice with different values. Keep one", key_node.start_mark.line)
        result[key] = value
    return result


def _list(loader: Loader, node: yaml.SequenceNode) -> list[Any]:
    return [loader.construct_object(item, deep=True) for item in node.value]


def _integer(loader: Loader, node: yaml.ScalarNode) -> int | str:
    # Beyond what JSON readers hold exactly, and a phone number keeps its leading zero.
    digits = node.value.lstrip("+-")
    return node.value if len(digits) > 15 or (len(digits) > 1 and digits[0] == "0") else int(node.value)


def _decimal(loader: Loader, node: yaml.ScalarNode) -> float | str:
    number = float(node.value)
    return number if math.isfinite(number) else node.value


def _unknown(loader: Loader, node: yaml.Node) -> Any:
    raise Refusal(f"uses the YAML tag “{node.tag}”. Remove it", node.start_mark.line)


PLAIN = "tag:yaml.org,2002:"
Loader.yaml_implicit_resolvers = {}
Loader.add_implicit_resolver(f"{PLAIN}null", re.compile(r"(?:~|null|Null|NULL|)$"), ["~", "n", "N", ""])
Loader.add_implicit_resolver(
    f"{PLAIN}bool",
    re.compile(r"(?:yes|Yes|YES|no|No|NO|true|True|TRUE|false|False|FALSE|on|On|ON|off|Off|OFF)$"),
    list("yYnNtTfFoO"),
)
Loader.add_implicit_resolver(f"{PLAIN}int", re.compile(r"[-+]?[0-9]+$"), list("-+0123456789"))
Loader.add_implicit_resolver(f"{PLAIN}float", re.compile(r"[-+]?[0-9]+\.[0-9]+$"), list("-+0123456789"))
Loader.yaml_constructors = {
    f"{PLAIN}null": yaml.SafeLoader.construct_yaml_null,
    f"{PLAIN}bool": yaml.SafeLoader.construct_yaml_bool,
    f"{PLAIN}int": _integer,
    f"{PLAIN}float": _decimal,
    f"{PLAIN}str": yaml.SafeLoader.construct_yaml_str,
    f"{PLAIN}seq": _list,
    f"{PLAIN}map": _map,
    None: _unknown,
}


def load(text: str, *, first_line: int = 1) -> dict[str, Any]:
    """Return the map that `text` says, every value JSON-able and dates as text.

    `first_line` is the line of the file on which `text` begins, for the reasons. Raises SourceRefused.
    """
    if len(text) > MAX_CHARACTERS:
        raise SourceRefused("The front matter is longer than 32 kB. Is its closing line “---” missing?")
    try:
        front = _parse(text)
    except Refusal as refusal:
        raise SourceRefused(f"The front matter {refusal.problem} (line {first_line + refusal.line}).") from refusal
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = f" on line {first_line + mark.line}" if mark else ""
        raise SourceRefused(
            f"The front matter is not valid YAML{where}: {error.problem or error.context}. "
            "A value that holds “: ”, “#” or starts with a sign needs quotes around it."
        ) from error
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise SourceRefused(
            "The front matter cannot be read: it holds control characters or values nested too deep."
        ) from error
    if front is None:
        raise SourceRefused("The front matter is empty. Give at least “roles:” and “open:”.")
    if not isinstance(front, dict):
        raise SourceRefused("The front matter is not a list of “key: value” lines.")
    return {_storable(key): _storable(_iso(value)) for key, value in front.items()}


def _storable(value: Any) -> Any:
    """Return `value` as JSON in UTF-8 can hold it: escapes such as \\0 and halves of surrogate pairs become U+FFFD."""
    if isinstance(value, str):
        return UNSTORABLE.sub("\ufffd", value)
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    if isinstance(value, list):
        return [_storable(item) for item in value]
    if isinstance(value, dict):
        return {_storable(key): _storable(item) for key, item in value.items()}
    return value


def _parse(text: str) -> Any:
    """Return what `text` says; tabs where YAML forbids them count as two spaces."""
    try:
        return yaml.load(text, Loader=Loader)  # noqa: S506 (a stricter safe loader)
    except yaml.MarkedYAMLError:
        if "\t" not in text:
            raise
        return yaml.load(text.replace("\t", "  "), Loader=Loader)  # noqa: S506


def _iso(value: Any) -> Any:
    """Return `value` with a date such as 2021-7-2 written 2021-07-02; anything else as it is."""
    if isinstance(value, str) and (match := ISO_DATE.fullmatch(value)):
        year, month, day = match.groups()
        return f"{year}-{int(month):02}-{int(day):02}"
    return value
