#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""Takes QEMU's command line and plays a guest, good or bad, so that the testbed is tested without one.

FAKE_GUEST says which: ok, quiet (Linux prints nothing), silent (never boots), no-ant, not-started, own-os (AnT's
cores are left alone), refused (QEMU itself fails), deaf (QEMU itself hangs before it listens), stubborn (a command
cannot be ended). Commands run in a shell on this computer; some are special: `panic-ant`, `panic-linux`, `poweroff
-f`, `off` (the same without a word), `die`, `fill-disk` (until `cont`), `say WORDS` on both consoles, and `wren`,
which starts a system without a control channel in AnT's place.

The probe's guest (testbed/run/probe.py) is another: FAKE_PROBE="kvm=2 tcg=hang" says for each accelerator after how
many seconds it is done, or that it hangs, crashes or fails.
"""

from __future__ import annotations

import json
import os
import queue
import re
import selectors
import signal
import socket
import subprocess
import sys
import threading
import time
from typing import Any

KIND = os.environ.get("FAKE_GUEST", "ok")
state = "prelaunch"  # QMP's query-status
running = threading.Event()


def option(argv: list[str], pattern: str) -> str:
    return next(found.group(1) for word in argv if (found := re.search(pattern, word)))


class Line:
    """A chardev: a socket server for one client at a time, and its log."""

    def __init__(self, argv: list[str], name: str) -> None:
        self.server = socket.socket(socket.AF_UNIX)
        self.server.bind(option(argv, rf"id={name},path=([^,]*)"))
        self.server.listen(1)
        self.log = open(option(argv, rf"id={name},.*logfile=([^,]*)"), "wb", buffering=0)
        self.client: socket.socket | None = None
        self.connected = threading.Event()

    def write(self, data: bytes) -> None:
        if self.client:
            try:
                self.client.sendall(data)
            except OSError:
                self.client = None
        self.log.write(data)


class Control:
    """A guest's control service: commands one after the other."""

    def __init__(self, line: Line) -> None:
        self.line = line
        self.child: subprocess.Popen[bytes] | None = None
        self.lock = threading.Lock()  # for the child, and for an interrupt that comes before it
        self.interrupted = False
        self.commands: queue.Queue[bytes] = queue.Queue()
        threading.Thread(target=self._serve, daemon=True).start()
        threading.Thread(target=self._work, daemon=True).start()

    def frame(self, word: str, data: bytes) -> None:
        self.line.write(b"%s %d\n" % (word.encode(), len(data)) + data)

    def _serve(self) -> None:
        while True:
            self.line.client, _ = self.line.server.accept()
            client = self.line.client
            self.line.connected.set()
            held = b""
            while True:
                try:
                    data = client.recv(4096)
                except OSError:
                    break
                if not data:
                    break
                for index, part in enumerate(data.split(b"\x03")):
                    if index:
                        held = b""
                        self._interrupt()
                    held += part
                    *lines, held = held.split(b"\n")
                    for line in lines:
                        self.commands.put(line[4:])

    def _interrupt(self) -> None:
        with self.lock:
            if self.child and KIND != "stubborn":
                os.killpg(self.child.pid, signal.SIGKILL)
            self.interrupted = self.child is None and self.commands.unfinished_tasks > 0

    def _work(self) -> None:
        while True:
            self._run(self.commands.get())
            self.commands.task_done()

    def _run(self, command: bytes) -> None:
        if command == b"fill-disk":
            stop("io-error")
        running.wait()
        if command == b"panic-ant":
            os._exit(67)
        if command == b"wren":
            consoles["ant"].write(b"Wren: on core 1\r\n")
            command = b":"
        if command == b"panic-linux":
            consoles["linux"].write(b"Kernel panic - not syncing: sysrq triggered crash\r\n")
            consoles["linux"].write(b"Rebooting in 1 seconds..\r\n")
            os._exit(0)
        if command == b"off":
            os._exit(0)
        if command.startswith(b"say "):
            for console in consoles.values():
                console.write(command[4:] + b"\r\n")
            command = b"true"
        if command == b"poweroff -f":
            consoles["linux"].write(b"[   12.345678] reboot: Power down\r\n")
            os._exit(0)
        if command == b"die":
            os.kill(os.getpid(), signal.SIGKILL)
        pipe = subprocess.PIPE
        with self.lock:
            child = subprocess.Popen(["/bin/sh", "-c", command], stdout=pipe, stderr=pipe, start_new_session=True)
            self.child = child
            if self.interrupted:
                os.killpg(child.pid, signal.SIGKILL)
        assert child.stdout and child.stderr
        selector = selectors.DefaultSelector()
        selector.register(child.stdout, selectors.EVENT_READ, "out")
        selector.register(child.stderr, selectors.EVENT_READ, "err")
        while selector.get_map():
            for key, _ in selector.select():
                if data := os.read(key.fd, 1000):
                    self.frame(key.data, data)
                else:
                    selector.unregister(key.fileobj)
        with self.lock:
            status = child.wait()
            self.child = None
            self.interrupted = False
        self.line.write(b"end %d\n" % (status if status >= 0 else 128 - status))


def stop(why: str) -> None:
    global state
    state = why
    running.clear()


def boot() -> None:
    for control in controls.values():
        control.line.connected.wait(5)
    if KIND == "silent":
        return
    if KIND != "quiet":
        consoles["linux"].write(b"[    0.000000] Linux version 6.1 (fake)\r\n")
    if KIND == "not-started":
        consoles["linux"].write(b"AnT: not started: kexec cannot start core 1: no such core\r\n")
        return
    controls["linux"].line.write(b"ready\n")
    if KIND == "own-os":
        return
    if KIND == "no-ant":
        consoles["ant"].write(b"AnT: stuck here\r\n")
        return
    consoles["ant"].write(b"ant# ")
    controls["ant"].line.write(b"ready\n")


def serve_qmp(server: socket.socket) -> None:
    global state
    while True:
        client, _ = server.accept()
        lines = client.makefile("rwb", buffering=0)
        lines.write(b'{"QMP": {}}\n')
        for line in lines:
            request = json.loads(line)["execute"]
            answer: Any = "CPU#0 registers" if request == "human-monitor-command" else {}
            if request == "query-status":
                answer = {"status": state, "running": state == "running"}
            elif request == "query-block":
                answer = [{"device": "disk0", "io-status": "nospace" if state == "io-error" else "ok"}]
            elif request == "stop":
                stop("paused")
            lines.write(json.dumps({"return": answer}).encode() + b"\n")
            if request == "quit":
                os._exit(0)
            if request == "cont":
                first, state = state == "prelaunch", "running"
                running.set()
                if first:
                    boot()
        lines.close()
        client.close()


def play_probe(how: str) -> None:
    if how == "hang":
        signal.pause()
    if how == "crash":
        os.abort()
    if how == "fail":
        sys.exit("fake-qemu: failed to set MSR 0x10a")
    time.sleep(float(how))
    sys.exit(35)


ARGV = sys.argv[1:]
if "-bios" in ARGV:
    play_probe(dict(word.split("=") for word in os.environ["FAKE_PROBE"].split())[ARGV[ARGV.index("-accel") + 1]])
if KIND == "refused":
    sys.exit("fake-qemu: could not open 'disk.img': Permission denied")
if KIND == "deaf":
    signal.pause()
consoles = {system: Line(ARGV, f"console-{system}") for system in ("linux", "ant")}
controls = {system: Control(Line(ARGV, f"control-{system}")) for system in ("linux", "ant")}
qmp = socket.socket(socket.AF_UNIX)
qmp.bind(option(ARGV, r"^unix:(.*qmp\.sock),"))
qmp.listen(1)
with open(ARGV[ARGV.index("-pidfile") + 1], "w", encoding="ascii") as pidfile:
    pidfile.write(f"{os.getpid()}\n")
serve_qmp(qmp)
