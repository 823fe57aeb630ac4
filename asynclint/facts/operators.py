"""How operators, by the names of their libcst classes, are written in facts."""

from __future__ import annotations

OPERATORS: dict[str, str] = {
    "Add": "+",
    "BitAnd": "&",
    "BitOr": "|",
    "Divide": "/",
    "Multiply": "*",
    "Modulo": "%",
    "Subtract": "-",
    "Equal": "==",
    "NotEqual": "!=",
    "LessThan": "<",
    "LessThanEqual": "<=",
    "GreaterThan": ">",
    "GreaterThanEqual": ">=",
    "Is": "is",
    "IsNot": "is not",
    "In": "in",
    "NotIn": "not in",
    "Not": "not",
    "Minus": "-",
}
