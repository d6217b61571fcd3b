# SPDX-License-Identifier: GPL-2.0-only
"""The disk image as a file, before anything boots it: reproducible, and nothing of the builder's in it."""

import gzip
import os
import subprocess
from pathlib import Path

import pytest

from kernels import image_of

ROOT = Path(__file__).resolve().parents[2]
PARTITION = 1 << 20


def debugfs(kernel: str, request: str) -> str:
    """What e2fsprogs' debugfs answers about the image's file system."""
    argv = ["/sbin/debugfs", "-R", request, f"{image_of(kernel)}?offset={PARTITION}"]
    return subprocess.run(argv, capture_output=True, text=True, check=True).stdout


def test_same_input_gives_the_same_bytes(kernel: str) -> None:
    environment = {**os.environ, "KERNEL": kernel}
    argv = [ROOT / "ci" / "check-reproducible.sh"]
    done = subprocess.run(argv, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.rstrip().endswith("the same twice")


@pytest.mark.parametrize("directory", ["/", "/bin", "/boot", "/etc/init.d", "/lib/modules", "/root", "/sbin"])
def test_everything_belongs_to_root(kernel: str, directory: str) -> None:
    # One line a name: /inode/mode/uid/gid/name/size/. The reserved inode of an unused entry is 0.
    names = [line.split("/") for line in debugfs(kernel, f"ls -p {directory}").splitlines() if line.startswith("/")]
    assert len(names) > 2, f"{directory} is empty"
    owners = {(fields[3], fields[4]) for fields in names if fields[1] != "0"}
    assert owners == {("0", "0")}


def test_boot_record_and_partition_table(kernel: str) -> None:
    with image_of(kernel).open("rb") as image:
        sector = image.read(512)
    assert sector[510:] == b"\x55\xaa"
    boot_flag, kind = sector[446], sector[450]
    start = int.from_bytes(sector[454:458], "little")
    assert (boot_flag, kind, start * 512) == (0x80, 0x83, PARTITION)
    assert b"GRUB" in sector


NEWER = {"metadata_csum", "metadata_csum_seed", "64bit", "orphan_file"}


def test_no_file_system_is_newer_than_linux_3_0(kernel: str, tmp_path: Path) -> None:
    """Debian 13's mke2fs turns on what Debian 12's does not know: everything stays off that Linux 3.0.8 cannot read."""
    assert NEWER & features(f"{image_of(kernel)}?offset={PARTITION}") == set()
    packed = ROOT / "build" / f"rootfs-{kernel}" / "lib" / "bench.ext4.gz"
    unpacked = tmp_path / "bench.ext4"
    unpacked.write_bytes(gzip.decompress(packed.read_bytes()))
    assert NEWER & features(str(unpacked)) == set()


def features(image: str) -> set[str]:
    done = subprocess.run(["/sbin/debugfs", "-R", "stats -h", image], capture_output=True, text=True, check=True)
    (line,) = [line for line in done.stdout.splitlines() if line.startswith("Filesystem features:")]
    found = set(line.split()[2:])
    assert "extent" in found
    return found


def test_image_is_sparse(kernel: str) -> None:
    facts = image_of(kernel).stat()
    assert facts.st_size <= 256 << 20
    assert facts.st_blocks * 512 < facts.st_size // 2
