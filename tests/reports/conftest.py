from __future__ import annotations

from collections.abc import Sequence

import pytest

from asynclint.diagnostics import Diagnostic, Span, Step

API = """\
@app.get("/me")
async def profile(uid):
\tuser = load_user(uid)
    """


@pytest.fixture
def texts() -> dict[str, str]:
    return {
        "app/api.py": API,
        "app/jobs.py": "import time\r\nasync def 待つ():\r\n    前 = time.sleep(\r\n        1\r\n    )\r\n",
    }


@pytest.fixture
def diagnostics() -> Sequence[Diagnostic]:
    transitive = Diagnostic(
        path="app/api.py",
        span=Span(3, 9, 3, 23),
        code="AIO102",
        name="blocking-http-call",
        message="blocking HTTP request: `load_user` reaches `requests.get` and stalls the event loop",
        help="await asyncio.to_thread(load_user, ...), or use an async client such as httpx.AsyncClient",
        chain=(
            Step("app/api.py", 3, 9, "async def profile()", "load_user()"),
            Step("app/users.py", 31, 12, "load_user()", "_fetch()"),
            Step("app/users.py", 9, 12, "_fetch()", "requests.get()"),
        ),
        primitive="requests.get",
        function="profile",
        function_line=2,
        called="load_user",
    )
    direct = Diagnostic(
        path="app/jobs.py",
        span=Span(3, 9, 5, 6),
        code="AIO101",
        name="blocking-sleep",
        message="`time.sleep` stalls the event loop",
        chain=(Step("app/jobs.py", 3, 9, "async def 待つ()", "time.sleep()"),),
        primitive="time.sleep",
        function="待つ",
        function_line=2,
        called="time.sleep",
    )
    return transitive, direct
