#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# The disk image with failpoints (include/antlinux/observe/failpoints.h): BUILD/failpoints/disk-KERNEL.img,
# beside the ordinary one, which has none. Linux and kexec are the ordinary ones: `make image` comes first.
set -euo pipefail
CDPATH='' cd "$(dirname "$0")/.."
# shellcheck source=images/lib.sh
. images/lib.sh
resolve_kernel

ordinary=$BUILD
only_one failpoints

# borrow FILE: what is newer than what stays so.
borrow() {
	need_file "$ordinary/$1" "make image KERNEL=$KERNEL"
	ln -sfn "$PWD/$ordinary/$1" "$BUILD/$1"
	touch -h -r "$ordinary/$1" "$BUILD/$1"
}

BUILD=$ordinary/failpoints
export BUILD ANTLINUX_FAILPOINTS=y
mkdir -p "$BUILD/linux-$KERNEL"
borrow kexec
borrow "linux-$KERNEL/bzImage"
borrow "linux-$KERNEL/tree"

images/lkm.sh
images/guest.sh
# Its setup routine is the ordinary one.
env BUILD="$ordinary" images/ant-bzimage.sh "$BUILD/ant/ant" "$BUILD/linux-$KERNEL/ant.bzImage"
images/rootfs.sh
images/disk.sh
