"""Draws time against lines: `python charts.py series.json chart.svg`, with what `compare.py` has written."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import matplotlib as mpl
from matplotlib import pyplot

SHOWN = (
    "pylint",
    "flake8 --select ASYNC",
    "asynclint, no cache",
    "ast.parse of every file",
    "ruff, no cache",
    "asynclint, nothing changed",
    "ruff, nothing changed",
)
"""The scenarios in the chart, from top to bottom."""


def draw(series: dict[str, list[tuple[int, float]]], file: Path) -> None:
    """Write the chart of `series`, points of lines and seconds by scenario, to `file`."""
    mpl.rcParams["svg.hashsalt"] = "asynclint"
    figure, axes = pyplot.subplots(figsize=(8, 5))
    for scenario in SHOWN:
        points = sorted(series.get(scenario, ()))
        if points:
            axes.plot([lines for lines, _ in points], [seconds for _, seconds in points], marker="o", label=scenario)
    axes.set(xscale="log", yscale="log", xlabel="lines of code", ylabel="seconds")
    axes.grid(visible=True, which="both", alpha=0.3)
    axes.legend()
    figure.savefig(file, metadata={"Date": None}, bbox_inches="tight")


def draw_growth(series: dict[str, list[tuple[int, float]]], file: Path) -> None:
    """Write a chart of time against size, of programs of several shapes, to `file`."""
    mpl.rcParams["svg.hashsalt"] = "asynclint"
    figure, axes = pyplot.subplots(figsize=(8, 5))
    for shape, points in series.items():
        axes.plot([size for size, _ in points], [seconds for _, seconds in points], marker="o", label=shape)
    axes.set(xlabel="size", ylabel="processor seconds", xlim=(0, None), ylim=(0, None))
    axes.grid(visible=True, alpha=0.3)
    axes.legend()
    figure.savefig(file, metadata={"Date": None}, bbox_inches="tight")


if __name__ == "__main__":
    draw(json.loads(Path(sys.argv[1]).read_text()), Path(sys.argv[2]))
