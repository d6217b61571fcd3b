# SPDX-License-Identifier: GPL-2.0-only
"""A project of a few files around the real scripts, tiny sources of Linux for it, and a mirror to download from."""

from __future__ import annotations

import hashlib
import os
import shutil
import socket
import subprocess
import tarfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LIMIT = 120.0  # seconds: detects a hang
NAME = "linux-3.0.8"

REBOOT = "int reboot(void)\n{\n\treturn -22;\n}\n"
HOOK = "\tmint_reboot();\n"
PATCH = f"""From: Somebody <somebody@ant-linux.invalid>
Date: Thu, 1 Jan 2026 00:00:00 +0000
Subject: [PATCH] Mint: a hook

It is called before anything else.
---
--- a/kernel/reboot.c
+++ b/kernel/reboot.c
@@ -2,0 +3 @@
+{HOOK}"""
SUBSTITUTION = """# SPDX-License-Identifier: GPL-2.0-only
# Somebody wants it.
kernel/word.c 1 s/old/new/
"""
MAKEFILE = """VERSION = {}
PATCHLEVEL = {}
SUBLEVEL = {}
EXTRAVERSION =

mrproper:
\trm -rf .config include/generated Module.symvers kernel/timeconst.h
"""


def tree(path: Path, version: str = "3.0.8") -> Path:
    """A source of Linux: what the project's series touch, and a file besides."""
    (path / "kernel").mkdir(parents=True)
    (path / "Makefile").write_text(MAKEFILE.format(*version.split(".")), encoding="utf-8")
    (path / "kernel" / "reboot.c").write_text(REBOOT, encoding="utf-8")
    (path / "kernel" / "word.c").write_text("one\nold\n", encoding="utf-8")
    (path / "kernel" / "other.c").write_text("int other;\n", encoding="utf-8")
    return path


def tarball(path: Path, source: Path, top: str = NAME) -> Path:
    """The tree as NAME.tar.xz, .bz2 or .gz."""
    with tarfile.open(path, f"w:{path.suffix[1:]}") as archive:
        archive.add(source, top)
    return path


class Project:
    """Our scripts, with a series for the tiny source."""

    def __init__(self, path: Path) -> None:
        self.path = path
        for directory in ("images", "ci", "include"):
            shutil.copytree(ROOT / directory, path / directory)
        shutil.copy(ROOT / "Makefile", path)
        self._write(f"mint-patches/configs/{NAME}.config", "CONFIG_MINT=y\n")
        self._write("mint-patches/files/include/linux/mint.h", "void mint_reboot(void);\n")
        for part, name, text in (("toolchain", "01-word.subst", SUBSTITUTION), ("mint", "01-hook.patch", PATCH)):
            self._write(f"mint-patches/{NAME}/{part}/series", f"# A comment.\n{part}-{name}\n")
            self._write(f"mint-patches/{NAME}/{part}/{part}-{name}", text)
        pristine = {"kernel/reboot.c": REBOOT, "kernel/word.c": "one\nold\n"}
        lock = "".join(f"{hashlib.sha256(text.encode()).hexdigest()}  {name}\n" for name, text in pristine.items())
        self._write(f"mint-patches/{NAME}/base.lock", lock)
        self.source = path / "build" / NAME / "src"
        self.packages = path / "packages"
        self.packages.mkdir()
        self.install("6.1")

    def install(self, kernel: str) -> Path:
        """Debian's package of this version's source."""
        source = tree(self.path.parent / f"linux-source-{kernel}", f"{kernel}.200")
        return tarball(self.packages / f"linux-source-{kernel}.tar.xz", source, source.name)

    def copy_series(self, kernel: str) -> None:
        """The series for the tiny source as another version's."""
        patches = self.path / "mint-patches"
        shutil.copytree(patches / NAME, patches / f"linux-{kernel}")

    def play_kexec_tools(self) -> None:
        """As much of kexec-tools as its series needs, as if it had been built."""
        self._write("mint-patches/kexec-tools/files/kexec/mint.c", "int mint;\n")
        self._write("mint-patches/kexec-tools/mint/series", "mint-01.patch\n")
        self._write("mint-patches/kexec-tools/mint/mint-01.patch", PATCH)
        self._write("build/kexec-tools/src.originals/kernel/reboot.c", REBOOT)

    def _write(self, name: str, text: str) -> None:
        (self.path / name).parent.mkdir(parents=True, exist_ok=True)
        (self.path / name).write_text(text, encoding="utf-8")

    def _environment(self, settings: dict[str, str]) -> dict[str, str]:
        """Without a setting no mirror answers, no package of Debian's is there but 6.1's, and KERNEL is auto."""
        environment = {name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "ANTBED_"))}
        for name in ("KERNEL", "LINUX_SRC", "BUILD"):
            environment.pop(name, None)
        return environment | {"LINUX_MIRROR": closed_mirror(), "DEBIAN_SOURCES": str(self.packages), **settings}

    def run(self, *words: str, **settings: str) -> subprocess.CompletedProcess[str]:
        """Runs a command there to its end."""
        environment = self._environment(settings)
        return subprocess.run(
            words, cwd=self.path, env=environment, capture_output=True, text=True, timeout=LIMIT, check=False
        )

    def start(self, *words: str, **settings: str) -> subprocess.Popen[bytes]:
        """The same in the background, in a process group of its own."""
        quiet = subprocess.DEVNULL
        environment = self._environment(settings)
        return subprocess.Popen(
            words, cwd=self.path, env=environment, stdout=quiet, stderr=quiet, start_new_session=True
        )

    def get_source(self, **settings: str) -> subprocess.CompletedProcess[str]:
        return self.run("images/linux-source.sh", **{"KERNEL": "3.0.8", **settings})

    def version(self, *words: str, **settings: str) -> subprocess.CompletedProcess[str]:
        return self.run("images/kernel-version.sh", *words, **settings)

    def downloads(self) -> set[str]:
        directory = self.path / "sources"
        return {path.name for path in directory.iterdir()} - {".lock"} if directory.exists() else set()

    def has_mint(self) -> bool:
        """Is the source there, with both series and Mint's own files, and nothing of a build?"""
        reboot = (self.source / "kernel" / "reboot.c").read_text(encoding="utf-8")
        word = (self.source / "kernel" / "word.c").read_text(encoding="utf-8")
        files = {str(path.relative_to(self.source)) for path in self.source.rglob("*") if path.is_file()}
        expected = {"Makefile", "kernel/reboot.c", "kernel/word.c", "kernel/other.c", "include/linux/mint.h"}
        expected |= {"include/antlinux/abi.h", "include/antlinux/mint.h"}
        return reboot == REBOOT.replace("{\n", "{\n" + HOOK) and word == "one\nnew\n" and files == expected


def closed_mirror() -> str:
    """An address where nobody listens."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{free.getsockname()[1]}"


class _Handler(SimpleHTTPRequestHandler):
    def do_GET(self) -> None:
        mirror: Mirror = self.server  # type: ignore[assignment]
        mirror.requests.append(f"GET {self.path}")
        if mirror.cut_after is None or self.path.endswith(".sign"):
            super().do_GET()
            return
        content = Path(self.translate_path(self.path)).read_bytes()
        self.send_response(200)
        if mirror.tells_length:
            self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content[: mirror.cut_after])
        mirror.goes_on.wait(LIMIT)

    def do_HEAD(self) -> None:
        mirror: Mirror = self.server  # type: ignore[assignment]
        mirror.requests.append(f"HEAD {self.path}")
        super().do_HEAD()

    def log_message(self, format: str, *arguments: object) -> None:
        del format, arguments


class Mirror(ThreadingHTTPServer):
    """kernel.org, played; `cut_after` breaks every tarball off."""

    def __init__(self, directory: Path) -> None:
        super().__init__(("127.0.0.1", 0), partial(_Handler, directory=str(directory)))
        self.requests: list[str] = []
        self.cut_after: int | None = None
        self.tells_length = True
        self.goes_on = threading.Event()
        self.goes_on.set()
        self.url = f"http://127.0.0.1:{self.server_address[1]}"

    @contextmanager
    def stalled(self) -> Iterator[None]:
        """What is broken off just does not go on, as on a slow line."""
        self.goes_on.clear()
        try:
            yield
        finally:
            self.goes_on.set()


@contextmanager
def served(directory: Path) -> Iterator[Mirror]:
    mirror = Mirror(directory)
    thread = threading.Thread(target=mirror.serve_forever)
    thread.start()
    try:
        yield mirror
    finally:
        mirror.shutdown()
        thread.join()
        mirror.server_close()


@contextmanager
def silent_mirror() -> Iterator[str]:
    """Takes connections and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"http://127.0.0.1:{server.getsockname()[1]}"


def path_without(directory: Path, program: str) -> str:
    """A PATH with every program of the usual one except this."""
    directory.mkdir()
    for place in ("/usr/sbin", "/usr/bin", "/sbin", "/bin"):
        for entry in Path(place).iterdir():
            link = directory / entry.name
            if entry.name != program and not link.is_symlink():
                link.symlink_to(entry)
    return str(directory)


def complaint(done: subprocess.CompletedProcess[str]) -> str:
    """The one line of a refusal."""
    assert done.returncode != 0, done.stdout
    lines = [line for line in done.stderr.splitlines() if line.startswith("error: ")]
    assert len(lines) == 1, done.stderr
    return lines[0]


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path / "project")


@pytest.fixture
def linux(tmp_path: Path) -> Path:
    return tree(tmp_path / "somewhere" / NAME)


@pytest.fixture
def mirror(tmp_path: Path) -> Iterator[Mirror]:
    (tmp_path / "mirror").mkdir()
    with served(tmp_path / "mirror") as server:
        yield server


@pytest.fixture
def mirrored(tmp_path: Path, linux: Path, mirror: Mirror) -> Path:
    """The tarball on the mirror."""
    assert mirror.url
    return tarball(tmp_path / "mirror" / f"{NAME}.tar.xz", linux)
