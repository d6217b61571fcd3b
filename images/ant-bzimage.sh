#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# AnT's bzImage: AnT made to look like a Linux kernel, so that kexec can load it
# without a special system call (paper section 3.2, Fig. 2). The five steps:
#   (1) AnT has the labels that the bzImage build looks up (ant/mkernel/link.ld)
#   (2) `ant`, an ELF file, is built (images/guest.sh)
#   (3) it is renamed to `vmlinux` in a configured 32-bit Linux tree
#   (4) the tree's load address is AnT's (CONFIG_PHYSICAL_START)
#   (5) the tree's setup routine and that vmlinux become a bzImage
# Usage: images/ant-bzimage.sh [ELF [BZIMAGE]]
#
#   KERNEL=VERSION         the Linux that it will be started by
#   SETUP_KERNEL=VERSION   the Linux whose setup routine it gets (default: KERNEL);
#                          either does with either
set -euo pipefail
CDPATH='' cd "$(dirname "$0")/.."
# shellcheck source=images/lib.sh
. images/lib.sh
resolve_kernel

setup_kernel=$(KERNEL=${SETUP_KERNEL:-$KERNEL} images/kernel-version.sh)
setup_kernel=${setup_kernel%-debug} # it does not depend on how Linux is configured
elf=${1:-$BUILD/ant/ant}
output=${2:-$BUILD/linux-$KERNEL/ant.bzImage}
source=$BUILD/linux-$setup_kernel/src
tree=$BUILD/linux-$setup_kernel/setup-i386
config=mint-patches/configs/setup-i386.config

only_one ant-bzimage
need_file "$elf" "make guest"
KERNEL=$setup_kernel images/linux-source.sh

# The generated headers and sources that a kernel's link would make: the setup
# routine and the decompressor need no more of Linux.
case $setup_kernel in
3.*) generated=(arch/x86/kernel/cpu/ init/version.o) ;;
*) generated=(arch/x86/kernel/cpu/capflags.o init/version.o init/version-timestamp.o) ;;
esac

prepare_tree() {
	rm -rf "$tree"
	mkdir -p "$tree"
	kbuild KCONFIG_ALLCONFIG="$PWD/$config" allnoconfig
	local line
	for line in CONFIG_PHYSICAL_START=0x40400000 CONFIG_PHYSICAL_ALIGN=0x200000 CONFIG_VMSPLIT_2G=y; do
		grep -qxF "$line" "$tree/.config" || die "$config: $line did not take effect"
	done
	kbuild -j"$(nproc)" prepare scripts "${generated[@]}"
	cp "$config" "$tree/.prepared"
}

kbuild() {
	make -C "$source" O="$PWD/$tree" ARCH=i386 KBUILD_BUILD_TIMESTAMP="@$SOURCE_DATE_EPOCH" \
		KBUILD_BUILD_USER=antbed KBUILD_BUILD_HOST=antbed "$@"
}

# `-o vmlinux`: make takes the file as it is, however old it looks. Kbuild runs
# make once more inside, which would not hear of the option: hence MAKE=.
wrap() {
	cp "$elf" "$tree/vmlinux"
	# Nothing tells make that the vmlinux is another one.
	rm -f "$tree"/arch/x86/boot/compressed/vmlinux* "$tree/arch/x86/boot/voffset.h" "$tree/arch/x86/boot/bzImage"
	kbuild MAKE='make -o vmlinux' bzImage
	mkdir -p "$(dirname "$output")"
	cp "$tree/arch/x86/boot/bzImage" "$output.new"
	mv "$output.new" "$output"
	echo "$setup_kernel" >"$output.setup"
}

if ! cmp -s "$config" "$tree/.prepared"; then
	step "AnT's setup routine (Linux $setup_kernel, i386)" "$LOGS/setup-i386-$setup_kernel.log" prepare_tree
fi
if [ "$(cat "$output.setup" 2>/dev/null)" != "$setup_kernel" ] || ! up_to_date "$output" "$elf" "$tree/.prepared"; then
	step "AnT's bzImage" "$LOGS/ant-bzimage-$KERNEL.log" wrap
fi
