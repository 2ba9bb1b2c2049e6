"""A client of a language server: starts it, speaks LSP over its standard streams, and answers its questions."""

from __future__ import annotations

import itertools
import json
import subprocess
import threading
from pathlib import Path
from queue import Empty, Queue
from typing import Any

PATIENCE = 60.0
"""Seconds for one answer: a cold server on a busy machine takes a few."""


class LanguageServer:
    """One server with one schema, for every file or for those that match some patterns."""

    def __init__(self, command: list[str], folder: Path, schema: Path, files: list[str] | None = None) -> None:
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, cwd=folder
        )
        self.folder = folder
        self.settings = {
            "yaml": {
                "schemas": {schema.as_uri(): files or ["*.yaml"]},
                "schemaStore": {"enable": False},
                "validate": True,
                "hover": True,
                "completion": True,
            }
        }
        self.numbers = itertools.count(1)
        self.answers: dict[int, Queue[Any]] = {}
        self.diagnostics: dict[str, Queue[list[dict[str, Any]]]] = {}
        self.listener = threading.Thread(target=self._listen, daemon=True)
        self.listener.start()
        self.ask(
            "initialize",
            {
                "processId": None,
                "rootUri": folder.as_uri(),
                "capabilities": {
                    "workspace": {"configuration": True, "didChangeConfiguration": {}},
                    "textDocument": {"hover": {"contentFormat": ["plaintext"]}, "publishDiagnostics": {}},
                },
            },
        )
        self.tell("initialized", {})
        self.tell("workspace/didChangeConfiguration", {"settings": self.settings})

    def open(self, name: str, text: str) -> str:
        """Open a document; its address."""
        uri = (self.folder / name).as_uri()
        self.diagnostics[uri] = Queue()
        document = {"uri": uri, "languageId": "yaml", "version": 1, "text": text}
        self.tell("textDocument/didOpen", {"textDocument": document})
        return uri

    def faults(self, uri: str) -> list[dict[str, Any]]:
        """What the server finds wrong with a document that was just opened."""
        return self.diagnostics[uri].get(timeout=PATIENCE)

    def completions(self, uri: str, line: int, character: int) -> dict[str, str]:
        """The labels that are offered at a place, counted from 0, with their descriptions."""
        found = self.ask("textDocument/completion", _at(uri, line, character))
        items = found["items"] if isinstance(found, dict) else found
        return {item["label"]: _plain(item.get("documentation")) for item in items}

    def hover(self, uri: str, line: int, character: int) -> str:
        """The text that a pointer at a place brings up."""
        found = self.ask("textDocument/hover", _at(uri, line, character))
        return _plain(found["contents"]) if found else ""

    def ask(self, method: str, params: Any) -> Any:
        """A request and its answer."""
        number = next(self.numbers)
        self.answers[number] = Queue()
        self._send({"id": number, "method": method, "params": params})
        try:
            answer = self.answers[number].get(timeout=PATIENCE)
        except Empty:
            raise AssertionError(f"no answer to {method} in {PATIENCE:.0f} s") from None
        assert "error" not in answer, answer
        return answer["result"]

    def tell(self, method: str, params: Any) -> None:
        """A notification."""
        self._send({"method": method, "params": params})

    def close(self) -> None:
        """End the server, politely first."""
        try:
            self.ask("shutdown", None)
            self.tell("exit", None)
            self.process.wait(PATIENCE)
        finally:
            self.process.kill()
            self.process.wait()
            self.listener.join(PATIENCE)
            for stream in (self.process.stdin, self.process.stdout):
                assert stream is not None
                stream.close()

    def _send(self, message: dict[str, Any]) -> None:
        data = json.dumps({"jsonrpc": "2.0", **message}).encode()
        assert self.process.stdin is not None
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(data), data))
        self.process.stdin.flush()

    def _listen(self) -> None:
        stream = self.process.stdout
        assert stream is not None
        while head := stream.readline():
            if not head.lower().startswith(b"content-length:"):
                continue
            while stream.readline().strip():
                pass
            self._receive(json.loads(stream.read(int(head.split(b":")[1]))))

    def _receive(self, message: dict[str, Any]) -> None:
        if "method" not in message:
            self.answers[message["id"]].put(message)
        elif message["method"] == "textDocument/publishDiagnostics":
            params = message["params"]
            self.diagnostics.setdefault(params["uri"], Queue()).put(params["diagnostics"])
        elif "id" in message:
            self._send({"id": message["id"], "result": self._reply(message)})

    def _reply(self, message: dict[str, Any]) -> Any:
        """The server asks for its settings, by section; other questions get no answer of weight."""
        if message["method"] != "workspace/configuration":
            return None
        return [self.settings.get(item.get("section", "")) for item in message["params"]["items"]]


def _at(uri: str, line: int, character: int) -> dict[str, Any]:
    return {"textDocument": {"uri": uri}, "position": {"line": line, "character": character}}


def _plain(content: Any) -> str:
    if isinstance(content, dict):
        return str(content.get("value", ""))
    if isinstance(content, list):
        return "\n".join(map(_plain, content))
    return content or ""
