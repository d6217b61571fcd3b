#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# Proves that the disk image and the ready machine of make dist depend on their input only:
# makes each twice from the artefacts in build/, the second time at another time, with another
# umask, time zone and language, and compares the bytes.
set -euo pipefail
CDPATH='' cd "$(dirname "$0")/.."
# shellcheck source=images/lib.sh
. images/lib.sh
resolve_kernel

work=$(mktemp -d "$BUILD/reproducible.XXXXXX")
trap 'rm -rf "$work"' EXIT

# A build directory with the same artefacts; they come first in time, so that
# nothing is taken for up to date.
copy_artefacts() {
	local file
	for file in $(images/rootfs.sh --artefacts); do
		mkdir -p "$(dirname "$1/${file#"$BUILD/"}")"
		cp "$file" "$1/${file#"$BUILD/"}"
	done
}

need_file "$BUILD/disk-$KERNEL.img" "make image"
for turn in first second; do
	copy_artefacts "$work/$turn"
done
env BUILD="$work/first" bash -c 'images/rootfs.sh && images/disk.sh'
sleep 1.1 # another second on every clock
env BUILD="$work/second" TZ=Asia/Tokyo LC_ALL=C.UTF-8 bash -c 'umask 0077 && images/rootfs.sh && images/disk.sh'
if ! cmp "$work/first/disk-$KERNEL.img" "$work/second/disk-$KERNEL.img"; then
	cmp -l "$work/first/disk-$KERNEL.img" "$work/second/disk-$KERNEL.img" | head -n 20
	die "two builds of the disk image differ"
fi
sha256sum "$work/first/disk-$KERNEL.img" | sed "s|  .*|  disk-$KERNEL.img, the same twice|"

rm -f "$BUILD/dist/"*"-linux-$KERNEL.tar.xz"
images/dist.sh machine
archives=("$BUILD/dist/"*"-linux-$KERNEL.tar.xz")
first=$(sha256sum "${archives[@]}")
sleep 1.1
env TZ=Asia/Tokyo LC_ALL=C.UTF-8 bash -c 'umask 0077 && images/dist.sh machine'
second=$(sha256sum "${archives[@]}")
[ "$first" = "$second" ] || die "two builds of the ready machine differ: $first, then $second"
echo "$first, the same twice"
