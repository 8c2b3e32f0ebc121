"""The command line in the process of the tests: a tenth of the time, where it is not the process that is tested."""

from __future__ import annotations

import subprocess
import sys
from contextlib import chdir, redirect_stderr, redirect_stdout
from io import BytesIO, TextIOWrapper
from pathlib import Path
from unittest import mock

from cvbuild.cli import app


def cvbuild(*args: str, cwd: Path, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    """As `tests.test_cli.cvbuild`."""
    given, out, err = (TextIOWrapper(BytesIO(data), "utf-8", write_through=True) for data in (stdin, b"", b""))
    with chdir(cwd), mock.patch.object(sys, "stdin", given), redirect_stdout(out), redirect_stderr(err):
        try:
            app(list(args), prog_name="cvbuild")
        except SystemExit as left:
            status = left.code
    assert isinstance(status, int)
    return subprocess.CompletedProcess(args, status, *(_bytes(stream) for stream in (out, err)))


def _bytes(stream: TextIOWrapper) -> bytes:
    written = stream.detach()
    assert isinstance(written, BytesIO)
    return written.getvalue()
