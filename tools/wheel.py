"""Build the wheel with the engine into dist/, try it where it has nothing but itself, and write docs/wheel.md.

Trying means: installed into a fresh virtual environment, it renders all examples without a network,
with an empty PATH and home, and with nothing that it may write to but a folder for scratch files.
tests/test_packaging.py does the same.
"""

from __future__ import annotations

import hashlib
import os
import shlex
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import Message
from pathlib import Path

from cvbuild.engine.install import read_lock

ROOT = Path(__file__).parents[1]
EXAMPLES = sorted((ROOT / "examples").glob("*.yaml"))

# A user of no rights, not even root's, in a network without a way out.
ISOLATED = ("unshare", "--user", "--map-user=65534", "--map-group=65534", "--net")

# What a program can do there: it is run by the Python of the virtual environment.
PROBE = """\
import os, pathlib, socket, sys
import cvbuild
package = pathlib.Path(cvbuild.__file__).parent
try:
    socket.socket(socket.AF_INET, socket.SOCK_DGRAM).connect(("192.0.2.1", 9))
    print("network: there is one")
except OSError as error:
    print(f"network: {error.strerror}")
for name, folder in {
    "HOME": os.environ["HOME"],
    "XDG_CACHE_HOME": os.environ["XDG_CACHE_HOME"],
    "the package": package,
    "the engine's cache": package / "_engine" / "cache" / "formats",
    "TMPDIR": os.environ["TMPDIR"],
}.items():
    try:
        with open(pathlib.Path(folder, "probe"), "w"):
            print(f"{name}: can be written")
        os.unlink(pathlib.Path(folder, "probe"))
    except OSError as error:
        print(f"{name}: {error.strerror}")
"""


@dataclass
class Trial:
    """What came out: the PDFs by the name of their example, and what was run and said."""

    isolated: bool
    pdfs: dict[str, bytes] = field(default_factory=dict)
    lines: list[str] = field(default_factory=list)

    @property
    def log(self) -> str:
        """The commands and their output."""
        return "\n".join(self.lines) + "\n"


def build_sdist(out: Path) -> Path:
    """Build the sdist, of the files of this folder."""
    return _build("sdist", ROOT, out, None)


def build_wheel(sdist: Path, out: Path, platform: str | None = "this") -> Path:
    """Build from an sdist the wheel for a platform, or the one without the engine."""
    with tempfile.TemporaryDirectory() as scratch:
        with tarfile.open(sdist) as archive:
            archive.extractall(scratch, filter="data")
        (unpacked,) = Path(scratch).iterdir()
        return _build("wheel", unpacked, out, platform)


def _build(kind: str, folder: Path, out: Path, platform: str | None) -> Path:
    environment = {name: value for name, value in os.environ.items() if name != "CVBUILD_WHEEL_PLATFORM"}
    environment |= {"CVBUILD_WHEEL_PLATFORM": platform} if platform else {}
    with tempfile.TemporaryDirectory() as scratch:
        command = [sys.executable, "-m", "build", f"--{kind}", "--no-isolation", "--outdir", scratch, str(folder)]
        _run(command, Path(scratch), environment)
        (built,) = Path(scratch).iterdir()
        out.mkdir(parents=True, exist_ok=True)
        return Path(shutil.copy(built, out))


def render_here(out: Path) -> dict[str, bytes]:
    """What the engine of this checkout makes of the examples."""
    out.mkdir(parents=True, exist_ok=True)
    environment = {n: v for n, v in os.environ.items() if n not in {"SOURCE_DATE_EPOCH", "CVBUILD_ENGINE_DIR"}}
    for example in EXAMPLES:
        target = out / f"{example.stem}.pdf"
        _run([sys.executable, "-m", "cvbuild", "render", str(example), "-o", str(target)], out, environment)
    return {example.stem: (out / f"{example.stem}.pdf").read_bytes() for example in EXAMPLES}


def can_isolate() -> bool:
    """Whether this machine lets a program be shut off (on Linux: user namespaces)."""
    return (
        shutil.which("unshare") is not None and subprocess.run([*ISOLATED, "true"], capture_output=True).returncode == 0
    )


def try_offline(wheel: Path, work: Path) -> Trial:
    """Install a wheel into a fresh virtual environment in the folder `work`, and render all examples with it."""
    trial = Trial(isolated=can_isolate())

    def say(line: str) -> None:
        trial.lines.append(line.replace(str(work), "$PWD").replace(sys.executable, "python3"))

    def call(*command: str | Path, quiet: bool = False) -> None:
        words = [str(word) for word in command]
        say("$ " + shlex.join(words).replace(f"'{work}", "'$PWD"))
        said = _run(words, work, None)
        if not quiet:
            for line in said.splitlines():
                say(line)

    shutil.copy(wheel, work)
    _write_pins(work / "pins.txt")
    shutil.copytree(ROOT / "examples", work / "examples", ignore=shutil.ignore_patterns("*.pdf"))
    (work / "probe.py").write_text(PROBE, encoding="utf-8")
    for name in ("home", "cache", "tmp", "out"):
        (work / name).mkdir()
    call(sys.executable, "-m", "venv", "--without-pip", "venv")
    pip = (sys.executable, "-m", "pip", "--python", "venv/bin/python", "install", "--disable-pip-version-check")
    call(*pip, "--constraint", "pins.txt", wheel.name, quiet=True)
    if not trial.isolated:
        say("# This machine does not let a program be shut off: it has the network, and may write as this user may.")
    closed = ("venv", "examples", "home", "cache")
    call("chmod", "-R", "a-w", *closed)
    try:
        nothing = (f"HOME={work}/home", f"XDG_CACHE_HOME={work}/cache", f"TMPDIR={work}/tmp", "PATH=")
        alone = (*(ISOLATED if trial.isolated else ()), "env", "-i", *nothing)
        call(*alone, "venv/bin/python", "probe.py")
        call(*alone, "venv/bin/cvbuild", "engine", "status")
        for example in EXAMPLES:
            pdf = f"out/{example.stem}.pdf"
            call(*alone, "venv/bin/cvbuild", "render", f"examples/{example.name}", "-o", pdf)
            trial.pdfs[example.stem] = (work / pdf).read_bytes()
        call("ls", "-A", "home", "cache", "tmp")
    finally:
        subprocess.run(["chmod", "-R", "u+w", *closed], cwd=work, check=True)
    return trial


def _write_pins(file: Path) -> None:
    """The versions of requirements.lock, without the hashes: the wheel itself has none there."""
    lines = (ROOT / "requirements.lock").read_text(encoding="utf-8").splitlines()
    pins = [line.rstrip(" \\") for line in lines if "==" in line]
    file.write_text("\n".join(pins) + "\n", encoding="utf-8")


def _run(command: list[str], folder: Path, environment: Mapping[str, str] | None) -> str:
    ran = subprocess.run(
        command, cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )
    if ran.returncode != 0:
        raise RuntimeError(f"{shlex.join(command)}: status {ran.returncode}\n{ran.stdout}")
    return ran.stdout


# The page --------------------------------------------------------------------


def metadata(wheel: Path) -> Message:
    """The METADATA of a wheel."""
    with zipfile.ZipFile(wheel) as archive:
        (name,) = (name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
        return message_from_bytes(archive.read(name))


def group(name: str) -> str:
    """What a file of the wheel is part of."""
    folder, _, rest = name.partition("/")
    if folder.endswith(".dist-info"):
        return "the wheel's metadata"
    if not rest.startswith("_engine/"):
        return "themes" if rest.startswith("templates/") else "cvbuild itself"
    part, _, file = rest.removeprefix("_engine/").partition("/")
    if part != "bundle":
        return {
            "tectonic": "the program, Tectonic",
            "tectonic.exe": "the program, Tectonic",
            "cache": "formats: LaTeX preloaded",
            "licenses": "licences",
        }.get(part, "list of the engine's files")
    suffix = Path(file).suffix
    if suffix in {".ttf", ".otf"}:
        return "fonts: text, icons, Chinese"
    return "fonts: mathematics" if suffix in {".tfm", ".pfb"} else "LaTeX and its packages"


def page(wheel: Path, trial: Trial, here: Mapping[str, bytes]) -> str:
    """docs/wheel.md; `here` is what the checkout's own engine makes of the examples."""
    return "\n".join(_page(wheel, trial, here)) + "\n"


def _page(wheel: Path, trial: Trial, here: Mapping[str, bytes]) -> Iterator[str]:
    with zipfile.ZipFile(wheel) as archive:
        files = sorted(archive.infolist(), key=lambda info: info.filename)
    yield "# The wheel"
    yield "\nThis page is made by `make wheel`; do not edit it. [engine.md](engine.md) says where the parts come from.\n"
    yield f"`{wheel.name}`: **{wheel.stat().st_size / 1e6:.1f} MB**, {len(files)} files, "
    yield f"{sum(info.file_size for info in files) / 1e6:.1f} MB installed. It is built from the sdist:\n"
    yield "```\nCVBUILD_WHEEL_PLATFORM=this python -m build\n```\n"
    yield "| | files | bytes in the wheel | bytes installed |"
    yield "|---|--:|--:|--:|"
    groups: dict[str, list[zipfile.ZipInfo]] = {}
    for info in files:
        groups.setdefault(group(info.filename), []).append(info)
    for name, inside in sorted(groups.items(), key=lambda item: -sum(info.compress_size for info in item[1])):
        packed, size = sum(info.compress_size for info in inside), sum(info.file_size for info in inside)
        yield f"| {name} | {len(inside)} | {packed:,} | {size:,} |"
    yield f"| all | {len(files)} | {sum(i.compress_size for i in files):,} | {sum(i.file_size for i in files):,} |"
    yield f"\n## Licences\n\nThe metadata say: `{metadata(wheel)['License-Expression']}`.\n"
    yield "| | licence of what is taken | in `cvbuild/_engine/licenses/` |"
    yield "|---|---|---|"
    lock = read_lock()
    for package in [lock["program"], *lock["package"]]:
        folder = f"cvbuild/_engine/licenses/{package['name']}/"
        texts = [f"{info.filename.removeprefix(folder)}" for info in files if info.filename.startswith(folder)]
        yield f"| {package['name']} {package['version']}: {package['about']} | {package['license']} | {'; '.join(texts)} |"
    yield "\n## Alone\n\nInstalled into a fresh virtual environment, the wheel renders all examples as a user without rights, in a network"
    yield "without a way out, with an empty `PATH` and an empty home, where it may write nothing but scratch files and the PDFs:\n"
    yield f"```\n{trial.log}```\n"
    yield "| example | bytes | SHA-256 | |"
    yield "|---|--:|---|---|"
    for name, pdf in trial.pdfs.items():
        same = "the same bytes as by the engine of the checkout" if here[name] == pdf else "**not as by the checkout**"
        yield f"| {name} | {len(pdf):,} | `{hashlib.sha256(pdf).hexdigest()[:16]}…` | {same} |"
    yield "\n## Every file\n\n<details><summary>bytes installed, name</summary>\n\n```"
    for info in files:
        yield f"{info.file_size:>10,}  {info.filename}"
    yield "```\n\n</details>"


@contextmanager
def work_folder() -> Iterator[Path]:
    """A folder for a trial."""
    with tempfile.TemporaryDirectory(prefix="cvbuild-wheel-") as scratch:
        yield Path(scratch).resolve()


def main() -> None:
    """Build, try, write; stops if a PDF is not as it should be."""
    wheel = build_wheel(build_sdist(ROOT / "dist"), ROOT / "dist")
    with work_folder() as work:
        here = render_here(work / "here")
        trial = try_offline(wheel, work)
    (ROOT / "docs" / "wheel.md").write_text(page(wheel, trial, here), encoding="utf-8")
    print(f"{wheel.relative_to(ROOT)}: {wheel.stat().st_size / 1e6:.1f} MB")
    if trial.pdfs != here:
        sys.exit("the wheel gives other PDFs than the checkout: see docs/wheel.md")


if __name__ == "__main__":
    main()
