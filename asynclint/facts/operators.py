"""How operators are written in facts."""

from __future__ import annotations

import libcst as cst

OPERATORS: dict[type[cst.CSTNode], str] = {
    cst.Add: "+",
    cst.BitAnd: "&",
    cst.BitOr: "|",
    cst.Divide: "/",
    cst.Multiply: "*",
    cst.Modulo: "%",
    cst.Subtract: "-",
    cst.Equal: "==",
    cst.NotEqual: "!=",
    cst.Is: "is",
    cst.IsNot: "is not",
    cst.In: "in",
    cst.NotIn: "not in",
    cst.Not: "not",
    cst.Minus: "-",
}
