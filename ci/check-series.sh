#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# Whoever looks for the patch that broke something stops in the middle of the
# series: so Linux has to build after each patch of Mint's, not only after the
# last one. Takes some minutes for each patch that touches a common header.
#
#   ci/check-series.sh [KERNEL...]   some of them (default: KERNEL)
set -euo pipefail
CDPATH='' cd "$(dirname "$0")/.."
main_build=${BUILD:-build}
# A source of its own: the patches come and go in it.
export BUILD=$main_build/check-series
# shellcheck source=images/lib.sh
. images/lib.sh
# shellcheck source=images/series.sh
. images/series.sh

kbuild() {
	nice make -C "$BUILD/linux-$KERNEL/src" O="$PWD/$BUILD/linux-$KERNEL/tree" ARCH=x86_64 \
		CC="$compiler" KBUILD_BUILD_TIMESTAMP="@$SOURCE_DATE_EPOCH" "$@"
}

# build_prefix COUNT: with CONFIG_MINT as soon as it exists.
build_prefix() {
	local tree=$BUILD/linux-$KERNEL/tree
	apply_series "$series" "$BUILD/linux-$KERNEL/src" "$1"
	mkdir -p "$tree"
	kbuild allnoconfig
	local fragments
	mapfile -t fragments < <(configurations "$KERNEL")
	cat "${fragments[@]}" >>"$tree/.config"
	kbuild oldconfig < <(yes '')
	kbuild -j"$(nproc)" bzImage
}

compiler=gcc
command -v ccache >/dev/null && compiler="ccache gcc"
mkdir -p "$BUILD"
[ $# -gt 0 ] || {
	resolve_kernel
	set -- "$KERNEL"
}
for KERNEL in "$@"; do
	export KERNEL
	images/linux-source.sh
	series=mint-patches/linux-$KERNEL
	mapfile -t entries < <(series_entries "$series")
	# The toolchain's part is what makes it build: from its last entry on.
	first=$(series_entries "$series" | grep -c ^toolchain/ || true)
	for ((count = first; count <= ${#entries[@]}; count++)); do
		last=none
		[ "$count" -eq 0 ] || last=${entries[count - 1]}
		step "Linux $KERNEL up to $last" "$LOGS/series-$KERNEL-$count.log" build_prefix "$count"
	done
done
