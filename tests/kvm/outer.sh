#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# Runs a command in a copy of this checkout on a computer that has KVM, for where there is none: QEMU emulates an AMD
# processor with its virtualisation (SVM), Debian's own kernel on it has a /dev/kvm, and its programs and
# files are this computer's.
#
#   tests/kvm/outer.sh SECONDS COMMAND...
#
# Its status is the command's. Whatever the command leaves in the directory $RESULTS is in build/kvm/results afterwards,
# and when it fails its build/run and build/test, as left.tar.gz.
# Everything there takes about twenty times as long as here. It has OUTER_MEMORY=8G and OUTER_CORES=4.
set -euo pipefail
CDPATH='' cd "$(dirname "$0")/../.."
# shellcheck source=images/lib.sh
. images/lib.sh

[ $# -ge 2 ] || die "usage: tests/kvm/outer.sh SECONDS COMMAND..."
seconds=$1
shift

kvm=$BUILD/kvm
linux=$kvm/linux
results=$kvm/results

# The kernel is downloaded and unpacked, not installed.
get_linux() {
	local package
	package=$(apt-cache depends linux-image-amd64 | sed -n 's/^ *Depends: \(linux-image-[^ ]*\)$/\1/p' | head -n 1)
	[ -n "$package" ] || die "apt knows no linux-image-amd64; apt-get update reads the lists of packages"
	rm -rf "$linux" "$linux.new"
	mkdir -p "$linux.new"
	(cd "$linux.new" && apt-get download "$package")
	dpkg-deb -x "$linux.new"/*.deb "$linux.new"
	rm "$linux.new"/*.deb
	depmod -b "$linux.new" "$(basename "$linux.new"/lib/modules/*)"
	mv "$linux.new" "$linux"
}

# busybox, the modules for KVM and for this computer's files, and outer-init.sh.
make_initramfs() {
	local work=$kvm/initramfs version path name
	version=$(basename "$linux"/lib/modules/*)
	rm -rf "$work"
	mkdir -p "$work"/{bin,dev,proc,sys,modules,computer}
	cp "$(command -v busybox)" "$work/bin/busybox"
	ln -s busybox "$work/bin/sh"
	cp tests/kvm/outer-init.sh "$work/init"
	for name in virtio_pci 9p 9pnet_virtio kvm_amd; do
		modprobe -S "$version" -d "$linux" --show-depends $name
	done | while read -r _ path _; do
		name=$(basename "${path%.xz}")
		[ ! -e "$work/modules/$name" ] || continue
		case $path in
		*.xz) xz -dc "$path" >"$work/modules/$name" ;;
		*) cp "$path" "$work/modules/$name" ;;
		esac
		echo "$name" >>"$work/modules/order"
	done
	(cd "$work" && find . | cpio --quiet -o -H newc) >"$kvm/initramfs.cpio"
}

# What git knows, and what is built and runs in the machine.
pack_checkout() {
	git ls-files -z --cached --others --exclude-standard >"$kvm/files"
	find "$BUILD" -maxdepth 1 -name 'disk-*.img' -print0 >>"$kvm/files"
	tar -cSf "$kvm/checkout.tar" --null --files-from="$kvm/files"
}

mkdir -p "$kvm"
# One at a time: they share the directory.
exec 9>"$kvm/lock"
flock -n 9 || die "another one is running: $kvm/lock"
[ -d "$linux" ] || step "the outer machine: Debian's kernel" "$LOGS/kvm-linux.log" get_linux
step "the outer machine: its first files" "$LOGS/kvm-initramfs.log" make_initramfs
step "the outer machine: a copy of this checkout" "$LOGS/kvm-checkout.log" pack_checkout
rm -rf "$results"
mkdir -p "$results"
mv "$kvm/checkout.tar" "$results/"
printf '%q ' "$@" >"$results/command"

# The outer machine's time stamp counter is this computer's: measuring it under emulation fails or is wrong.
khz=$(/usr/bin/python3 -c 'from testbed.run.time_stamp import host_khz; print(host_khz() or 0)')
words="console=ttyS0 loglevel=2 panic=-1 nokaslr mitigations=off no_timer_check tsc=reliable"
[ "$khz" = 0 ] || words+=" tsc_early_khz=$khz"

share() {
	echo "-fsdev local,id=$1,path=$2,security_model=none,multidevs=remap$3 -device virtio-9p-pci,fsdev=$1,mount_tag=$1"
}
# With XSAVE Linux 6.1 warns under KVM about the size of its state, and 3.0.8's programs crash: docs/kvm.md.
processor=max,xsave=off
echo "the outer machine: starts; up to $((seconds / 60)) minutes"
# shellcheck disable=SC2046,SC2086 # several words
nice timeout --foreground -k 10 "$seconds" "${ANTBED_OUTER_QEMU:-qemu-system-x86_64}" \
	-nodefaults -no-user-config -display none -no-reboot -M q35 \
	-accel tcg,thread=multi -cpu $processor -smp "${OUTER_CORES:-4}" -m "${OUTER_MEMORY:-8G}" \
	-kernel "$linux"/boot/vmlinuz-* -initrd "$kvm/initramfs.cpio" -append "$words" \
	$(share computer / ,readonly=on) $(share results "$results" "") \
	-serial stdio </dev/null | sed -u 's|\r$||' || true
rm -f "$results/checkout.tar"
[ -s "$results/status" ] ||
	die "the outer machine has not come to its end, within ${seconds} s or at all: see above"
(exit "$(<"$results/status")")
