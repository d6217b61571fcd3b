#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# The source of Mint: BUILD/linux-KERNEL/src, Linux with the patch series
# mint-patches/linux-KERNEL, the files all versions share, and the contract.
#
#   LINUX_SRC=PATH   a tarball or a tree to take instead of Debian's; it is only
#                    read
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=images/lib.sh
. images/lib.sh
# shellcheck source=images/series.sh
. images/series.sh
resolve_kernel

origin=${LINUX_SRC:-/usr/src/linux-source-$KERNEL.tar.xz}
series=mint-patches/linux-$KERNEL
files=mint-patches/files
contract=(include/antlinux/abi.h include/antlinux/mint.h)
tree=$BUILD/linux-$KERNEL/src
unpacked=$BUILD/linux-$KERNEL/src.origin
patched=$BUILD/linux-$KERNEL/src.patched

need_file "$series/base.lock" "there is no patch series for Linux $KERNEL"
need_file "$origin" "package linux-source-$KERNEL, or LINUX_SRC=PATH"

# Which origin it is. A tree says so by its path: whether a file in it has
# changed since is seen by the time.
identity() {
	if [ -d "$origin" ]; then
		echo "tree $(realpath "$origin")"
	else
		echo "tarball $(basename "$origin") $(stat -c '%s %Y' "$origin")"
	fi
}

is_unpacked() {
	[ -e "$unpacked" ] && [ "$(<"$unpacked")" = "$(identity)" ] &&
		{ [ ! -d "$origin" ] || up_to_date "$unpacked" "$origin"; }
}

unpack() {
	rm -rf "$tree" "$(originals_of "$tree")" "$unpacked" "$patched"
	mkdir -p "$tree"
	if [ -d "$origin" ]; then
		# Only source: objects in the tree would keep make from building elsewhere.
		rsync -a --exclude=/.git --exclude='*.o' --exclude='.*.cmd' --exclude=/.config \
			--exclude=/include/config --exclude=/include/generated --exclude='/arch/*/include/generated' \
			"$origin/" "$tree/"
	else
		tar -xf "$origin" -C "$tree" --strip-components=1
	fi
	identity >"$unpacked"
}

add_mint() {
	apply_series "$series" "$tree"
	copy_changed "$files" "$tree"
	mkdir -p "$tree/include/antlinux"
	for header in "${contract[@]}"; do
		cmp -s "$header" "$tree/$header" || cp "$header" "$tree/$header"
	done
	: >"$patched"
}

mkdir -p "$BUILD/linux-$KERNEL"
exec 9>"$BUILD/linux-$KERNEL/src.lock"
flock 9

is_unpacked || step "Linux $KERNEL: unpacking" "$LOGS/linux-source-$KERNEL.log" unpack
if ! up_to_date "$patched" "$unpacked" "$series" "$files" "${contract[@]}" images/series.sh images/linux-source.sh; then
	keep_originals "$series" "$tree"
	step "Linux $KERNEL: Mint's patches" "$LOGS/mint-patches-$KERNEL.log" add_mint
fi
