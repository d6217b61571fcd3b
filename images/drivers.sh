#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# Linux's own modules, and the disk with which a machine that needs them gets them: BUILD/devices/drivers-KERNEL.img.
# The first build of the kernel leaves them out: most machines have no such devices.
# images/rootfs/etc/init.d/rcS loads what is on the disk, made without root: the same bytes every time.
set -euo pipefail
CDPATH='' cd "$(dirname "$0")/.."
# shellcheck source=images/lib.sh
. images/lib.sh
# shellcheck source=images/ext4.sh
. images/ext4.sh
resolve_kernel

tree=$BUILD/linux-$KERNEL/tree
disk=$BUILD/devices/drivers-$KERNEL.img
mebibytes=16
uuid=616e742d-6c69-6e75-7820-647269766572 # "ant-linux driver"

only_one "drivers-$KERNEL"
need_file "$tree/.built" "make kernel KERNEL=$KERNEL"
if up_to_date "$disk" "$tree/.built" images/drivers.sh images/kernel.sh images/ext4.sh images/lib.sh; then
	exit 0
fi

# As they lie in /lib/modules/VERSION.
make_disk() {
	work=$(mktemp -d "$BUILD/drivers.XXXXXX")
	trap 'rm -rf "$work"' EXIT
	local version
	version=$(<"$tree/include/config/kernel.release")
	local modules=$work/lib/modules/$version
	mkdir -p "$modules" "$(dirname "$disk")"
	find "$tree" -name '*.ko' -exec cp -t "$modules" {} +
	strip --strip-debug "$modules"/*.ko
	/bin/busybox depmod -b "$work" "$version"
	chmod 644 "$modules"/*
	truncate -s ${mebibytes}M "$work/disk.img"
	make_ext4 "$modules" "$work/disk.img" 0 1024 $((mebibytes * 1024)) drivers $uuid
	mv "$work/disk.img" "$disk"
}

expect_objects "$KERNEL" modules
counted=kbuild_objects step "Linux $KERNEL: drivers as modules" "$LOGS/drivers-$KERNEL.log" \
	images/kernel.sh -j"$(nproc)" modules
step "disk with Linux's drivers ($KERNEL)" "$LOGS/drivers-disk-$KERNEL.log" make_disk
