"""The pages: which one is on the screen, each made when it is first wanted. GUI thread."""

from __future__ import annotations

import importlib
import pkgutil
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from grandstand.ui import pages as rooms
from grandstand.ui.shell.actions import Action, actions_of
from grandstand.ui.shell.page import Page, PageSpec
from grandstand.ui.shell.services import Services
from grandstand.ui.widgets.stack import Stack

HOME = "live"


def page_specs() -> list[PageSpec]:
    """Every page there is: the packages in ``ui/pages`` that describe one, in their order."""
    specs = []
    for room in pkgutil.iter_modules(rooms.__path__):
        spec = getattr(importlib.import_module(f"{rooms.__name__}.{room.name}"), "PAGE", None)
        if isinstance(spec, PageSpec):
            specs.append(spec)
    return sorted(specs, key=lambda spec: spec.order)


class Slot:
    """One page's place: ``page`` is None until it is first wanted."""

    def __init__(self, spec: PageSpec, pages: Pages) -> None:
        self.spec, self._pages = spec, pages
        self.page: Any = None
        self.actions: dict[str, Action] = {}

    @property
    def shown(self) -> bool:
        return self.page is not None and self._pages.currentWidget() is self.page

    @property
    def busy(self) -> bool:
        """Whether it measures something that must be alone on this machine."""
        return self.page is not None and bool(self.page.busy)

    def made(self) -> Any:
        if self.page is None:
            self.page = self._pages.make(self)
        return self.page

    def show(self, on: bool | None = None) -> None:
        """This page, or the run's again; None: the other one."""
        on = not self.shown if on is None else on
        if on or self.shown:
            self._pages.show_page(self.spec.key if on else HOME)


class Pages(Stack):
    """``switched``: another page is on the screen. ``changed``: how far a page's work is has changed."""

    switched = Signal()
    changed = Signal()

    def __init__(self, specs: list[PageSpec], services: Services, window: QWidget) -> None:
        super().__init__()
        self._services, self._window = services, window
        self.slots = {spec.key: Slot(spec, self) for spec in specs}

    @property
    def slot(self) -> Slot:
        """Of the page on the screen."""
        return next((slot for slot in self.slots.values() if slot.shown), self.slots[HOME])

    @property
    def page(self) -> Page:
        made: Page = self.slot.made()
        return made

    @property
    def live_shown(self) -> bool:
        """Whether the charts of the run are on the screen, and not another page."""
        return self.slot.spec.key == HOME

    def made(self) -> list[Page]:
        return [slot.page for slot in self.slots.values() if slot.page is not None]

    def make(self, slot: Slot) -> Page:
        page = slot.spec.make(self._services)
        slot.actions = actions_of(slot.spec.actions, page, self._window)
        for action in slot.actions.values():  # the keys of a page act while it is on the screen
            action.setEnabled(False)
            self._window.addAction(action)
        page.changed.connect(self.changed)
        if self._services.desk.presenting:
            page.present(True)
        self.addWidget(page)
        return page

    def show_page(self, key: str) -> None:
        """Brings a page onto the screen. Raises KeyError."""
        before, now = self.slot, self.slots[key]
        page = now.made()
        if before is now and now.shown and before.actions and next(iter(before.actions.values())).isEnabled():
            return
        if before is not now:
            before.page.leave()
        page.come()
        for slot in self.slots.values():
            for action in slot.actions.values():
                action.setEnabled(slot is now)
        if before is not now:
            # Else Qt hands the keyboard to the first control, and Space would open that.
            before.page.setFocus()
        self.setCurrentWidget(page)
        page.take_focus()
        self.switched.emit()

    def close_down(self) -> None:
        for page in self.made():
            page.close_down()
