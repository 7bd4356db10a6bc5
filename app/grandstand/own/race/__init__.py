"""A race: a person's function in every way that can run it, workers chosen as it learns; the answer first.

``field.py`` says who takes part, ``racing.py`` measures, ``answer.py`` says what came of it, ``document.py`` and
``report.py`` write it down, ``against.py`` puts it beside an earlier one.
"""
