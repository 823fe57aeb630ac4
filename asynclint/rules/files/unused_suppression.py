"""AIO901."""

from __future__ import annotations

from asynclint.program.observations import UnusedSuppression
from asynclint.rules.base import Finding, Rule


class UnusedSuppressionRule(Rule[UnusedSuppression]):
    """A suppression comment that suppresses nothing.

    ## What it does
    Finds `# noqa: AIO101` and `# asynclint: ignore[AIO101]` comments with codes that nothing is found for where they
    stand. Codes of other linters and a bare `# noqa` are left alone, as they may be meant for somebody else.

    ## Why is this bad?
    Such a comment tells its readers that the line blocks the event loop and that this is known, which is no longer
    so. And it will silence the next finding there, which nobody has looked at yet.

    ## Example
    ```python
    import asyncio


    async def poll():
        await asyncio.sleep(1)  # noqa: AIO101
    ```

    ## Use instead
    ```python
    import asyncio


    async def poll():
        await asyncio.sleep(1)
    ```

    ## Notes
    A comment in a helper that blocks is in use when it cuts a chain from any `async def` of the project, in whichever
    file.

    ## See also
    Ruff: RUF100
    """

    code = "AIO901"
    name = "unused-suppression"
    observes = UnusedSuppression

    def check(self, observed: UnusedSuppression) -> Finding:
        """A finding for every such comment."""
        codes = f" for {', '.join(observed.codes)}" if observed.codes else ""
        return Finding(f"unused suppression: nothing is found here{codes}", "remove it")
