#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# The special-OS cooperation driver and the disks of `make bench`, built for the Mint kernel:
# BUILD/linux-KERNEL/antlinux.ko, antdisk.ko. Their sources are only read: the objects go to
# copies of them.
#
#   ANTLINUX_FAILPOINTS=y   with failpoints (lkm/Kbuild takes it from the environment)
set -euo pipefail
CDPATH='' cd "$(dirname "$0")/.."
# shellcheck source=images/lib.sh
. images/lib.sh
# shellcheck source=images/series.sh
. images/series.sh
resolve_kernel

tree=$BUILD/linux-$KERNEL/tree
output=$BUILD/linux-$KERNEL/antlinux.ko

only_one "lkm-$KERNEL"
need_file "$tree/.built" "make kernel"
need_file lkm/Kbuild "the source of /dev/ant"

compiler=gcc
command -v ccache >/dev/null && compiler="ccache gcc"

# module NAME SOURCES
module() {
	local objects=$BUILD/linux-$KERNEL/${2##*/}
	mkdir -p "$objects"
	rm -f "$objects"/*.[ch] "$objects/Kbuild"
	cp -p "$2"/* "$objects/"
	nice make -C "$tree" ARCH=x86_64 CC="$compiler" M="$PWD/$objects" ANTLINUX_INCLUDE="$PWD/include" modules
	cp "$objects/$1.ko" "$BUILD/linux-$KERNEL/$1.ko.new"
	mv "$BUILD/linux-$KERNEL/$1.ko.new" "$BUILD/linux-$KERNEL/$1.ko"
}

build() {
	module antdisk bench/disk
	module antlinux lkm
}

if ! up_to_date "$output" lkm bench/disk include/antlinux "$tree/.built" "$tree/include/generated/autoconf.h" images/lkm.sh; then
	step "/dev/ant for Linux $KERNEL" "$LOGS/lkm-$KERNEL.log" build
fi
