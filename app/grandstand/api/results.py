"""What comes back from Python: tables, pictures, the program. Nothing of it measures anything. Any thread."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from markupsafe import Markup

from grandstand.api.calling import Called
from grandstand.files.writer import write_text
from grandstand.own.doctor import Diagnosis
from grandstand.own.finding import VERDICTS, Finding
from grandstand.own.race import report
from grandstand.own.race.answer import Answer, answer, rows, warnings
from grandstand.own.race.document import document
from grandstand.own.race.pictures import pictures
from grandstand.own.race.racing import Race
from grandstand.plain import json_text
from grandstand.render.code import KINDS
from grandstand.render.drawing import draw
from grandstand.render.page import templates
from grandstand.render.palette import as_variables, variables

_WIDTH = 860
_MARKS = {"ok": "✓", "mind": "!", "fails": "✗", "unchecked": "·"}


class DoctorResult:
    """``findings`` in the order in which they are shown; ``sentence``: the answer first."""

    def __init__(self, diagnosis: Diagnosis, called: Called) -> None:
        self.diagnosis = diagnosis
        self._called = called

    @property
    def findings(self) -> list[Finding]:
        return self.diagnosis.findings

    @property
    def sentence(self) -> str:
        return f"{self.diagnosis.sentence} {self.price}".rstrip()

    @property
    def price(self) -> str:
        """What it costs that the function stands in no file; '' where it does."""
        return self._called.price

    def to_dict(self) -> dict[str, Any]:
        """The document of ``grandstand doctor --json``."""
        return self.diagnosis.as_dict()

    def to_dicts(self) -> list[dict[str, Any]]:
        """A row a finding: ``id``, ``title``, ``verdict``, ``text``."""
        return [{"id": f.id, "title": f.title, "verdict": f.verdict, "text": f.text} for f in self.findings]

    def to_frame(self) -> Any:
        """The same as a pandas.DataFrame. Raises ImportError where there is no pandas."""
        return _frame(self.to_dicts())

    def __repr__(self) -> str:
        lines = [f"{_MARKS[f.verdict]} {f.title}: {VERDICTS[f.verdict]}. {f.text}" for f in self.findings]
        return "\n".join([self.sentence, *lines])

    def _repr_html_(self) -> str:
        return _html(title=self._called.own.call, answer=self.sentence, findings=self.findings)


class RaceResult:
    """``answer``: which way to use, and by how much; ``reasons``: why not the others."""

    def __init__(self, race: Race, called: Called) -> None:
        self.race = race
        self._called = called
        self._answer: Answer = answer(race)

    @property
    def answer(self) -> str:
        return self._answer.text

    @property
    def reasons(self) -> tuple[str, ...]:
        return self._answer.reasons

    @property
    def doctor(self) -> DoctorResult:
        return DoctorResult(self.race.diagnosis, self._called)

    @property
    def warnings(self) -> list[str]:
        return [*warnings(self.race), *([self._called.price] if self._called.price else [])]

    @property
    def left_out(self) -> list[str]:
        """The ways that did not take part, each with the reason."""
        return [f"{one.name}: {one.reason}" for one in self.race.left_out]

    @property
    def code(self) -> str:
        """A complete program; '' where there is none."""
        program = self._answer.code.get("program", "")
        by_value = self._called.by_value
        if by_value is None or not program:
            return program
        name = self.race.own.function.name
        names = sorted({name.partition(".")[0], *([self.race.own.setup] if self.race.own.setup else [])})
        return program.replace(
            f"from {by_value.path.stem} import {', '.join(names)}\n", f"{by_value.source.strip()}\n\n"
        )

    def to_dict(self) -> dict[str, Any]:
        """The document of ``grandstand race --json``."""
        return document(self.race)

    def to_dicts(self) -> list[dict[str, Any]]:
        """A row a setup (docs/json.md, ``rows[]`` of ``race --json``)."""
        return rows(self.race)

    def to_frame(self) -> Any:
        """The same as a pandas.DataFrame. Raises ImportError where there is no pandas."""
        return _frame(self.to_dicts())

    def save(self, path: str | Path) -> None:
        """Writes JSON, HTML or Markdown, by the ending. Raises OSError, and ValueError for another ending."""
        target = Path(path)
        made = {
            ".json": lambda: json_text(self.to_dict(), indent=2) + "\n", ".html": lambda: report.html(self.race),
            ".md": lambda: report.markdown(self.race),
        }.get(target.suffix.lower())  # fmt: skip
        if made is None:
            raise ValueError(f"{target.name}: a race is written as .json, .html or .md.")
        write_text(target, made())

    def __repr__(self) -> str:
        lines = [self._answer.sentence]
        lines += [f"  {row['setup']}: {row['times ' + self.race.reference.words]}" for row in report.table(self.race)]
        lines += [f"Note: {text}" for text in self.warnings]
        return "\n".join([*lines, *(f"Left out: {text}" for text in self.left_out)])

    def _repr_html_(self) -> str:
        drawn = [Markup(draw(one, as_variables(), _WIDTH)) for one in pictures(self.race)]
        return _html(
            title=self._called.own.call, answer=self.answer, reasons=self.reasons, pictures=drawn,
            warnings=self.warnings, left_out=self.left_out, findings=self.race.diagnosis.findings,
            code=report.colored(self.code) if self.code else "", how=report.conditions(self.race),
        )  # fmt: skip


def _html(**content: Any) -> str:
    usual = {"reasons": (), "pictures": (), "warnings": (), "left_out": (), "code": "", "how": ""}
    rows = [(_MARKS[f.verdict], f.verdict, VERDICTS[f.verdict], f.title, f.text) for f in content.pop("findings")]
    return templates().get_template("notebook.html").render(
        {**usual, **content}, findings=rows, kinds=KINDS, light=Markup(variables("light")),
        dark=Markup(variables("dark")),
    )  # fmt: skip


def _frame(records: list[dict[str, Any]]) -> Any:
    import importlib

    try:
        pandas = importlib.import_module("pandas")
    except ImportError:
        raise ImportError("pandas is not installed here: to_dicts() gives the same as a list of dicts.") from None
    return pandas.DataFrame(records)
