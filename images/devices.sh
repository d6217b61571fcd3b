#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# The small disks of the machine `devices` (testbed/describe/machines/devices.toml), made without root:
# BUILD/devices/NAME.img, and BUILD/devices/files/NAME/, what is on each. The same bytes every time.
set -euo pipefail
CDPATH='' cd "$(dirname "$0")/.."
# shellcheck source=images/lib.sh
. images/lib.sh
# shellcheck source=images/ext4.sh
. images/ext4.sh

devices=$BUILD/devices
stamp=$devices/.made
mib=$((1024 * 1024))

only_one devices
if up_to_date "$stamp" images/devices.sh images/ext4.sh images/lib.sh; then
	exit 0
fi

# A short file, and 200 KB in which every line is another one and another disk's are different.
make_files() {
	mkdir -p "$1"
	[ "$2" != virtio ] || cp "$work/loop.img" "$1/" # a file system in a file
	echo "Hello from the file system '$2'." >"$1/hello.txt"
	seq -f "$2 %05g" 1 25000 >"$1/numbers.txt"
	# mcopy and xorriso keep them.
	touch -d "@$SOURCE_DATE_EPOCH" "$1"/* "$1"
}

# make_image NAME KIND SIZE: SIZE in MiB; the label is the name.
make_image() {
	local name=$1 kind=$2 size=$3
	local image=$work/$name.img files=$work/files/$name
	make_files "$files" "$name"
	case $kind in
	ext4)
		truncate -s $((size * mib)) "$image"
		# A name of 16 bytes, in hexadecimal, is as good as a random one.
		make_ext4 "$files" "$image" 0 1024 $((size * 1024)) "$name" \
			"$(printf 'antlinux%08s' "$name" | tr ' ' _ | od -An -tx1 | tr -d ' \n' |
				sed -E 's/(.{8})(.{4})(.{4})(.{4})/\1-\2-\3-\4-/')"
		;;
	vfat)
		truncate -s $((size * mib)) "$image"
		mkfs.vfat --invariant -n "${name^^}" "$image"
		mcopy -m -i "$image" "$files"/* ::/
		;;
	iso9660)
		# Both extensions for long names: Rock Ridge and Joliet.
		xorriso -as mkisofs -quiet -r -J -V "${name^^}" -o "$image" "$files"
		;;
	esac
}

# Its second half first: only the device mapper makes a file system of it.
swap_halves() {
	local half=$(($(stat -c %s "$1") / 2))
	{
		tail -c $half "$1"
		head -c $half "$1"
	} >"$1.new"
	mv "$1.new" "$1"
}

make_images() {
	work=$(mktemp -d "$BUILD/devices.XXXXXX")
	trap 'rm -rf "$work"' EXIT
	make_image loop vfat 1
	make_image virtio ext4 16
	make_image ahci ext4 16
	make_image mapped ext4 12 # half of it is no whole group: there is no copy of the superblock
	swap_halves "$work/mapped.img"
	make_image nvme ext4 16
	make_image usb vfat 8
	make_image sd vfat 16 # QEMU takes a power of two only, as SD cards are
	make_image cd iso9660 0
	rm -rf "$devices"
	: >"$work/.made"
	chmod 755 "$work"
	mv "$work" "$devices"
}

step "disks of the machine 'devices'" "$LOGS/devices.log" make_images
