"""A small client of the language server for YAML, as an editor has one: the Language Server Protocol over two pipes."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from tools.web import LANGUAGE_SERVER

SETTINGS: dict[str, Any] = {
    "yaml": {"validate": True, "hover": True, "completion": True, "schemaStore": {"enable": False}}
}
"""As in an editor without a network."""


class Server:
    """A language server that is running."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self._process = process
        self._last = 0
        self._versions: dict[str, int] = {}
        self._found: dict[str, list[dict[str, Any]]] = {}
        self.capabilities: dict[str, Any] = {}

    # --- what an editor asks ---

    def problems(self, path: Path, text: str) -> list[dict[str, Any]]:
        """The diagnostics of a file that was not shown before."""
        self._show(path, text)
        while path.as_uri() not in self._found:
            self._handle(self._receive())
        return self._found[path.as_uri()]

    def complete(self, path: Path, text: str) -> dict[str, dict[str, Any]]:
        """What is offered where ``|`` stands in a text: items by their labels."""
        at = text.index("|")
        self._show(path, text[:at] + text[at + 1 :])
        answer = self._ask("textDocument/completion", self._place(path, text[:at]))
        items = answer["items"] if isinstance(answer, dict) else answer or []
        return {item["label"]: item for item in items}

    def hover(self, path: Path, text: str) -> str:
        """What is told of the place where ``|`` stands in a text."""
        at = text.index("|")
        self._show(path, text[:at] + text[at + 1 :])
        answer = self._ask("textDocument/hover", self._place(path, text[:at]))
        if not answer:
            return ""
        contents = answer["contents"]
        return str(contents["value"] if isinstance(contents, dict) else contents)

    def _place(self, path: Path, before: str) -> dict[str, Any]:
        lines = before.split("\n")
        position = {"line": len(lines) - 1, "character": len(lines[-1])}
        return {"textDocument": {"uri": path.as_uri()}, "position": position}

    def _show(self, path: Path, text: str) -> None:
        """What an editor has of a file, now."""
        uri = path.as_uri()
        version = self._versions[uri] = self._versions.get(uri, 0) + 1
        if version == 1:
            item = {"uri": uri, "languageId": "yaml", "version": version, "text": text}
            self._send("textDocument/didOpen", {"textDocument": item})
        else:
            document = {"uri": uri, "version": version}
            self._send("textDocument/didChange", {"textDocument": document, "contentChanges": [{"text": text}]})

    # --- the protocol ---

    def start(self, folder: Path) -> None:
        """Shake hands."""
        capabilities = {
            "textDocument": {
                "completion": {
                    "completionItem": {"snippetSupport": True, "documentationFormat": ["markdown", "plaintext"]}
                },
                "hover": {"contentFormat": ["markdown", "plaintext"]},
            },
            "workspace": {"configuration": True},
        }
        asked = {"processId": None, "rootUri": folder.as_uri(), "capabilities": capabilities}
        self.capabilities = self._ask("initialize", asked)["capabilities"]
        self._send("initialized", {})
        self._send("workspace/didChangeConfiguration", {"settings": SETTINGS})

    def _ask(self, method: str, parameters: Any) -> Any:
        self._last += 1
        asked = self._last
        self._write({"jsonrpc": "2.0", "id": asked, "method": method, "params": parameters})
        while True:
            message = self._receive()
            if message.get("id") == asked and "method" not in message:
                assert "error" not in message, message
                return message["result"]
            self._handle(message)

    def _send(self, method: str, parameters: Any) -> None:
        self._write({"jsonrpc": "2.0", "method": method, "params": parameters})

    def _handle(self, message: dict[str, Any]) -> None:
        """Whatever the server says or asks by itself."""
        method = message.get("method")
        if method == "textDocument/publishDiagnostics":
            self._found[message["params"]["uri"]] = message["params"]["diagnostics"]
        elif "id" in message and method is not None:
            result: Any = None
            if method == "workspace/configuration":
                result = [SETTINGS.get(item.get("section"), {}) for item in message["params"]["items"]]
            self._write({"jsonrpc": "2.0", "id": message["id"], "result": result})

    def _write(self, message: dict[str, Any]) -> None:
        data = json.dumps(message).encode()
        assert self._process.stdin is not None
        self._process.stdin.write(b"Content-Length: %d\r\n\r\n" % len(data) + data)
        self._process.stdin.flush()

    def _receive(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        length = 0
        while line := self._process.stdout.readline().strip():
            name, _, value = line.partition(b":")
            length = int(value) if name.lower() == b"content-length" else length
        assert length, "the language server has ended"
        message: dict[str, Any] = json.loads(self._process.stdout.read(length))
        return message


@contextmanager
def language_server(folder: Path) -> Iterator[Server]:
    """A server for files of a folder."""
    process = subprocess.Popen([*LANGUAGE_SERVER, "--stdio"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    try:
        server = Server(process)
        server.start(folder)
        yield server
    finally:
        with suppress(OSError):
            process.stdin.close()  # type: ignore[union-attr]
        process.terminate()
        process.wait()
