"""The one kind of error that is the user's to mend."""

from __future__ import annotations


class UserError(Exception):
    """Something that was asked for can't be done. The message says in one line what, where and why."""
