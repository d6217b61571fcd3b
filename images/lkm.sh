#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# The special-OS cooperation driver and the disks of `make bench`, built for the Mint kernel:
# BUILD/linux-KERNEL/antlinux.ko, antdisk.ko. The source is only read: the objects go to a
# copy of it.
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=images/lib.sh
. images/lib.sh
# shellcheck source=images/series.sh
. images/series.sh
resolve_kernel

tree=$BUILD/linux-$KERNEL/tree
objects=$BUILD/linux-$KERNEL/lkm
output=$BUILD/linux-$KERNEL/antlinux.ko

only_one "lkm-$KERNEL"
need_file "$tree/Module.symvers" "make kernel"
need_file lkm/Kbuild "the source of /dev/ant"

compiler=gcc
command -v ccache >/dev/null && compiler="ccache gcc"

build() {
	mkdir -p "$objects"
	rm -f "$objects"/*.[ch] "$objects/Kbuild"
	cp -p lkm/* "$objects/"
	nice make -C "$tree" ARCH=x86_64 CC="$compiler" M="$PWD/$objects" ANTLINUX_INCLUDE="$PWD/include" modules
	cp "$objects/antdisk.ko" "$BUILD/linux-$KERNEL/"
	cp "$objects/antlinux.ko" "$output.new"
	mv "$output.new" "$output"
}

if ! up_to_date "$output" lkm include/antlinux "$tree/Module.symvers" "$tree/include/generated/autoconf.h" images/lkm.sh; then
	step "/dev/ant for Linux $KERNEL" "$LOGS/lkm-$KERNEL.log" build
fi
