"""The style sheet of the HTML report: both themes, print included. A pure function; any thread."""

from __future__ import annotations

from textwrap import indent

from grandstand.render.palette import variables

_RULES = """
* { box-sizing: border-box; }
body {
  margin: 0; padding: 2.5rem 1.25rem 4rem; background: var(--surface-window); color: var(--text-primary);
  font: 16px/1.55 Inter, system-ui, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif;
  font-variant-numeric: tabular-nums; overflow-wrap: break-word;
}
main { max-width: 62rem; margin: 0 auto; }
h1 { font-size: 2rem; line-height: 1.2; margin: 0 0 .5rem; letter-spacing: -.01em; }
h2 { font-size: 1.25rem; line-height: 1.35; margin: 0 0 .75rem; }
h3 { font-size: .8125rem; letter-spacing: .06em; text-transform: uppercase; color: var(--text-secondary);
  margin: 1.5rem 0 .5rem; font-weight: 600; }
p { margin: 0 0 .75rem; max-width: 48rem; }
a { color: inherit; text-decoration-color: var(--surface-border); text-underline-offset: .2em; }
a:hover { text-decoration-color: currentColor; }
.machine, .when, .how { color: var(--text-secondary); }
.when { font-size: .875rem; margin: 1rem 0 0; }
.reason { font-size: 1.0625rem; }
.counts { display: flex; flex-wrap: wrap; gap: .5rem 1.5rem; margin: 1.5rem 0; padding: 0; list-style: none; }
section, .summary { background: var(--surface-panel); border: 1px solid var(--surface-border); border-radius: 10px; }
section { padding: 1.5rem; margin: 1.25rem 0; }
.summary { padding: .25rem 1.25rem; overflow-x: auto; }
.head { display: flex; flex-wrap: wrap; gap: .5rem 1rem; align-items: flex-start; justify-content: space-between; }
.head h2 { flex: 1 1 20rem; }
table { border-collapse: collapse; width: 100%; }
th { text-align: left; font-weight: 600; font-size: .875rem; color: var(--text-secondary); }
th, td { padding: .5rem .75rem .5rem 0; border-bottom: 1px solid var(--surface-border); vertical-align: top; }
tr:last-child td { border-bottom: 0; }
td.number { white-space: nowrap; font-weight: 600; }
td.number + td { white-space: nowrap; }
.chip { display: inline-block; white-space: nowrap; font-weight: 600; font-size: .875rem; line-height: 1.7;
  padding: 0 .7em; border: 1.5px solid currentColor; border-radius: 1em; }
.chip b { display: inline-block; width: 1.2em; }
.holds { color: var(--accent-ok); }
.limits { color: var(--accent-warning); }
.not { color: var(--accent-danger); }
.undecided { color: var(--text-link); }
.untestable { color: var(--text-secondary); border-style: dashed; }
figure { margin: 1rem 0 0; border: 1px solid var(--surface-border); border-radius: 8px; overflow-x: auto; }
figure svg { display: block; width: 100%; height: auto; min-width: 36rem;
  font-family: Inter, "Segoe UI", Roboto, "Helvetica Neue", Arial, "Liberation Sans", system-ui, sans-serif; }
figure svg [font-family] { font-family: "JetBrains Mono", ui-monospace, Menlo, Consolas, monospace; }
details { margin-top: 1.25rem; }
summary { cursor: pointer; color: var(--text-link); font-weight: 500; }
pre { background: var(--surface-sunken); border: 1px solid var(--surface-border); border-radius: 8px; padding: 1rem;
  overflow-x: auto; font: 13.5px/1.5 "JetBrains Mono", ui-monospace, Menlo, Consolas, monospace; tab-size: 4; }
footer { color: var(--text-secondary); font-size: .875rem; margin-top: 2rem; }
@media (max-width: 40rem) {
  body { padding: 1.5rem .75rem; }
  section { padding: 1rem; }
  .summary { padding: .25rem .75rem; }
  .chip, td.number, td.number + td { white-space: normal; }
}
@page { margin: 15mm; }
@media print {
  body { padding: 0; background: none; font-size: 11pt; }
  section { break-inside: auto; border: 0; border-top: 1px solid var(--surface-border); border-radius: 0;
    padding: 1rem 0; }
  .head, figure, tr { break-inside: avoid; }
  figure svg { min-width: 0; }
  pre { white-space: pre-wrap; }
  details::details-content { content-visibility: visible; height: auto; }
  * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
}
"""


def style() -> str:
    """Light, dark where the reader's system is, and light on paper."""
    light, dark = indent(variables("light"), "  "), indent(variables("dark"), "    ")
    return (
        f":root {{\n  color-scheme: light dark;\n{light}\n}}\n"
        f"@media screen and (prefers-color-scheme: dark) {{\n  :root {{\n{dark}\n  }}\n}}\n"
        f"{_RULES.strip()}\n"
    )
