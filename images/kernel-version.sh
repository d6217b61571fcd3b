#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# Turns KERNEL into a version and prints it. A version is only checked, and never
# replaced by another one. `auto` (the default) becomes 3.0.8, the paper's own, if
# its source is at hand or can be downloaded, else what this Debian has: 6.12 or 6.1;
# stderr says in one line which and why.
#
#   KERNEL_DEBUG=1   the build of that version which watches itself (mint-patches/configs/debug.config):
#                    6.1-debug, a version of its own for all that is built and started
#
#   images/kernel-version.sh               the version that KERNEL stands for
#   images/kernel-version.sh --news        the same; stderr says only what it did not say the last time
#   images/kernel-version.sh --available   every version whose source can be had, one
#                                          a line; stderr says why one is missing
set -euo pipefail
CDPATH='' cd "$(dirname "$0")/.."
# shellcheck source=images/lib.sh
. images/lib.sh
# shellcheck source=images/origin.sh
. images/origin.sh

# Long enough for a slow line; make and ./antbed wait this long when there is none.
probe_seconds=4
# How long the answer of a probe holds: other commands do not ask again.
probe_minutes=15
probe=$BUILD/.linux-mirror

# ask_mirror KERNEL: as remote_tarball, from the last answer if that is fresh.
ask_mirror() {
	local base asked_base
	if [ -n "$(debian_of "$1")" ]; then # nothing is asked
		remote_tarball "$1" 0
		return
	fi
	base=$(mirror "$1")
	if [ -n "$(find "$probe" -mmin -$probe_minutes 2>/dev/null)" ]; then
		IFS=$'\t' read -r asked_base remote remote_why <"$probe"
		[ "$asked_base" != "$base" ] || return 0
	fi
	remote_tarball "$1" $probe_seconds
	mkdir -p "$BUILD"
	printf '%s\t%s\t%s\n' "$base" "${remote:--}" "$remote_why" >"$probe.new.$$"
	mv "$probe.new.$$" "$probe"
}

# can_be_had KERNEL: whether its source can, and the reason in `why`.
can_be_had() {
	local at_hand
	at_hand=$(source_at_hand "$1") || exit 1
	if [ -n "$at_hand" ]; then
		why="its source is $at_hand"
		return 0
	fi
	ask_mirror "$1"
	case $remote in
	'' | -)
		why="linux-$1.tar.xz is not in $SOURCES/, and $remote_why"
		return 1
		;;
	esac
	why="$remote can be downloaded"
}

choose() {
	local kernel refused="" packages=""
	# A source that was named is meant to be used.
	if [ -n "${LINUX_SRC:-}" ]; then
		for kernel in "${KERNELS[@]}"; do
			given=$(given_source "$kernel") || exit 1
			[ -z "$given" ] || {
				say "$kernel" "LINUX_SRC=$LINUX_SRC"
				return
			}
		done
	fi
	for kernel in "${KERNELS[@]}"; do
		if can_be_had "$kernel"; then
			say "$kernel" "${refused:-$why}"
			return
		fi
		refused=${refused:-not $kernel: $why}
		[ -z "$(debian_of "$kernel")" ] ||
			packages+="the package linux-source-$kernel (Debian $(debian_of "$kernel")), or "
	done
	die "no source of Linux is here ($refused): install ${packages}put a tarball of one of ${KERNELS[*]}" \
		"in $SOURCES/, or give LINUX_SRC=PATH (a tarball or a tree)"
}

say() {
	local line="KERNEL=auto is Linux $1 ($2)" said=$BUILD/.kernel-auto
	if [ -z "$news" ] || [ "$line" != "$(cat "$said" 2>/dev/null)" ]; then
		echo "$line" >&2
		mkdir -p "$BUILD"
		echo "$line" >"$said"
	fi
	echo "$1"
}

available() {
	local kernel
	for kernel in "${KERNELS[@]}"; do
		if can_be_had "$kernel"; then
			echo "$kernel"
		else
			echo "Linux $kernel cannot be had: $why" >&2
		fi
	done
}

if [ "${1:-}" = --available ]; then
	available
	exit
fi
news=${1:-}
wish=${KERNEL:-auto}
if [ "${KERNEL_DEBUG:-}" = 1 ] || [[ $wish == *-debug ]]; then
	case $wish in
	6.1 | 6.1-debug | auto) ;;
	*) die "KERNEL_DEBUG=1 is for Linux 6.1, not for KERNEL=$wish" ;;
	esac
	given_source 6.1 >/dev/null
	echo 6.1-debug
	exit
fi
if [ "$wish" = auto ]; then
	choose
	exit
fi
case " ${KERNELS[*]} " in
*" $wish "*)
	given_source "$wish" >/dev/null
	echo "$wish"
	;;
*) die "KERNEL=$wish: known are ${KERNELS[*]}, and auto, which chooses among them" ;;
esac
