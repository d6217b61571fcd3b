# SPDX-License-Identifier: GPL-2.0-only
"""Machine descriptions: the good ones lead to the right command lines, the bad ones are refused by line."""

from __future__ import annotations

import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from testbed import contract
from testbed.describe.description import load, profiles
from testbed.describe.machine import ACCELERATORS_BYTES, DRIVERS, Disk, Linux, size_text
from testbed.describe.source import DescriptionError
from testbed.run import qemu
from testbed.run.accel import Accelerator, choose
from testbed.run.rundir import RunDirectory

ROOT = Path(__file__).resolve().parents[2]
SMALL = (ROOT / "testbed" / "describe" / "machines" / "small.toml").read_text(encoding="utf-8")

# What is changed in small.toml, what the named line contains, a part of the message.
BAD = [
    ('memory = "2G"', 'memory = "2 GB"', "memory =", "is no size"),
    ('memory = "2G"', "memory = 2", "memory =", "is no size"),
    ('memory = "2G"', 'memory = "99999999999999999999G"', "memory =", "is no size"),
    # Not the region is too large, the machine is too small: how much it takes is said.
    ('memory = "2G"', 'memory = "1G"', "memory =", "give it at least 1540M"),
    ('memory = "2G"', 'memory = "1536M"\nmemoory = "2G"', "memoory", "unknown key"),
    ("cores = 4", "cores = 3", "cores = [1, 2, 3]", "core 3 is outside the machine (cores 0..2)"),
    ("cores = 4", "cores = 99", "cores =", "99 is not within 2..8"),
    ("cores = 4", 'cores = "four"', "cores =", "is no whole number"),
    ("cores = 4\n", "", "[machine]", "machine.cores: is missing"),
    ("cores = [0]", "cores = []", "cores = []", "linux has no cores"),
    ("cores = [0]", "cores = [0, 1]", "cores = [1, 2, 3]", "core 1 is Linux's already"),
    ("cores = [0]", "cores = [3]", "cores = [3]", "must be 0, 1, ..."),
    ("cores = [1, 2, 3]", "cores = []", "cores = []", "ant has no cores"),
    ("cores = [1, 2, 3]", "cores = [1, 1, 2]", "cores = [1, 1, 2]", "core 1 is given twice"),
    ("cores = [1, 2, 3]", "cores = [1, -2]", "cores = [1, -2]", "is no list of core numbers"),
    ('base = "1G"', 'base = "512M"', "base =", "is not where AnT is linked: 0x40000000"),
    ('size = "512M"', 'size = "2G"', "size =", "beyond the machine's memory"),
    ('size = "512M"', 'size = "1G"', "memory =", "(the firmware has the rest): give it at least 2052M"),
    ('size = "512M"', 'size = "256M"', "size =", "is too small"),
    ('size = "512M"', 'size = "513M"', "size =", "no multiple of 2M"),
    ('ica = "256M"', 'ica = "511M"', "ica =", "no multiple of 2M"),
    ("depth = 16", "depth = 3", "depth =", "no power of two"),
    ("depth = 16", "depth = 128", "depth =", "no power of two within 1..64"),
    ('pci = ["1234:11e8"]', 'pci = ["1234:11e8", "1234:11e8"]', "pci =", "given twice"),
    ('pci = ["1234:11e8"]', 'pci = ["8086:10d3"]', "pci =", "is no [[device]]"),
    ('pci = ["1234:11e8"]', 'pci = ["edu"]', "pci =", "is no PCI id"),
    ("[ant]", "[ant]\ncolour = 3", "colour", "unknown key"),
    ("[[disk]]", "[[disc]]", "[[disc]]", "unknown table"),
    ("[[disk]]", '[[disk]]\nbus = "floppy"', "bus =", "'floppy' is unknown; known: virtio, ahci, cdrom, usb, sd, nvme"),
    ("[[disk]]", '[[disk]]\nbus = "sd"', "bus =", "the first disk is the one to boot from"),
    ("[[disk]]", "[[disk]]\nbus = 1", "bus =", "1 is no string"),
    ("cores = [0]", 'cores = [0]\nserial = "pci"', "serial =", "'pci' is unknown; known: usb"),
    ("cores = [0]", 'cores = [0]\nuser = "nobody"', "user =", "'nobody' is no user of Linux's; known: root, ant"),
    ("cores = [0]", "cores = [0]\nproxies = 0", "proxies =", "0 is not within 1..4096"),
    ("cores = [0]", f"cores = [0]\ncommand_line = '{'x' * 1700}'", "command_line =", "too long: Linux reads 2047"),
    ("[ant]", f"[ant]\ncommand_line = '{'x=1 ' * 300}'", "command_line =", "AnT's words at its end, is "),
    ("cores = [0]", """cores = [0]\ncommand_line = "it's" """, "command_line =", "GRUB does not hand on"),
    ("cores = [0]", "cores = [0]\ncommand_line = 'a\\b'", "command_line =", "GRUB does not hand on"),
    ("cores = [0]", "cores = [0]\ncommand_line = 'x=\"two words'", "command_line =", "a double quote is not closed"),
    ("[ant]", "[ant]\ncommand_line = 'x=\"1 2\"'", "command_line =", "AnT's command line has no quotes"),
    ("[[device]]", "[[device]]\nmodel = 'edu'\nid = '1234:11e8'\n[[device]]", 'id = "1234:11e8"', "given twice"),
]


def line_of(text: str, fragment: str) -> int:
    """The number of the first line that contains the fragment."""
    return text[: text.index(fragment)].count("\n") + 1


@pytest.mark.parametrize("old, new, where, message", BAD, ids=[message for *_, message in BAD])
def test_wrong_description_is_refused_by_line(tmp_path: Path, old: str, new: str, where: str, message: str) -> None:
    assert SMALL.count(old) >= 1
    text = SMALL.replace(old, new, 1)
    path = tmp_path / "bad.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(DescriptionError) as refused:
        load(str(path))
    problems = refused.value.problems
    wanted = f"{path}:{line_of(text, where)}: "
    assert any(problem.startswith(wanted) and message in problem for problem in problems), problems


@pytest.mark.parametrize("memory", ["1G", "1536M"])
def test_a_machine_that_is_too_small_is_told_how_much_suffices(tmp_path: Path, memory: str) -> None:
    """And one with less than that is not enough."""
    path = tmp_path / "little.toml"

    def refused(memory: str) -> str:
        path.write_text(SMALL.replace('memory = "2G"', f'memory = "{memory}"'), encoding="utf-8")
        try:
            load(str(path))
        except DescriptionError as error:
            return "\n".join(error.problems)
        return ""

    least = int(refused(memory).partition("give it at least ")[2].removesuffix("M"))
    assert refused(f"{least - 1}M") and not refused(f"{least}M")


@pytest.mark.parametrize("value", ["9" * 5000, "[" * 3000 + "]" * 3000], ids=["number", "nesting"])
def test_values_beyond_pythons_limits_are_refused(tmp_path: Path, value: str) -> None:
    path = tmp_path / "bad.toml"
    path.write_text(SMALL.replace("cores = 4", f"cores = {value}"), encoding="utf-8")
    with pytest.raises(DescriptionError) as refused:
        load(str(path))
    assert refused.value.problems == [f"{path}: a number is too long, or values are nested too deep"]


def test_more_disks_than_ports_are_refused_by_line(tmp_path: Path) -> None:
    path = tmp_path / "many.toml"
    disk = '[[disk]]\nimage = "x.img"\nbus = "ahci"\n'
    cd = '[[disk]]\nimage = "x.iso"\nbus = "cdrom" # one too many\n'
    path.write_text(SMALL + 6 * disk + cd, encoding="utf-8")
    with pytest.raises(DescriptionError) as refused:
        load(str(path))
    line = line_of(path.read_text(encoding="utf-8"), "one too many")
    wanted = f"{path}:{line}: disk[7].bus: the board's AHCI controller has only 6 ports (ahci, cdrom)"
    assert refused.value.problems == [wanted]


def test_no_toml_is_refused_by_line(tmp_path: Path) -> None:
    path = tmp_path / "bad.toml"
    path.write_text(SMALL.replace("cores = 4", "cores = = 4", 1), encoding="utf-8")
    line = SMALL[: SMALL.index("cores = 4")].count("\n") + 1
    with pytest.raises(DescriptionError, match=rf"bad\.toml:{line}: not TOML"):
        load(str(path))


def test_all_problems_are_named_at_once(tmp_path: Path) -> None:
    path = tmp_path / "bad.toml"
    path.write_text(SMALL.replace("cores = 4", "cores = 3", 1).replace("depth = 16", "depth = 5"), encoding="utf-8")
    with pytest.raises(DescriptionError) as refused:
        load(str(path))
    assert len(refused.value.problems) == 2


def test_the_command_line_says_it_too(tmp_path: Path) -> None:
    path = tmp_path / "bad.toml"
    path.write_text(SMALL.replace("depth = 16", "depth = 5"), encoding="utf-8")
    argv = [str(ROOT / "antbed"), "up", "--no-build", "--profile", str(path)]
    done = subprocess.run(argv, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 2
    assert f"{path}:{line_of(SMALL, 'depth =')}: ant.depth: 5 is no power of two" in done.stderr


def test_unknown_profile_names_the_known_ones() -> None:
    with pytest.raises(DescriptionError, match="profiles: .*paper, small"):
        load("big")


@pytest.mark.parametrize("profile", profiles())
def test_profile_is_right(profile: str) -> None:
    machine = load(profile)
    assert machine.ant.base == contract.region_base()
    assert not set(machine.linux.cores) & set(machine.ant.cores)


def test_linux_is_told_the_partition() -> None:
    words = load("small").linux_words([])
    for word in ("nr_cpus=1", "8250.nr_uarts=1", "mint_mem=512M@1G", "mint_cores=1,2,3", "mint_pci_hide=1234:11e8"):
        assert word in words


def test_the_parent_process_is_told_its_options() -> None:
    assert {"ant-parent.user=ant", "ant-parent.proxies=256"} <= set(load("small").linux_words([]))
    assert "ant-parent.user=root" in load("devices").linux_words([])


def test_ant_is_told_its_part_through_linux() -> None:
    words = load("small").linux_words([])
    for word in ("ant.depth=16", "ant.ica=256M", "ant.ecam=0xb0000000", "ant.debug_exit=0xf4", "ant.pci=1234:11e8"):
        assert word in words


def test_linuxs_words_keep_their_quotes_on_the_way_through_grub() -> None:
    """As GRUB reads them: what it would take for its own is in single quotes, and it puts double ones around blanks."""
    machine = replace(load("small"), linux=Linux((0,), 'dyndbg="file a.c  +p" x=$y;z quiet'))
    made = qemu.Boot(machine, "6.1", Accelerator("tcg", "test", (), (), 1), ROOT, RunDirectory.named("some-name"))
    assert " 'dyndbg=file a.c  +p' 'x=$y;z' quiet ant.depth=16 " in qemu.words_for_grub(made)
    assert ' dyndbg="file a.c  +p" x=$y;z quiet ant.depth=16 ' in " ".join(qemu.linux_words(made))


def test_no_accelerator_has_more_words_than_are_reckoned_with() -> None:
    for kind in ("tcg", "exact"):
        assert len(" ".join(["", *choose(kind).linux_words])) <= ACCELERATORS_BYTES


def test_paper_machine_is_the_papers() -> None:
    machine = load("paper")
    assert (machine.memory, machine.linux.cores, len(machine.ant.cores)) == (4 << 30, (0,), 3)
    assert machine.ant.depth == 1
    assert machine.ant.end < 2 << 30  # q35 splits its memory there, and the firmware has the last piece


def test_qemu_gets_commas_doubled_and_no_writable_disk() -> None:
    machine = load("small")
    accelerator = Accelerator("tcg", "test", ("-accel", "tcg"), (), 1)
    run = RunDirectory.named("some-name")
    argv = qemu.command_line(qemu.Boot(machine, "6.1", accelerator, Path("/a,b"), run))
    serial = argv[argv.index("-smbios") + 1]
    assert serial == "type=1,serial=" + " ".join(machine.linux_words([])).replace(",", ",,")
    assert "mint_cores=1,,2,,3" in serial
    drives = [argv[index + 1] for index, word in enumerate(argv) if word == "-drive"]
    assert drives and all("snapshot=on" in drive for drive in drives)
    assert any("path=/a,,b" in word for word in argv)


def command_line_of(profile: str) -> list[str]:
    accelerator = Accelerator("tcg", "test", ("-accel", "tcg"), (), 1)
    run = RunDirectory.named("some-name")
    return qemu.command_line(qemu.Boot(load(profile), "6.1", accelerator, ROOT, run))


def test_each_disk_hangs_on_its_bus() -> None:
    argv = command_line_of("devices")
    devices = [argv[index + 1] for index, word in enumerate(argv) if word == "-device"]
    on_disks = [device for device in devices if "drive=disk" in device]
    assert on_disks == [
        "virtio-blk-pci,drive=disk0,bootindex=0",
        "virtio-blk-pci,drive=disk1",
        "virtio-blk-pci,drive=disk2",
        "ide-hd,drive=disk3,bus=ide.0",
        "ide-cd,drive=disk4,bus=ide.1",
        "usb-storage,drive=disk5,bus=ehci.0,removable=on",
        "sd-card,drive=disk6",
        "nvme,drive=disk7,serial=disk7",
        "virtio-blk-pci,drive=disk8",  # Linux's drivers for the others
    ]
    for controller in ("usb-ehci,id=ehci", "sdhci-pci", "pci-ohci,id=ohci"):
        assert devices.count(controller) == 1
    assert sum("serial-linux" in word for word in argv) == 2  # the port and the host's end of it


@pytest.mark.parametrize(
    "added", ["", '[[disk]]\nimage = "x"\n', '[[disk]]\nimage = "x"\nbus = "ahci"\n', 'serial = "usb"'],
    ids=["nothing", "virtio", "ahci", "serial"],
)
def test_a_machine_gets_linuxs_modules_where_it_has_a_device_for_them(tmp_path: Path, added: str) -> None:
    path = tmp_path / "own.toml"
    serial = added.startswith("serial")
    text = SMALL.replace("[linux]\n", f"[linux]\n{added}\n") if serial else SMALL + added
    path.write_text(text, encoding="utf-8")
    has_them = Disk(DRIVERS) in load(str(path)).disks
    assert has_them == (serial or "bus" in added)


def test_other_machines_have_no_controllers_for_nothing() -> None:
    for profile in profiles():
        if profile != "devices":
            text = " ".join(command_line_of(profile))
            assert not [word for word in ("usb", "sdhci", "nvme", "serial-linux") if word in text]


@pytest.mark.parametrize("size, text", [(2 << 30, "2G"), (512 << 20, "512M"), (4096, "4K"), (1000, "1000"), (0, "0")])
def test_sizes_are_written_short(size: int, text: str) -> None:
    assert size_text(size) == text
