#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# Linux's root directory: BUILD/rootfs-KERNEL, a plain tree that images/disk.sh
# turns into the disk's file system. Everything that is configuration lies in
# images/rootfs/ and is copied as it is.
set -euo pipefail
CDPATH='' cd "$(dirname "$0")/.."
# shellcheck source=images/lib.sh
. images/lib.sh
# shellcheck source=images/ext4.sh
. images/ext4.sh
resolve_kernel

tree=$BUILD/rootfs-$KERNEL
stamp=$BUILD/rootfs-$KERNEL.stamp
busybox=/bin/busybox
bench_uuid=616e742d-6c69-6e75-7820-62656e636801 # "ant-linux bench"

# Where it goes in the machine, what it is, what makes it.
artefacts="
/boot/vmlinuz            $BUILD/linux-$KERNEL/bzImage     make kernel
/boot/ant.bzImage        $BUILD/linux-$KERNEL/ant.bzImage make ant
/boot/ant.cpio           $BUILD/ant/ant.cpio              make ant
/lib/modules/antlinux.ko $BUILD/linux-$KERNEL/antlinux.ko make lkm
/lib/modules/antdisk.ko  $BUILD/linux-$KERNEL/antdisk.ko  make lkm
/sbin/kexec              $BUILD/kexec                     make kexec
/sbin/ant-parent         $BUILD/userland/ant-parent       make userland
/sbin/ant-agent          $BUILD/userland/ant-agent        make userland
/bin/ant-klog            $BUILD/userland/ant-klog         make userland
/bin/ant-trace           $BUILD/userland/ant-trace        make userland
/bin/ant-counters        $BUILD/userland/ant-counters     make userland
/bin/ant-region          $BUILD/userland/ant-region       make userland
/sbin/dm-create          $BUILD/userland/dm-create        make userland
/opt/ant/bin/hello       $BUILD/ant/examples/hello        make guest
/opt/ant/bin/primes      $BUILD/ant/examples/primes       make guest
/opt/ant/bin/words       $BUILD/ant/examples/words        make guest
/bin/measure             $BUILD/bench/programs/measure    make userland
"

# images/rootfs.sh --artefacts: what has to be built before, one file a line.
if [ "${1:-}" = --artefacts ]; then
	awk 'NF { print $2 }' <<<"$artefacts"
	exit 0
fi

inputs=("$busybox" images/rootfs images/rootfs.sh images/ext4.sh images/lib.sh)
while read -r target source maker; do
	[ -n "$target" ] || continue
	need_file "$source" "$maker"
	inputs+=("$source")
done <<<"$artefacts"
[ -x $busybox ] || die "$busybox is missing: package busybox-static"

only_one "image-$KERNEL"
if up_to_date "$stamp" "${inputs[@]}"; then
	exit 0
fi

# The tree holds no C library: a dynamically linked program would not start there.
check_static() {
	! readelf -lW "$1" 2>/dev/null | grep -q INTERP ||
		die "$1 is linked dynamically; the machine has no C library: link it with -static"
}

# An empty ext4 of 2 GiB for the disks of `make bench` (antdisk.ko): the machine has no mke2fs. All
# that is not zero lies at its start, so that is all it takes; copies of the superblock further
# in are for repairs.
make_bench_file_system() {
	local image=$tree/bench.ext4
	truncate -s 2G "$image"
	E2FSPROGS_FAKE_TIME=$SOURCE_DATE_EPOCH mke2fs -q -t ext4 -b 4096 -N 256 -m 0 -J size=8 \
		-O "$ext4_features,^resize_inode" -L bench -U $bench_uuid \
		-E "hash_seed=$bench_uuid,packed_meta_blocks=1,lazy_itable_init=1,nodiscard" "$image"
	head -c 16M "$image" | gzip -n -9 >"$tree/lib/bench.ext4.gz"
	rm "$image"
}

make_tree() {
	rm -rf "$tree" "$stamp"
	mkdir -p "$tree"
	(cd "$tree" && mkdir -p bench bin boot dev etc host lib/modules mnt proc root run sbin sys tmp usr/bin usr/sbin var/tmp)

	check_static "$busybox"
	cp "$busybox" "$tree/bin/busybox"
	# One symbolic link for each applet, init among them.
	"$busybox" --list-full | while read -r applet; do
		mkdir -p "$tree/$(dirname "$applet")"
		[ "$applet" = bin/busybox ] || ln -sf /bin/busybox "$tree/$applet"
	done
	rm "$tree/linuxrc" # only for an initrd

	# Some take the place of an applet: of its link, not of busybox.
	cp -R --remove-destination images/rootfs/. "$tree/"

	while read -r target source _; do
		[ -n "$target" ] || continue
		mkdir -p "$tree$(dirname "$target")"
		rm -f "$tree$target"
		cp "$source" "$tree$target"
		case $target in
		/bin/* | /sbin/* | /opt/*)
			check_static "$source"
			chmod 755 "$tree$target"
			;;
		# The symbols for gdb stay in build/; in the machine they would be most of the module.
		*.ko) strip --strip-debug "$tree$target" ;;
		esac
	done <<<"$artefacts"

	make_bench_file_system

	# A file to read in pieces: 108,894 bytes, each line its own number.
	seq 1 20000 >"$tree/root/numbers.txt"
	: >"$tree/root/empty"
	chmod 1777 "$tree/tmp" "$tree/var/tmp"

	# The permissions git keeps are only the x bit; the rest depends on the umask.
	find "$tree" -type d ! -name tmp -exec chmod 755 {} +
	find "$tree" -type f -perm -u+x -exec chmod 755 {} +
	find "$tree" -type f ! -perm -u+x -exec chmod 644 {} +
	: >"$stamp"
}

step "root file system ($KERNEL)" "$LOGS/rootfs-$KERNEL.log" make_tree
