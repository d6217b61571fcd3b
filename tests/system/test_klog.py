# SPDX-License-Identifier: GPL-2.0-only
"""AnT's kernel log: on AnT, from Linux's side, and after each kind of panic."""

from __future__ import annotations

import pytest

from antbed_runner import Antbed
from guest import eventually
from profiles import PANIC, PANIC_WORD, variant

Factory = pytest.TempPathFactory


def test_both_systems_show_the_same_log(machine: Antbed) -> None:
    machine.exec("ant", "crash divide")  # a line with a warning that the terminal does not show
    ours = machine.ant("klog").splitlines()
    assert machine.linux("ant-klog").splitlines() == ours
    assert machine.call("logs", "ant", "--kernel").text.splitlines() == ours
    assert any("AnT m-kernel on core 1" in line for line in ours)
    assert "warning: " in ours[-1] and "crash" in ours[-1]


@pytest.mark.parametrize("system, command", [("ant", "klog"), ("linux", "ant-klog")])
def test_levels_and_number_of_lines(machine: Antbed, system: str, command: str) -> None:
    machine.exec("ant", "crash divide; crash divide")
    lines = machine.on(system, command).splitlines()
    warnings = [line for line in lines if ": warning: " in line or ": error: " in line]
    assert machine.on(system, f"{command} -l warning").splitlines() == warnings
    assert machine.on(system, f"{command} -n 3").splitlines() == lines[-3:]
    assert machine.on(system, f"{command} -l warning -n 1").splitlines() == warnings[-1:]
    for bad in ("-l loud", "-n x", "-n", "word"):
        result = machine.exec(system, f"{command} {bad}")
        assert result.status == 2 and f"usage: {command} " in result.errors, str(result)


def test_antbed_hands_the_options_on(machine: Antbed) -> None:
    machine.exec("ant", "crash divide")
    result = machine.call("logs", "ant", "--kernel", "--level", "warning", "-n", "1")
    assert result.text.splitlines() == [machine.ant("klog").splitlines()[-1]]
    assert machine.call("logs", "linux", "--kernel").status == 2


def test_log_is_read_after_a_panic_that_leaves_linux_running(own_machine: Antbed, tmp_path_factory: Factory) -> None:
    path = variant(tmp_path_factory, "panic", ant_command_line="autostart=0")
    own_machine.up("--profile", path)
    none = own_machine.exec("linux", "ant-klog")
    assert (none.status, none.errors) == (1, "ant-klog: AnT has no log yet: it was not started\n")
    own_machine.linux(
        "kexec --mint-load /boot/ant.bzImage --initrd=/boot/ant.cpio"
        f' --command-line="$(start-ant --print) debug_exit=0 {PANIC_WORD}" && kexec --mint-start=1'
    )
    assert eventually(lambda: "AnT has stopped; Linux goes on." in own_machine.log("ant"))
    log = own_machine.call("logs", "ant", "--kernel").text
    assert "core 1: info: AnT m-kernel on core 1\n" in log
    assert f"core 1: error: AnT panic on core 1 (m-kernel): {PANIC}" in log
    assert "eax " in log.partition(PANIC)[2], "the registers follow"
    console = own_machine.log("ant")
    last = console.partition("The log's last lines before it:")[2]
    assert "AnT m-kernel on core 1" in last
    assert own_machine.linux("uname -s") == "Linux\n"


def test_log_is_shown_after_a_panic_that_ends_the_machine(own_machine: Antbed, tmp_path_factory: Factory) -> None:
    path = variant(tmp_path_factory, "panic", ant_command_line=PANIC_WORD)
    result = own_machine.up("--profile", path, status=125)
    assert "The log's last lines before it:" in result.errors
    log = own_machine.call("logs", "ant", "--kernel")
    assert "AnT m-kernel on core 1\n" in log.text
    assert f"AnT panic on core 1 (m-kernel): {PANIC}" in log.text
    assert "the machine has ended" in log.errors
