"""The drawn lifecycle, the code and the database are one."""

import re

from django.conf import settings

from workflow import diagram, machine, triggers
from workflow.states import Action


def test_diagram_shows_every_arrow_of_the_code_and_no_other() -> None:
    drawn = set(re.findall(r"^ {4}(\S+) --> (\S+): (\S+)$", diagram.mermaid(), re.M))
    assert drawn == {
        (edge.source.value if edge.source else "[*]", edge.target.value, edge.action.value)
        for edge in machine.edges()
        if edge.action != Action.UNDO
    }


def test_trigger_knows_every_arrow_of_the_code_and_no_other() -> None:
    said = set(re.findall(r"\('(\w+)', '(\w+)'\)", triggers.lifecycle_sql()))
    assert said == {(edge.source.value, edge.target.value) for edge in machine.edges() if edge.source}


def test_document_is_current() -> None:
    written = (settings.BASE_DIR / "docs" / "lifecycle.md").read_text(encoding="utf-8")
    assert written == diagram.page(), "Run ./jalon manage draw_machine --write"
