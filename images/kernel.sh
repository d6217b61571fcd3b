#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# Mint, the Linux of the machine: BUILD/linux-KERNEL/bzImage, its objects in
# BUILD/linux-KERNEL/tree (modules are built against them).
#
#   KERNEL=VERSION   which Linux: 3.0.8, 6.1, 6.12, 6.1-debug or auto
#   LINUX_SRC=PATH   see images/linux-source.sh
#
# images/kernel.sh WORD...: then calls the kernel's own make with these words.
set -euo pipefail
CDPATH='' cd "$(dirname "$0")/.."
# shellcheck source=images/lib.sh
. images/lib.sh
resolve_kernel

source=$BUILD/linux-${KERNEL%-debug}/src
tree=$BUILD/linux-$KERNEL/tree
output=$BUILD/linux-$KERNEL/bzImage
config=$tree.config
mapfile -t fragments < <(configurations "${KERNEL%-debug}")
[ ${#fragments[@]} -gt 0 ] || die "there is no configuration for Linux $KERNEL in mint-patches/configs"
[[ $KERNEL != *-debug ]] || fragments+=(mint-patches/configs/debug.config)

images/linux-source.sh

compiler=gcc
command -v ccache >/dev/null && compiler="ccache gcc"

# gdb (./antbed debug) needs types and lines. Where each variable is at each instruction would be a fifth of the
# time, and a third of the bytes, of an object.
kbuild() {
	nice make -C "$source" O="$PWD/$tree" ARCH=x86_64 CC="$compiler" KBUILD_BUILD_USER=antbed \
		KBUILD_BUILD_HOST=antbed KBUILD_BUILD_TIMESTAMP="@$SOURCE_DATE_EPOCH" KCFLAGS=-fno-var-tracking "$@"
}

# Every line of the fragments has to be in the result: Kconfig drops in silence
# what depends on something that is missing.
check_config() {
	local line bad=0
	while read -r line; do
		grep -qxF -- "$line" "$tree/.config" && continue
		# An option that is off may also be unknown.
		[[ $line == *" is not set" ]] && ! grep -q "^${line:2:${#line}-13}=" "$tree/.config" && continue
		echo "$config: '$line' did not take effect"
		bad=1
	done < <(grep -E '^(CONFIG_|# CONFIG_.* is not set$)' "$config")
	return $bad
}

# The fragments on top of allnoconfig; what becomes visible by it takes its default.
configure() {
	mkdir -p "$tree"
	kbuild allnoconfig
	cat "$config" >>"$tree/.config"
	kbuild oldconfig < <(yes '')
	check_config
	cp "$config" "$tree/.configured"
}

# Its own modules are built when a machine needs them (images/drivers.sh). Where they would name the symbols of
# all, ours find those of the kernel.
build() {
	kbuild -j"$(nproc)" bzImage modules_prepare
	[ ! -e "$tree/vmlinux.symvers" ] || cp "$tree/vmlinux.symvers" "$tree/Module.symvers"
	cp "$tree/arch/x86/boot/bzImage" "$output.new"
	mv "$output.new" "$output"
	: >"$tree/.built"
}

mkdir -p "$BUILD/linux-$KERNEL"
exec 9>"$BUILD/linux-$KERNEL/tree.lock"
flock 9

cat "${fragments[@]}" >"$config"
if ! cmp -s "$config" "$tree/.configured"; then
	step "Linux $KERNEL: configuring" "$LOGS/kernel-config-$KERNEL.log" configure
fi
if [ ! -e "$output" ] || ! up_to_date "$tree/.built" "$source.patched" "$tree/.configured"; then
	# How many objects are not up to date is known of the first build only.
	expected=
	already=0
	first=$([ -e "$output" ] || echo yes)
	if [ -n "$first" ]; then
		expect_objects "$KERNEL" bzImage
		already=$(find "$tree" -name '.*.o.cmd' | wc -l)
	fi
	log=$LOGS/kernel-$KERNEL.log
	counted=kbuild_objects step "Linux $KERNEL: building" "$log" build
	[ -z "$first" ] || kbuild_objects "$log" >"$tree/.objects"
fi
# Linux's own gdb commands, where it has some: ./antbed debug loads them with vmlinux.
if grep -qx CONFIG_GDB_SCRIPTS=y "$config" && [ ! -e "$tree/vmlinux-gdb.py" ]; then
	step "Linux $KERNEL: gdb's commands" "$LOGS/kernel-gdb-$KERNEL.log" kbuild scripts_gdb
fi
[ $# -eq 0 ] || kbuild "$@"
