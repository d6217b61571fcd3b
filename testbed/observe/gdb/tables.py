# SPDX-License-Identifier: GPL-2.0-only
"""The commands that print what the two systems know of each other: processes, log, LCAs, the way of a call."""

from __future__ import annotations

import gdb

from testbed import contract
from testbed.contract import constant

from . import ant, linux, stops
from .command import command, number_of, table
from .stops import call_name
from .systems import ANT, LINUX, looking_at

# ANTLINUX_LCA_MAGIC: the name and the version.
_LCA_MAGIC = int.from_bytes(b"LCA", "big") << 8 | constant("abi.h", "ANTLINUX_VERSION")


@command("ant-ps")
def _ant_ps(argument: str) -> None:
    """AnT's processes, one a line, and what each waits for."""
    with looking_at(ANT):
        rows: list[tuple[object, ...]] = [("PID", "PARENT", "CORE", "STATE", "PRIORITY", "NAME", "WAITS FOR")]
        for each in ant.slots():
            known, core = each["mkernel"], each["core"]
            fields = [ant.number(known[name]) for name in ("number", "parent", "core")]
            state = ant.word(core["state"])
            rows.append((*fields, state, int(core["priority"]), ant.text(known["name"]), _waits_for(each, state)))
        table(rows)


def _waits_for(process: gdb.Value, state: str) -> str:
    """Why a process is blocked."""
    if state != "blocked":
        return ""
    client = process["as_client"]
    if int(child := process["mkernel"]["child"]):
        return f"the end of process {ant.number(child['mkernel']['number'])}"
    return {
        "linux_side": "Linux (where-is-call)",
        "message": "a request",
        "reply": f"the answer of process {ant.number(client['server'])}",
        "time": "a time",
        "mkernel": f"the m-kernel: {ant.word(client['request']['call'])}",
    }.get(what := ant.waits_for(process), what)


@command("ant-klog")
def _ant_klog(argument: str) -> None:
    """AnT's kernel log, or its last lines: ant-klog [LINES]."""
    count = number_of(argument, "ant-klog [LINES]") if argument else 0
    with looking_at(ANT):
        for line in ant.log_lines()[-count:]:
            print(line)


@command("lca")
def _lca(argument: str) -> None:
    """One request block by its physical address: lca ADDRESS."""
    with looking_at(ANT):
        address = number_of(argument, "lca ADDRESS")
        block = ant.lca(address)
        try:
            block.fetch_lazy()
        except gdb.MemoryError:
            raise gdb.GdbError(f"AnT has no memory at {address:#x}") from None
        if int(block["magic"]) != _LCA_MAGIC:
            raise gdb.GdbError(f"no LCA at {address:#x}: its magic is {int(block['magic']):#x}")
        continues = int(block["cflag"]) == constant("lca.h", "ANTLINUX_CFLAG_CONTINUE")
        print(f"LCA {address:#x}: {_call_text(block)}")
        print(f"  owner     process {int(block['owner'])} on core {int(block['cid'])}, call {int(block['sequence'])}")
        print(f"  continue  {'on: the proxy is kept' if continues else 'off: the proxy ends'}")
        print(f"  retval    {int(block['retval'])}")
        stamps = block["observe"].address.cast(gdb.lookup_type("antlinux_stamps").pointer())
        if int(stamps["wanted"]):
            left = {word: int(stamps["stamp"][number]) for number, word in enumerate(list(contract.stops())[:-1])}
            print(f"  stamps    {' '.join(f'{word}={stamp}' for word, stamp in left.items() if stamp)}")


def _call_text(block: gdb.Value) -> str:
    arguments = [int(block["args"][index]) for index in range(constant("lca.h", "ANTLINUX_MAX_ARGS"))]
    while arguments and arguments[-1] == 0:
        arguments.pop()
    shown = ", ".join(f"{value:#x}" if value > 0xFFFF else str(value) for value in arguments)
    return f"{call_name(int(block['syscallno']))}({shown})"


def _both_sides() -> stops.View:
    with looking_at(LINUX):
        module = linux.module()
    with looking_at(ANT):
        return stops.View(ant.cores(), ant.records(), ant.processes(), module)


@command("where-is-call")
def _where_is_call(argument: str) -> None:
    """At which stop of its way from AnT through Linux and back each call is."""
    view = _both_sides()
    standings = stops.standings(view)
    if not standings:
        print("no call of AnT's is on its way")
        return
    rows: list[tuple[object, ...]] = [("LCA", "CORE", "PROCESS", "CALL", "STOP")]
    for standing in standings:
        process = view.processes.get(standing.process)
        with looking_at(ANT):
            call = _call_text(ant.lca(standing.address)) if standing.address else "-"
        where = f"{standing.address:#x}" if standing.address else "-"
        who = f"{standing.process} {process.name if process else '?'}"
        rows.append((where, standing.core, who, call, standing.text + _doing(standing)))
    table(rows)


def _doing(standing: stops.Standing) -> str:
    """What the Linux process is at that has the call in its hands."""
    with looking_at(LINUX):
        pid = linux.parents_pid() if standing.stop.word == "parent" else standing.pid
        if pid is None:
            return ""
        task = linux.task(pid)
        number = linux.system_call_of(task)
        inside = "in user space" if number is None else f"in Linux's {call_name(number)}"
        return f": {pid}, {linux.state_of(task)}, {inside}" if standing.pid is None else (
            f": {linux.state_of(task)}, {inside}"
        )


def _involved() -> list[tuple[str, str]]:
    """The backtraces of all who have to do with a call: what it is, and the command."""
    commands = []
    for standing in stops.standings(_both_sides()):
        if standing.process:
            commands.append((f"AnT's process {standing.process}, which waits", f"ant-bt {standing.process}"))
        if standing.pid is not None:
            commands.append((f"its proxy {standing.pid}", f"linux-bt {standing.pid}"))
    return commands


@command("lca-table")
def _lca_table(argument: str) -> None:
    """The LCA management table, its rings, and every LCA that Linux knows of."""
    view = _both_sides()
    with looking_at(ANT):
        there = ant.table()
        there.fetch_lazy()
        if not ant.is_published():
            print(f"the LCA management table at {int(there.address):#x} is not published: AnT runs alone, or not yet")
            return
        answered = int(there["linux_generation"]) == int(there["generation"])
        error = int(there["linux_error"])
        word = "no, not yet" if not answered else f"it refuses: error {-error}" if error else "yes"
        base, size = int(there["ica_base"]), int(there["ica_size"])
        print(f"LCA management table at {int(there.address):#x}, version {int(there['version'])},"
              f" generation {int(there['generation']):#x}")
        print(f"ICA {base:#x}-{base + size - 1:#x}; Linux has answered: {word}")
        print()
        _show_rings(view.cores)
        _show_records(view)


def _show_rings(cores: dict[int, stops.Core]) -> None:
    rows: list[tuple[object, ...]] = [("CORE", "RING", "HEAD", "TAIL", "FILL", "DEPTH", "ENTRIES")]
    for number, core in cores.items():
        for name, ring in (("request", core.request), ("result", core.result)):
            entries = " ".join(f"{address:#x}" for address in ring.entries)
            shown = "counters make no sense" if ring.is_corrupt else entries
            rows.append((number, name, ring.head, ring.tail, ring.fill, ring.depth, shown))
    table(rows)


def _show_records(view: stops.View) -> None:
    print()
    if not view.records:
        print("Linux knows of no LCA")
        return
    rows: list[tuple[object, ...]] = [("LCA", "CORE", "PROCESS", "STATE", "PROXY", "LAST CALL")]
    clients = view.module.clients if view.module else ()
    for record in view.records:
        process = view.processes.get(record.process)
        proxy = next((client.pid for client in clients if client.address == record.address and client.pid), None)
        who = f"{record.process} {process.name if process else '(ended)'}"
        rows.append((f"{record.address:#x}", record.core, who, record.state, proxy or "-",
                     _call_text(ant.lca(record.address))))
    table(rows)


_PARTS = (
    ("where each call stands", "where-is-call"),
    ("LCA management table", "lca-table"),
    ("all cores", "cores"),
    ("AnT's processes", "ant-ps"),
    ("AnT's kernel log, last lines", "ant-klog 20"),
    ("Linux's processes", "linux-ps"),
)


@command("state")
def _state(argument: str) -> None:
    """All of this at once: calls, table, cores, processes, log, and who has a call in his hands."""
    for title, line in _PARTS:
        _part(title, line)
    try:
        involved = _involved()
    except (gdb.error, RuntimeError) as error:
        print(f"(who is involved cannot be told: {error})")
        return
    for title, line in involved:
        _part(title, line)


def _part(title: str, line: str) -> None:
    """What cannot be read in a broken machine must not hide the rest."""
    print(f"=== {title}")
    try:
        gdb.execute(line)
    except (gdb.error, RuntimeError) as error:
        print(f"(not to be had: {error})")
    print()
