"""AIO900."""

from __future__ import annotations

from asynclint.program.observations import UnreadableFile
from asynclint.rules.base import Finding, Rule


class InvalidFile(Rule[UnreadableFile]):
    """A file that could not be read.

    ## What it does
    Reports files, or parts of them, that asynclint could not read, decode or parse.

    ## Why is this bad?
    Python can't run what does not parse. And nothing else is found in that part of the file: no news from it is no
    good news.

    ## Example
    ```python
    import asyncio


    async def main():
        await
    ```

    ## Use instead
    ```python
    import asyncio


    async def main():
        await asyncio.sleep(1)
    ```

    ## Notes
    asynclint reads the newest syntax of Python, whichever Python it runs on. Templates and other files that only look
    like Python belong into `exclude` in `[tool.asynclint]`.

    ## See also
    Ruff: `invalid-syntax`; flake8: E999
    """

    code = "AIO900"
    name = "invalid-file"
    observes = UnreadableFile

    def check(self, observed: UnreadableFile) -> Finding:
        """A finding for every such file."""
        return Finding(observed.reason)
