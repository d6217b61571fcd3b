#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# The source of Mint: BUILD/linux-KERNEL/src, Linux with the patch series of
# mint-patches/linux-KERNEL, the files all versions share, and the contract.
# Where Linux comes from (LINUX_SRC, LINUX_MIRROR): images/origin.sh.
set -euo pipefail
CDPATH='' cd "$(dirname "$0")/.."
# shellcheck source=images/lib.sh
. images/lib.sh
# shellcheck source=images/series.sh
. images/series.sh
# shellcheck source=images/origin.sh
. images/origin.sh
# shellcheck source=images/download.sh
. images/download.sh
resolve_kernel
KERNEL=${KERNEL%-debug} # which is a configuration, no source of its own

series=mint-patches/linux-$KERNEL
files=mint-patches/files
contract=(include/antlinux/abi.h include/antlinux/mint.h)
tree=$BUILD/linux-$KERNEL/src
unpacked=$BUILD/linux-$KERNEL/src.origin
patched=$BUILD/linux-$KERNEL/src.patched

# What a build leaves in a tree, as far as it is bulky; `make mrproper` in the copy
# does away with the rest.
leftovers=('*.o' '*.ko' '*.a' '.*.cmd' '.tmp_*')

# Which origin it is. A tree says so by its path: whether a file in it has
# changed since is seen by the time.
identity() {
	if [ -d "$origin" ]; then
		echo "tree $(realpath "$origin")"
	else
		echo "tarball $(basename "$origin") $(stat -c '%s %Y' "$origin")"
	fi
}

# changed_since FILE: is there a younger source in the tree $origin?
changed_since() {
	local name unless=()
	for name in "${leftovers[@]}"; do
		unless+=(-name "$name" -o)
	done
	[ -n "$(find "$origin" -name .git -prune -o "${unless[@]}" -type f -newer "$1" -print -quit)" ]
}

is_unpacked() {
	[ -e "$unpacked" ] || return 1
	# It is the one thing at hand: what it was unpacked from is gone.
	[ "$origin" != "$tree" ] || return 0
	[ "$(<"$unpacked")" = "$(identity)" ] && { [ ! -d "$origin" ] || ! changed_since "$unpacked"; }
}

unpack() {
	local top
	rm -rf "$tree" "$(originals_of "$tree")" "$unpacked" "$patched"
	mkdir -p "$tree"
	if [ -d "$origin" ]; then
		rsync -a --exclude=.git "${leftovers[@]/#/--exclude=}" "$origin/" "$tree/"
		env -u MAKEFLAGS -u MAKELEVEL make -s -C "$tree" ARCH=x86 mrproper
	else
		top=$(top_directory "$origin")
		# As many components as the name of its directory has.
		tar -xf "$origin" -C "$tree" --strip-components=$(($(tr -cd / <<<"$top" | wc -c) + 1))
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

need_file "$series/base.lock" "there is no patch series for Linux $KERNEL"
mkdir -p "$BUILD/linux-$KERNEL"
exec 9>"$BUILD/linux-$KERNEL/src.lock"
flock 9

signature=
origin=$(source_at_hand "$KERNEL")
if [ -z "$origin" ]; then
	download "$KERNEL"
	origin=$(source_at_hand "$KERNEL")
fi
need_file "$origin" "package linux-source-$KERNEL, or LINUX_SRC=PATH"
[ "$origin" = "$tree" ] || [ "$(realpath "$origin")" != "$(realpath -m "$tree")" ] ||
	die "LINUX_SRC=$origin is what this project makes of a source; name the source itself"

if ! is_unpacked; then
	if [ -f "$origin" ] && [ "$origin" != "$(debian_tarball "$KERNEL")" ]; then
		[ -n "$signature" ] || check_signature "$origin" "${origin%.*}.sign"
		[[ $signature != bad:* ]] ||
			die "the signature of $origin is $signature. It is not used: get it and ${origin%.*}.sign anew"
		echo "Linux $KERNEL: $origin, signature $signature"
	fi
	step "Linux $KERNEL: unpacking $origin" "$LOGS/linux-source-$KERNEL.log" unpack
fi
if ! up_to_date "$patched" "$unpacked" "$series" "$files" "${contract[@]}" images/series.sh images/linux-source.sh; then
	keep_originals "$series" "$tree"
	step "Linux $KERNEL: Mint's patches" "$LOGS/mint-patches-$KERNEL.log" add_mint
fi
