"""Two ways to use a page, with one set of words: a mouse, or a keyboard and nothing else."""

from __future__ import annotations

import datetime as dt

from playwright.sync_api import Locator, Page

PATIENCE = 150
"""Tabs after which a control counts as out of reach."""


class Mouse:
    """Clicks, and types where it has clicked."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def press(self, control: Locator) -> None:
        """Press a button, a link or a fold."""
        control.click()

    def write(self, field: Locator, text: str) -> None:
        """Write in a field, in place of what stood there."""
        field.fill(text)

    def write_day(self, field: Locator, day: dt.date) -> None:
        """Write a day in a field for dates."""
        field.fill(day.isoformat())

    def choose(self, field: Locator, value: str) -> None:
        """Choose an option of a list."""
        field.select_option(value)

    def tick(self, box: Locator) -> None:
        """Tick a box, or choose one of several."""
        box.check()

    def leave(self, dialog: Locator) -> None:
        """Close a dialog and change nothing."""
        dialog.get_by_role("button", name="Fermer").click()
        dialog.wait_for(state="hidden")


class Keyboard:
    """Tabs until it is there; a page on which that leads nowhere fails the test."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def reach(self, control: Locator) -> None:
        """Bring the focus to a control by Tab alone; raises AssertionError if it cannot be reached."""
        control.wait_for()
        for _ in range(PATIENCE):
            if control.evaluate("control => control === document.activeElement"):
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"Tab never reached {control}")

    def press(self, control: Locator) -> None:
        """Press a button, a link or a fold with Enter."""
        self.reach(control)
        self.page.keyboard.press("Enter")

    def write(self, field: Locator, text: str) -> None:
        """Write in a field, in place of what stood there."""
        self.reach(field)
        self.page.keyboard.press("ControlOrMeta+a")
        self.page.keyboard.type(text)

    def write_day(self, field: Locator, day: dt.date) -> None:
        """Write a day in the browser's own field, which speaks the browser's language: English here."""
        self.reach(field)
        self.page.keyboard.type(f"{day:%m%d%Y}")

    def choose(self, field: Locator, value: str) -> None:
        """Choose an option of a list with the arrow keys."""
        self.reach(field)
        self.page.keyboard.press("Home")
        for _ in range(field.locator("option").count()):
            if field.input_value() == value:
                return
            self.page.keyboard.press("ArrowDown")
        raise AssertionError(f"the arrows never reached {value!r}")

    def tick(self, box: Locator) -> None:
        """Tick a box with the space bar; one of several with the arrow keys."""
        if box.get_attribute("type") != "radio":
            self.reach(box)
            self.page.keyboard.press("Space")
            return
        group = self.page.locator(f"input[type=radio][name='{box.get_attribute('name')}']")
        for _ in range(PATIENCE):
            if group.evaluate_all("radios => radios.includes(document.activeElement)"):
                break
            self.page.keyboard.press("Tab")
        self.page.keyboard.press("Space")
        for _ in range(group.count()):
            if box.is_checked():
                return
            self.page.keyboard.press("ArrowDown")
        raise AssertionError(f"the arrows never reached {box}")

    def leave(self, dialog: Locator) -> None:
        """Close a dialog and change nothing."""
        self.page.keyboard.press("Escape")
        dialog.wait_for(state="hidden")


Hand = Mouse | Keyboard
