"""The lifecycle, drawn: Mermaid text from the same table that the code and the database run on."""

from workflow import machine
from workflow.states import Action, State


def mermaid() -> str:
    """Give the state diagram in Mermaid; undoing, which leads back along every arrow, is left out for the eye."""
    lines = ["stateDiagram-v2", "    direction LR"]
    for edge in machine.edges():
        if edge.action == Action.UNDO:
            continue
        source = edge.source.value if edge.source else "[*]"
        lines.append(f"    {source} --> {edge.target.value}: {edge.action.value}")
    lines += [f"    {state.value}: {state.name.capitalize()}" for state in State]
    return "\n".join(lines) + "\n"


def page() -> str:
    """Give the whole document `docs/lifecycle.md`: diagram and table."""
    rows = [
        f"| `{edge.action.value}` | {edge.source.value if edge.source else '–'} | {edge.target.value} | {needs(edge)} |"
        for edge in machine.edges()
        if edge.action != Action.UNDO
    ]
    back = ", ".join(f"{edge.source} → {edge.target}" for edge in machine.edges() if edge.action == Action.UNDO)
    return (
        "# The lifecycle\n\n"
        "Written by `./jalon manage draw_machine --write` from `workflow/machine.py`; a test compares the two.\n\n"
        f"```mermaid\n{mermaid()}```\n\n"
        "| action | from | to | guards |\n|---|---|---|---|\n" + "\n".join(rows) + "\n\n"
        "`undo` takes the last move back while its mail is still held. It leads along these ways, each only if it "
        f"is the way back of the last row of the log: {back}.\n"
    )


def needs(edge: machine.Edge) -> str:
    """Give the guards of an arrow, as their docstrings say them."""
    if edge.source is None:
        return "an open posting, a name or an address"
    arrow = getattr(machine.Lifecycle, edge.action)._django_fsm.transitions[edge.source]
    said = [condition.__doc__[0].lower() + condition.__doc__[1:].rstrip(".") for condition in arrow.conditions]
    if edge.action == Action.REJECT:
        said.append("a reason from the list, a human actor")
    return "; ".join(said) or "–"
