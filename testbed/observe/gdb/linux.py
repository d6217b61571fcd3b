# SPDX-License-Identifier: GPL-2.0-only
"""What Linux knows, read by the types of its debug information. Callers look at Linux (systems.looking_at)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import gdb

from . import stops
from .systems import variable

MODULE = "antlinux"
_PARENT = "ant-parent"  # its proxies have another name
_STATES = {0: "running", 1: "sleeping", 2: "in disk sleep", 4: "stopped", 8: "traced"}


def listed(head: gdb.Value, kind: str, member: str) -> Iterator[gdb.Value]:
    """The structures in a struct list_head."""
    wanted = gdb.lookup_type(kind)
    offset = next(field.bitpos // 8 for field in wanted.fields() if field.name == member)
    link = head["next"]
    while int(link) and link != head.address:  # a list that nobody has initialised has a 0
        yield (link.cast(gdb.lookup_type("char").pointer()) - offset).cast(wanted.pointer()).dereference()
        link = link["next"]


def has(value: gdb.Value, member: str) -> bool:
    return any(field.name == member for field in value.type.strip_typedefs().fields())


@dataclass(frozen=True)
class ModuleSection:
    name: str
    address: int


def loaded_modules() -> dict[str, list[ModuleSection]]:
    """By name: where each section of the file lies in memory."""
    found = {}
    for module in listed(variable("modules"), "struct module", "list"):
        sections = module["sect_attrs"]
        if int(sections):
            array = sections["attrs"]
            found[module["name"].string()] = [_section(array[index]) for index in range(int(sections["nsections"]))]
    return found


def _section(attribute: gdb.Value) -> ModuleSection:
    name = attribute["battr"]["attr"]["name"] if has(attribute, "battr") else attribute["name"]
    return ModuleSection(name.string(), int(attribute["address"]))


def driver() -> gdb.Value | None:
    """The module's struct ant_driver; None when it is not loaded."""
    symbol = gdb.lookup_global_symbol("ant") or gdb.lookup_static_symbol("ant")
    if symbol is None or symbol.type is None or symbol.type.strip_typedefs().tag != "ant_driver":
        return None
    value = symbol.value()
    value.fetch_lazy()
    return value


def module() -> stops.Module | None:
    ant = driver()
    if ant is None:
        return None
    pool = ant["core"]["lcas"]["pool"]
    calls, clients = [], []
    for index in range(pool.type.strip_typedefs().range()[1] + 1):
        lca = pool[index]
        state = str(lca["state"]).removeprefix("ANT_LCA_")
        if state not in ("FREE", "IDLE"):
            calls.append(stops.PooledCall(int(lca["raddr"]), int(lca["core"]), state))
        if int(lca["proxy"]):
            clients.append(_client(lca, state))
    return stops.Module(bool(int(ant["core"]["parent"])), tuple(calls), tuple(clients))


def _client(lca: gdb.Value, state: str) -> stops.Client:
    """The proxy's file: a struct ant_file begins with its client."""
    file = lca["proxy"].cast(gdb.lookup_type("struct ant_file").pointer())
    return stops.Client(
        address=int(lca["raddr"]),
        pid=int(file["pid"]["numbers"][0]["nr"]) if int(file["pid"]) else None,
        call=int(lca["raddr"]) if state == "SERVED" else None,
        begun=str(lca["progress"]) in ("ANT_BEGUN", "ANT_INTERRUPTED"),
        stale=bool(lca["proxy"]["stale"]),
    )


def tasks() -> Iterator[gdb.Value]:
    """Processes, the idle one first."""
    first = variable("init_task")
    yield first
    yield from listed(first["tasks"], "struct task_struct", "tasks")


def task(pid: int) -> gdb.Value:
    for each in tasks():
        if int(each["pid"]) == pid:
            return each
    raise gdb.GdbError(f"Linux has no process {pid} (lx-ps or linux-ps lists them)")


def parents_pid() -> int | None:
    """The process that takes AnT's calls."""
    for each in tasks():
        if each["comm"].string() == _PARENT:
            return int(each["pid"])
    return None


def state_of(each: gdb.Value) -> str:
    number = int(each["__state"] if has(each, "__state") else each["state"])
    return _STATES.get(number & 0xF, f"state {number:#x}")


def current() -> gdb.Value:
    """What core 0, Linux's only one, executes for."""
    place = int(variable("__per_cpu_offset")[0]) + _current_task()
    return gdb.Value(place).cast(gdb.lookup_type("struct task_struct").pointer().pointer()).dereference().dereference()


def _current_task() -> int:
    """The place of that variable of each processor, inside its area."""
    try:
        return int(gdb.parse_and_eval("(unsigned long) &pcpu_hot.current_task"))  # since 6.2
    except gdb.error:
        return int(gdb.parse_and_eval("(unsigned long) &current_task"))


def system_call_of(each: gdb.Value) -> int | None:
    """The system call that a task is in, as its entry left it at the top of its kernel stack; None: in none."""
    if int(each["mm"]) == 0:
        return None
    top = int(each["stack"]) + _stack_size()
    registers = gdb.lookup_type("struct pt_regs")
    number = int((gdb.Value(top - registers.sizeof)).cast(registers.pointer())["orig_ax"])
    number = number - (1 << 64) if number >> 63 else number
    return number if number >= 0 else None


def _stack_size() -> int:
    """Of a task's kernel stack: the first one's is laid out by the linker on new kernels, by a type on old ones."""
    for name in ("init_stack", "init_task"):  # since 6.10; before
        try:
            return int(gdb.parse_and_eval(f"(unsigned long) &__end_{name} - (unsigned long) &__start_{name}"))
        except gdb.error:
            pass
    return int(gdb.lookup_type("union thread_union").sizeof)


def _behind_the_switch() -> int:
    """Linux 3.0.8: where __schedule() goes on behind its call of __switch_to(), an opcode and the distance to it."""
    schedule, switch = (int(gdb.parse_and_eval(f"(unsigned long) &{name}")) for name in ("__schedule", "__switch_to"))
    block = gdb.block_for_pc(schedule)
    while block and not block.function:
        block = block.superblock
    code = bytes(gdb.selected_inferior().read_memory(schedule, block.end - schedule)) if block else b""
    for behind in range(5, len(code) + 1):
        call = b"\xe8" + ((switch - schedule - behind) & 0xFFFF_FFFF).to_bytes(4, "little")
        if code[behind - 5 : behind] == call:
            return schedule + behind
    raise gdb.GdbError("__schedule() calls no __switch_to()")


def sleeping_registers(each: gdb.Value) -> dict[str, int]:
    """Where a task that does not run will go on: what the kernel's context switch has left on its stack."""
    stack = int(each["thread"]["sp"])
    word = gdb.lookup_type("unsigned long").pointer()
    try:
        frame = gdb.lookup_type("struct inactive_task_frame")
    except gdb.error:
        # Linux 3.0.8: the flags and %rbp were pushed, and all tasks go on at one place (switch_to()).
        frame_pointer = int(gdb.Value(stack).cast(word).dereference())
        return {"rsp": stack + 2 * word.target().sizeof, "rbp": frame_pointer, "rip": _behind_the_switch()}
    saved = gdb.Value(stack).cast(frame.pointer()).dereference()
    registers = {"rsp": stack + frame.sizeof, "rip": int(saved["ret_addr"]), "rbp": int(saved["bp"])}
    registers["rbx"] = int(saved["bx"])
    return registers | {name: int(saved[name]) for name in ("r12", "r13", "r14", "r15")}
