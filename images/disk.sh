#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# The disk image BUILD/disk-KERNEL.img from the tree BUILD/rootfs-KERNEL, made
# without root and without loop devices. Same tree, same bytes: every time and
# identity in it is fixed (ci/check-reproducible.sh proves it).
#
#   sector 0       master boot record: GRUB's boot.img, partition table
#   sector 1..     GRUB's core.img: drivers and configuration
#   1 MiB ..       partition 1: ext4, the root file system
set -euo pipefail
CDPATH='' cd "$(dirname "$0")/.."
# shellcheck source=images/lib.sh
. images/lib.sh
# shellcheck source=images/ext4.sh
. images/ext4.sh
resolve_kernel

tree=$BUILD/rootfs-$KERNEL
disk=$BUILD/disk-$KERNEL.img
grub=/usr/lib/grub/i386-pc

sector=512
partition_offset=$((1024 * 1024))
disk_size=$((256 * 1024 * 1024))
block=4096

uuid=616e742d-6c69-6e75-7820-726f6f740001 # "ant-linux root"
disk_id=0x616e746c                        # "antl"

only_one "image-$KERNEL"
need_file "$tree.stamp" "images/rootfs.sh"
need_file $grub/boot.img "package grub-pc-bin"
if up_to_date "$disk" "$tree.stamp" images/disk.sh images/lib.sh images/ext4.sh images/grub $grub/boot.img; then
	exit 0
fi

# The BIOS reads the disk for GRUB (biosdisk): it drives virtio, AHCI and IDE
# alike. serial and echo are for the error messages' sake.
grub_modules=(biosdisk part_msdos ext2 linux smbios test echo eval configfile normal serial terminal terminfo)

make_boot() {
	sed '/^#/d' images/grub/early.cfg >"$work/early.cfg"
	grub-mkimage -O i386-pc -o "$work/core.img" -p '(hd0,msdos1)/boot/grub' \
		-c "$work/early.cfg" "${grub_modules[@]}"
	local gap=$((partition_offset / sector - 1))
	local size
	size=$(stat -c %s "$work/core.img")
	[ $((size / sector + 1)) -le $gap ] || die "GRUB's core.img ($size bytes) does not fit before the partition"

	# The record's first 440 bytes are code, the rest is the partition table.
	# core.img expects itself at sector 1 in one piece: grub-mkimage's default.
	dd if=$grub/boot.img of="$work/disk.img" bs=440 count=1 conv=notrunc status=none
	dd if="$work/core.img" of="$work/disk.img" bs=$sector seek=1 conv=notrunc status=none
}

make_partition_table() {
	truncate -s $disk_size "$work/disk.img"
	sfdisk --quiet "$work/disk.img" <<-END
		label: dos
		label-id: $disk_id
		start=$((partition_offset / sector)), type=83, bootable
	END
}

make_file_system() {
	local blocks=$(((disk_size - partition_offset) / block))
	make_ext4 "$tree" "$work/disk.img" $partition_offset $block $blocks antlinux $uuid
	dd if="$work/disk.img" of="$work/check.img" bs=1M skip=$((partition_offset / 1048576)) conv=sparse status=none
	e2fsck -fn "$work/check.img"
}

make_disk() {
	work=$(mktemp -d "$BUILD/disk.XXXXXX")
	trap 'rm -rf "$work"' EXIT
	make_partition_table
	make_boot
	make_file_system
	mv "$work/disk.img" "$disk"
}

step "disk image ($KERNEL)" "$LOGS/disk-$KERNEL.log" make_disk
