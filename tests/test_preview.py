"""`cvbuild watch --preview`: what is answered to whom, and the page in a browser."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import webbrowser
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from http import HTTPStatus
from io import BytesIO
from pathlib import Path
from threading import Thread
from typing import Any
from unittest.mock import Mock

import pikepdf
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from playwright.sync_api import Browser, Page, expect
from tools.web import axe, browser, nu

from cvbuild.cli.watch import open_page
from cvbuild.diagnostics import NO_FOLDER, UNKNOWN_KEY, Diagnostic
from cvbuild.preview import NoPort, Preview
from cvbuild.preview.http import MAX_HEAD, BadRequest, Request, Response, parse
from cvbuild.preview.pages import Gone, Pages
from cvbuild.preview.server import MAX_CONNECTIONS, PATIENCE
from cvbuild.preview.show import Show
from cvbuild.preview.site import Events, Site
from cvbuild.source import Source, Span

SECRET = "5ecre7"
HOST = "127.0.0.1:5284"
NAME = "Ada & <me>.pdf"


def pdf(*addresses: str, pages: int = 2) -> bytes:
    """A PDF of empty pages; on the first are links to these addresses, and one to the second page."""
    made = pikepdf.new()
    for _ in range(pages):
        made.add_blank_page(page_size=(200, 300))
    actions: list[dict[str, Any]] = [
        {"/A": pikepdf.Dictionary(S=pikepdf.Name.URI, URI=pikepdf.String(address))} for address in addresses
    ]
    if pages > 1:
        goal = pikepdf.Array([made.pages[1].obj, pikepdf.Name.XYZ, 0, 260, 0])
        actions.append({"/Dest": goal})
    made.pages[0].Annots = pikepdf.Array(
        made.make_indirect(
            pikepdf.Dictionary(
                {"/Type": pikepdf.Name.Annot, "/Subtype": pikepdf.Name.Link, "/Rect": [10, 250, 60, 270], **a}
            )
        )
        for a in actions
    )
    out = BytesIO()
    made.save(out)
    return out.getvalue()


@pytest.fixture(scope="module")
def site() -> Site:
    show = Show(NAME)
    show.built(pdf(), [], "12:00:00", 0.2)
    show.explain({"CV201": "What it means.\n"})
    return Site(show, NAME, SECRET, 5284)


def request(path: str, method: str = "GET", **fields: str) -> Request:
    lines = {"Host": HOST, **{name.replace("_", "-"): value for name, value in fields.items()}}
    head = f"{method} {path} HTTP/1.1\r\n" + "".join(f"{name}: {value}\r\n" for name, value in lines.items())
    return parse((head + "\r\n").encode("latin-1"))


def status(site: Site, path: str, method: str = "GET", **fields: str) -> int:
    answer = site.answer(request(path, method, **fields))
    return (answer.head if isinstance(answer, Events) else answer).status.value


# --- requests ---


@given(st.binary() | st.builds(lambda head: b"GET / HTTP/1.1\r\n" + head + b"\r\n\r\n", st.binary()))
@example(b"GET //[ HTTP/1.1\r\n\r\n")
@example(b"GET /?%s HTTP/1.1\r\n\r\n" % (b"a=1&" * 20))
def test_any_bytes_are_a_request_or_refused(head: bytes) -> None:
    try:
        found = parse(head)
    except BadRequest:
        return
    assert found.path
    assert all(name == name.lower() for name in found.fields)


@pytest.mark.parametrize(
    "head",
    [
        "GET http://127.0.0.1/ HTTP/1.1\r\nHost: x",
        "GET / HTTP/2\r\nHost: x",
        "GET / HTTP/1.1\r\nHost: x\r\nHost: y",
        "GET / HTTP/1.1\r\nHost: x\r\n folded",
        "GET / HTTP/1.1\r\nHost : x",
        "GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 3",
        "GET / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked",
        "GET / HTTP/1.1\nHost: x",
        "get / HTTP/1.1\r\nHost: x",
    ],
)
def test_requests_that_are_refused(head: str) -> None:
    with pytest.raises(BadRequest):
        parse((head + "\r\n\r\n").encode())


# --- who may look ---


def test_what_there_is(site: Site) -> None:
    state = json.loads(body(site, f"/{SECRET}/state"))
    assert (state["name"], state["sizes"], state["errors"]) == (NAME, [[200, 300], [200, 300]], 0)
    page = f"/{SECRET}/page/{state['key']}"
    assert body(site, f"{page}/1.png?width=100").startswith(b"\x89PNG")
    assert b"links" in body(site, f"{page}/0.json")
    assert body(site, f"/{SECRET}/pdf/Ada%20%26%20%3Cme%3E.pdf") == pdf_of(site)
    assert body(site, f"/{SECRET}/explain/CV201") == b"What it means.\n"
    assert status(site, f"/{SECRET}/events") == 200
    assert status(site, f"/{SECRET}") == 303
    for path in ("2.png?width=100", "0.png", "0.png?width=x", "0.png?width=-1", "x.png?width=100", "0.txt", "1e1.json"):
        assert status(site, f"{page}/{path}") == 404, path
    for path in (f"/{SECRET}/page/other/0.json", f"/{SECRET}/pdf/x.pdf", f"/{SECRET}/explain/CV202", f"/{SECRET}//"):
        assert status(site, path) == 404, path


def test_a_page_that_is_known_is_not_sent_again(site: Site) -> None:
    path = f"/{SECRET}/page/{json.loads(site.show.state()[1])['key']}/1.png?width=150"
    first = answer(site, path)
    assert first.status is HTTPStatus.OK
    assert first.fields is not None
    again = answer(site, path, If_None_Match=first.fields["ETag"])
    assert (again.status, again.body) == (HTTPStatus.NOT_MODIFIED, b"")
    other = answer(site, path.replace("150", "151"), If_None_Match=first.fields["ETag"])
    assert other.status is HTTPStatus.OK


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, 200),
        ({"Host": "localhost:5284"}, 200),
        ({"Host": "LocalHost:5284"}, 200),
        ({"Origin": f"http://{HOST}"}, 200),
        ({"Sec_Fetch_Site": "same-origin"}, 200),
        ({"Sec_Fetch_Site": "cross-site", "Sec_Fetch_Mode": "navigate", "Sec_Fetch_Dest": "document"}, 200),
        ({"Host": "evil.example"}, 421),
        ({"Host": "evil.example:5284"}, 421),
        ({"Host": "127.0.0.1"}, 421),
        ({"Host": ""}, 421),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": "http://127.0.0.1:8000"}, 403),
        ({"Sec_Fetch_Site": "cross-site", "Sec_Fetch_Mode": "no-cors", "Sec_Fetch_Dest": "image"}, 403),
        ({"Sec_Fetch_Site": "same-site", "Sec_Fetch_Mode": "cors"}, 403),
        ({"Sec_Fetch_Site": "cross-site", "Sec_Fetch_Mode": "navigate", "Sec_Fetch_Dest": "iframe"}, 403),
    ],
)
def test_who_may_look(fields: dict[str, str], expected: int, site: Site) -> None:
    assert status(site, f"/{SECRET}/state", **fields) == expected
    if expected == 200:
        assert status(site, "/wrong/state", **fields) == 404


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS", "CONNECT", "TRACE"])
def test_one_can_only_read(method: str, site: Site) -> None:
    assert status(site, f"/{SECRET}/state", method) == 405
    assert status(site, f"/{SECRET}/state", "HEAD") == 200


@given(st.text("ab./%2eséc5r7e\x00?#").filter(lambda path: SECRET not in path))
@example("../" + SECRET[:-1])
@example("")
@example("once/")
def test_nobody_comes_in_without_the_secret(site: Site, path: str) -> None:
    found = site.answer(Request("GET", tuple(path.split("/")), {}, {"host": HOST}))
    assert isinstance(found, Response)
    assert found.status is HTTPStatus.NOT_FOUND


def test_a_ticket_lets_in_once(site: Site) -> None:
    path = site.ticket()
    assert SECRET not in path
    assert status(site, path, "HEAD") == 303
    first = answer(site, path)
    assert first.status is HTTPStatus.SEE_OTHER
    assert first.fields == {"Location": f"/{SECRET}/"}
    assert status(site, path) == 404


def test_answers_are_for_this_page_alone(site: Site) -> None:
    """No other site can embed, read or keep them, and nothing in them may do what the page does not."""
    shell = answer(site, f"/{SECRET}/")
    nonce = re.findall(r"'nonce-([\w-]+)'", shell.policy)
    assert len(nonce) == 2
    assert shell.body.decode().count(f'nonce="{nonce[0]}"') == 2
    assert answer(site, f"/{SECRET}/").policy != shell.policy
    for path in ("", "state", "explain/CV201", "../wrong"):
        head = answer(site, f"/{SECRET}/{path}").head().decode()
        assert "Access-Control" not in head
        assert "default-src 'none'" in head
        assert "unsafe" not in head
        for line in ("Cache-Control: no-store", "X-Content-Type-Options: nosniff", "Referrer-Policy: no-referrer"):
            assert line in head
        assert "Cross-Origin-Resource-Policy: same-origin" in head
        assert "frame-ancestors 'none'" in head


def answer(site: Site, path: str, **fields: str) -> Response:
    found = site.answer(request(path, **fields))
    assert isinstance(found, Response)
    return found


def body(site: Site, path: str) -> bytes:
    found = answer(site, path)
    assert found.status is HTTPStatus.OK, path
    return found.body


def pdf_of(site: Site) -> bytes:
    pages = site.show.pages()
    assert pages is not None
    return pages.pdf


# --- what there is to see ---


def test_the_last_good_pdf_stays() -> None:
    show = Show("me.pdf")
    seen = []
    show.on_change(lambda: seen.append(json.loads(show.state()[1])))
    good = pdf()
    found = Span(Source("me.yaml", "name: Ada\nnmae: <b>\x1b\n"), 10, 14)
    show.built(good, [], "12:00:00", 0.25)
    show.building()
    show.built(None, [Diagnostic(UNKNOWN_KEY, "bad \x1b[2J", found, "hint")], "12:00:01", 0.1)
    show.built(good, [], "12:00:02", 0.2)
    show.built(pdf(pages=1), [Diagnostic(NO_FOLDER, "odd")], "12:00:03", 0.2)
    first, building, bad, again, other = seen
    assert (first["building"], building["building"], bad["building"]) == (False, True, False)
    assert (bad["key"], bad["wrote"], bad["stale"], bad["errors"]) == (first["key"], "12:00:00", True, 1)
    (told,) = bad["diagnostics"]
    assert told["message"] == "bad �[2J"
    assert told["place"] == {"name": "me.yaml:2:1", "line": 2, "excerpt": ["", "nmae", ": <b>�"]}
    assert (again["key"], again["wrote"], again["errors"]) == (first["key"], "12:00:02", 0), (
        "equal bytes, equal pictures"
    )
    assert other["key"] not in (None, first["key"])
    assert len(other["sizes"]) == 1
    assert show.pages(first["key"]) is None


def test_links() -> None:
    pages = Pages(
        pdf("https://example.org/%C3%A9", "javascript:alert(1)", "file:///etc/passwd", "mailto:a@example.org")
    )
    links = pages.layout(0)["links"]
    assert [link.get("address") for link in links] == ["https://example.org/%C3%A9", "mailto:a@example.org", None]
    assert links[0]["box"] == [10, 30, 50, 20]
    assert (links[2]["page"], links[2]["down"]) == (1, 40)


def test_pictures_have_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cvbuild.preview.pages.MAX_PIXELS", 540_000)
    pages = Pages(pdf())
    sizes = [png_size(pages.picture(0, width).png) for width in (1, 400, 10**9)]
    assert sizes[:2] == [(1, 2), (400, 600)]
    assert sizes[2] == (600, 900)
    digest = pages.picture(0, 300).digest
    assert pages.picture(1, 301, known=digest).png
    assert Pages(pdf()).picture(0, 300, known=digest) == (digest, b"")
    pages.close()
    with pytest.raises(Gone):
        pages.picture(0, 299)


def png_size(png: bytes) -> tuple[int, int]:
    return int.from_bytes(png[16:20]), int.from_bytes(png[20:24])


# --- the socket ---


@pytest.fixture
def preview() -> Iterator[Preview]:
    with Preview("me.pdf", "one") as running:
        yield running


def send(preview: Preview, data: bytes) -> bytes:
    with socket.create_connection(("127.0.0.1", preview.port), 5) as connection:
        connection.sendall(data)
        return b"".join(iter(lambda: connection.recv(65536), b""))


def get(preview: Preview, path: str) -> bytes:
    place = preview.address.removeprefix("http://").partition("/")
    return send(preview, f"GET /{place[2]}{path} HTTP/1.1\r\nHost: {place[0]}\r\n\r\n".encode())


def test_what_is_sent_to_the_socket(preview: Preview) -> None:
    assert get(preview, "").startswith(b"HTTP/1.1 200 OK\r\n")
    assert get(preview, "x").startswith(b"HTTP/1.1 404 ")
    assert send(preview, b"\x16\x03\x01 what is this\r\n\r\n").startswith(b"HTTP/1.1 400 ")
    assert send(preview, b"GET / HTTP/1.1\r\nA: " + b"a" * MAX_HEAD).startswith(b"HTTP/1.1 431 ")
    head = send(
        preview,
        f"HEAD /{preview.address.rsplit('/', 2)[1]}/ HTTP/1.1\r\nHost: 127.0.0.1:{preview.port}\r\n\r\n".encode(),
    )
    assert head.endswith(b"\r\n\r\n")
    assert b"Content-Length: 0" not in head


def test_an_address_is_the_same_the_next_time_and_nobody_else_s(preview: Preview) -> None:
    secrets: dict[str, set[str]] = {}
    for identity in ("one", "two", "one"):
        with Preview("me.pdf", identity) as other:
            assert other.port != preview.port
            secrets.setdefault(identity, set()).add(other.address.rsplit("/", 2)[1])
    assert [len(found) for found in secrets.values()] == [1, 1]
    assert secrets["one"] != secrets["two"]
    assert all(len(secret) >= 32 for found in secrets.values() for secret in found)


def test_a_port_that_is_taken(preview: Preview) -> None:
    with pytest.raises(NoPort, match=f"port {preview.port}: another program"):
        Preview("me.pdf", "one", preview.port)


def test_many_connections_do_not_stop_it(preview: Preview) -> None:
    """Those that say nothing, and streams, are bounded; whoever comes then is told so, and served when one is gone."""
    silent = [socket.create_connection(("127.0.0.1", preview.port), 5) for _ in range(MAX_CONNECTIONS)]
    wait_for(lambda: get(preview, "").startswith(b"HTTP/1.1 503 "))
    for connection in silent[:2]:
        connection.close()
    wait_for(lambda: get(preview, "").startswith(b"HTTP/1.1 200 "))
    for connection in silent[2:]:
        connection.close()


def wait_for(what: Callable[[], bool]) -> None:
    """Wait for it, but for less time than a connection may be silent."""
    end = time.monotonic() + PATIENCE / 2
    while not what():
        assert time.monotonic() < end
        time.sleep(0.01)


def test_the_stream_tells_the_last_state_and_ends_at_once() -> None:
    with ExitStack() as stack:
        preview = stack.enter_context(Preview("me.pdf", "one"))
        path = f"/{preview.address.rsplit('/', 2)[1]}/events"
        with socket.create_connection(("127.0.0.1", preview.port), 5) as connection:
            connection.sendall(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{preview.port}\r\n\r\n".encode())
            stream = connection.makefile("rb")
            states = (json.loads(line[6:]) for line in stream if line.startswith(b"data: "))
            assert next(states)["key"] is None
            preview.built(pdf(), [], "12:00:00", 0.2)
            assert next(states)["wrote"] == "12:00:00"
            begin = time.monotonic()
            stack.close()
            assert list(states) == []
            assert time.monotonic() - begin < 1.9
    with Preview("me.pdf", "one", preview.port) as again:
        assert again.address == preview.address


def test_no_browser_takes_the_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where there is no desktop, Python finds lynx, links or w3m."""
    monkeypatch.delenv("BROWSER", raising=False)
    monkeypatch.setattr("webbrowser.get", lambda: webbrowser.GenericBrowser("w3m"))
    assert not open_page("http://127.0.0.1:1/")
    monkeypatch.setattr("webbrowser.get", Mock(side_effect=webbrowser.Error))
    assert not open_page("http://127.0.0.1:1/")


# --- in a browser ---

PARAGRAPH = "The engine weaves algebraic patterns just as the loom weaves flowers and leaves. " * 6
CV = "name: Ada Lovelace\nsections:\n  Notes:\n" + "".join(f"    - {PARAGRAPH}{n}.\n" for n in range(14))
SHORT = "name: Ada Lovelace\nsections:\n  Notes: On the engine.\n"
ERROR = "sectoins: {<script>alert(1)</script>: 1}\n"


class Watched:
    """A `cvbuild watch me.yaml --preview`, which can be started again."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.start()

    def start(self, *options: str) -> None:
        command = [sys.executable, "-m", "cvbuild", "watch", "me.yaml", "--preview", *options]
        browser = self.folder / "browser"
        browser.write_text('#!/bin/sh\necho "$1" >opening && mv opening opened\n')
        browser.chmod(0o755)
        environment = {**os.environ, "BROWSER": f"{browser} %s"}
        self.process = subprocess.Popen(command, cwd=self.folder, stderr=subprocess.PIPE, text=True, env=environment)
        assert self.process.stderr is not None
        found = re.search(r"http://127.0.0.1:(\d+)/\w+/", self.process.stderr.readline())
        assert found is not None
        self.address, self.port = found[0], found[1]
        Thread(target=self.process.stderr.read, daemon=True).start()

    def stop(self) -> None:
        self.process.send_signal(signal.SIGTERM)
        assert self.process.wait(5) == 128 + signal.SIGTERM

    def save(self, text: str) -> None:
        (self.folder / "new").write_text(text)
        (self.folder / "new").replace(self.folder / "me.yaml")


@pytest.fixture(scope="module")
def watched(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Watched]:
    folder = tmp_path_factory.mktemp("watched")
    (folder / "me.yaml").write_text(CV)
    running = Watched(folder)
    yield running
    if running.process.poll() is None:
        running.process.kill()
        running.process.wait()


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with browser() as running:
        yield running


@pytest.fixture(scope="module")
def tab(chromium: Browser, watched: Watched) -> Iterator[Page]:
    """The page, as a user has it; whatever its policy forbids is an error."""
    context = chromium.new_context(viewport={"width": 500, "height": 500}, device_scale_factor=2)
    page = context.new_page()
    page.set_default_timeout(20_000)
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    page.goto(watched.address)
    page.locator(".page img").nth(1).wait_for()
    yield page
    assert [error for error in errors if "net::ERR_" not in error and "404" not in error] == []


@pytest.mark.engine
def test_an_edit_arrives_where_the_reader_is(tab: Page, watched: Watched) -> None:
    expect(tab.locator(".page")).to_have_count(2)
    assert tab.evaluate(
        "document.querySelector('.page img').naturalWidth / document.querySelector('.page').clientWidth"
    ) == pytest.approx(2, abs=0.01)
    tab.evaluate("scrollTo(0, 300); window.stays = true; window.pictures = [...document.querySelectorAll('img')]")
    watched.save(CV.replace("loom weaves flowers", "sea breaks windows", 1))
    expect(tab.locator("#page-1 .text")).to_contain_text("sea breaks windows")
    kept = "[stays, scrollY, ...[...document.querySelectorAll('img')].map((img, n) => img === pictures[n])]"
    assert tab.evaluate(kept) == [True, 300, False, True], "the picture of the second page stays"
    bar = tab.locator(".change").first.evaluate(
        "bar => [bar.offsetTop, bar.parentElement.clientHeight, bar.offsetHeight]"
    )
    assert bar[0] < bar[1] / 3
    assert bar[2] < bar[1] / 10


@pytest.mark.engine
def test_keys(tab: Page, watched: Watched) -> None:
    tab.evaluate("scrollTo(0, 0)")
    width = tab.evaluate("document.querySelector('.page').clientWidth")
    tab.keyboard.press("+")
    assert tab.evaluate("document.querySelector('.page').clientWidth") == pytest.approx(width * 1.25, abs=1)
    tab.keyboard.press("0")
    assert tab.evaluate("document.querySelector('.page').clientWidth") == width
    tab.keyboard.press("ArrowRight")
    assert tab.evaluate("document.querySelector('#page-2').getBoundingClientRect().top") < 100
    with tab.expect_download() as download:
        tab.keyboard.press("d")
    assert download.value.suggested_filename == "me.pdf"
    assert download.value.path().read_bytes() == (watched.folder / "me.pdf").read_bytes()


@pytest.mark.engine
def test_errors_come_and_go_in_all_tabs(tab: Page, watched: Watched, tmp_path: Path) -> None:
    other = tab.context.new_page()
    other.goto(watched.address)
    other.locator(".page img").nth(1).wait_for()
    panel = tab.locator("#panel")
    expect(tab.locator("#status")).to_contain_text("Typeset at")
    time_of = tab.locator("#status").inner_text().split()[2]
    watched.save(CV + ERROR)
    expect(panel).to_contain_text("unknown key `sectoins`")
    expect(panel.locator(".place")).to_contain_text("me.yaml:18:1")
    expect(panel.locator(".excerpt")).to_contain_text("<script>alert(1)</script>")
    expect(panel.locator(".hint")).to_contain_text("did you mean `sections`?")
    assert tab.locator("#status").inner_text() == f"Showing the last good PDF, of {time_of}"
    assert tab.title() == "1 error: me.pdf"
    assert tab.locator(".page img").count() == 2
    expect(tab.locator(".page img").first).to_have_css("opacity", "0.4")
    tab.locator(".code").click()
    expect(tab.locator("#explanation")).to_contain_text("The key is not one that cvbuild knows")
    tab.keyboard.press("Escape")
    html = tmp_path / "page.html"
    html.write_text("<!doctype html>" + tab.locator("html").evaluate("html => html.outerHTML"))
    assert [found["message"] for found in nu(html)] == []
    assert [(found["id"], [node["html"] for node in found["nodes"]]) for found in axe(tab)] == []
    expect(other.locator("#panel")).to_contain_text("unknown key")
    watched.save(SHORT)
    for page in (tab, other):
        expect(page.locator("#panel")).to_be_hidden()
        expect(page).to_have_title("me.pdf")
        expect(page.locator(".page img")).to_have_count(1)
        expect(page.locator(".page")).to_have_count(1)


@pytest.mark.engine
def test_the_page_waits_for_cvbuild_to_come_back(tab: Page, watched: Watched) -> None:
    address = watched.address
    watched.stop()
    expect(tab.locator("#status")).to_contain_text("has ended")
    assert tab.locator(".page img").count() == 1
    watched.save(CV)
    watched.start("--port", watched.port, "--open")
    assert watched.address == address
    expect(tab.locator(".page img")).to_have_count(2)
    expect(tab.locator("#status")).to_contain_text("Typeset at")
    wait_for((watched.folder / "opened").exists)
    once = (watched.folder / "opened").read_text().strip()
    assert address.rsplit("/", 2)[1] not in once
    opened = tab.context.new_page()
    opened.goto(once)
    assert opened.url == address
    if os.name == "posix":
        watched.process.send_signal(signal.SIGINT)
        assert watched.process.wait(5) == 0
