# SPDX-License-Identifier: GPL-2.0-only
# What the build scripts share: where things are, one progress line for each
# step, and a failure that shows the end of its log. To be sourced by bash.
# shellcheck shell=bash

BUILD=${BUILD:-build}
# shellcheck disable=SC2034 # for the scripts that source this
LOGS=$BUILD/logs

# An ordinary user of Debian does not have mke2fs, debugfs and sfdisk on his PATH.
PATH=$PATH:/usr/sbin:/sbin

# Words of the environment that make, Kbuild, CMake or configure would take for ours.
unset ARCH CROSS_COMPILE LLVM LLVM_IAS KCONFIG_CONFIG KBUILD_OUTPUT KBUILD_EXTMOD KCFLAGS KAFLAGS KCPPFLAGS O \
	CFLAGS CXXFLAGS CPPFLAGS LDFLAGS ASFLAGS HOSTCFLAGS HOSTLDFLAGS CDPATH GREP_OPTIONS BASH_ENV

# No translated tool messages, one sort order, no times that depend on now.
export LC_ALL=C TZ=UTC
export SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-1767225600} # 2026-01-01

# With ccache, a second checkout of the project compiles nothing that the first one has. By the compiler's own list
# of headers (CCACHE_DEPEND) the first one needs no run of the preprocessor for it.
export CCACHE_BASEDIR=${CCACHE_BASEDIR:-$PWD} CCACHE_NOHASHDIR=1 CCACHE_DEPEND=1
# It fails where there is no home, as a service's user has none.
[ -n "${CCACHE_DIR:-}" ] || { [ -d "${HOME:-}" ] && [ -w "$HOME" ]; } || CCACHE_DIR=$(realpath -m "$BUILD")/ccache
[ -z "${CCACHE_DIR:-}" ] || export CCACHE_DIR

die() {
	echo "error: $*" >&2
	exit 1
}

# Kbuild builds in no path with a blank or a colon; make, the linker's options and the shell take other
# characters for their own. Said before anything is built.
check_checkout() {
	local path plain
	for path in "$PWD" "$(pwd -P)"; do
		plain=${path//[$'\x80'-$'\xff']/}
		plain=${plain//[A-Za-z0-9\/._@+-]/}
		[ -z "$plain" ] || die "the checkout's path, $path, has '${plain:0:1}', which Kbuild and make cannot take: move it"
	done
}
(CDPATH='' cd "$(dirname "${BASH_SOURCE[0]}")/.." && check_checkout) || exit 1

# resolve_kernel: makes KERNEL a version, for a script that is about one. The Makefile and
# ./antbed have done so before, and what they hand on is only checked.
resolve_kernel() {
	KERNEL=$(images/kernel-version.sh)
	export KERNEL
}

# configurations KERNEL: the files that make up its configuration: what all versions with
# its first number share, and its own.
configurations() {
	local number
	for number in "${1%%.*}" "$1"; do
		[ ! -e "mint-patches/configs/linux-$number.config" ] || echo "mint-patches/configs/linux-$number.config"
	done
}

# need_file PATH HOW: stops when an input is missing and says what makes it.
need_file() {
	[ -e "$1" ] || die "$1 is missing: $2"
}

# only_one NAME: waits until no other run of the same script works on its output.
# The lock goes with the process that holds it.
only_one() {
	mkdir -p "$BUILD"
	exec 9>"$BUILD/.$1.lock"
	flock --nonblock 9 || {
		echo "$1: waiting for another build of it to end"
		flock 9
	}
}

# up_to_date OUTPUT INPUT...: true when OUTPUT is newer than every input.
# Directories among the inputs stand for every file below them.
up_to_date() {
	local output=$1
	shift
	[ -e "$output" ] && [ -z "$(find "$@" \( -type f -o -type l \) -newer "$output" -print -quit)" ]
}

elapsed() {
	printf '%d:%02d' $(($1 / 60)) $(($1 % 60))
}

# redraws DESCRIPTOR: whether lines may be drawn over and coloured there;
# testbed/terminal.py decides the same for Python. NO_COLOR: no-color.org.
redraws() {
	[ -t "$1" ] && [ -z "${NO_COLOR:-}" ] && [ "${TERM:-dumb}" != dumb ]
}

# ninja_steps LOG: what Ninja has done of what it has to do.
ninja_steps() {
	sed -nE 's|^\[([0-9]+)/([0-9]+)\] .*|\1 of \2|p' "$1" | tail -n 1
}

# kbuild_objects LOG: how many objects Linux's build has compiled, $already among them, of how many: $expected, if
# anybody knows. That is the figure of another build of the same configuration, so it may be a little off; one that
# is too small is not said any more.
kbuild_objects() {
	local compiled
	compiled=$(($(grep -cE '^ +(CC|AS|HOSTCC) ' "$1" || true) + ${already:-0}))
	if [ "$compiled" -le "${expected:-0}" ]; then
		echo "$compiled of about $expected objects"
	else
		echo "$compiled objects"
	fi
}

# expect_objects KERNEL TARGET: sets $expected, for kbuild_objects.
expect_objects() {
	# shellcheck disable=SC2034 # for kbuild_objects
	expected=$(awk -v kernel="$1" -v target="$2" '$1 == kernel && $2 == target { print $3 }' mint-patches/configs/objects)
}

# How often a step says in a log file or a pipe that it is still running.
plain_seconds=30

# Shows on a terminal how far the step is, as the function $counted tells from its log, and for
# how long it has been running; in a log file or a pipe a line says so now and then. Ends by
# itself with the script; its last sleep, which outlives it, must not keep the lock of only_one (9).
ticker() {
	local title=$1 log=$2 start=$SECONDS second=0 so_far
	[ "${V:-0}" != 1 ] || return 0
	while sleep 1 >/dev/null 2>&1 9>&- && kill -0 "$$" 2>/dev/null; do
		second=$((SECONDS - start))
		redraws 1 || [ $((second % plain_seconds)) -eq 0 ] || continue
		so_far=
		[ -z "${counted:-}" ] || so_far=$("$counted" "$log" 2>/dev/null)
		if redraws 1; then
			printf '\r\033[K%s ... %s%s' "$title" "${so_far:+$so_far, }" "$(elapsed $second)"
		else
			printf '%s ... %sstill running after %s\n' "$title" "${so_far:+$so_far, }" "$(elapsed $second)"
		fi
	done
}

# Where a step's output goes: into its log; with V=1 also here.
record() {
	if [ "${V:-0}" = 1 ]; then
		tee "$1"
	else
		cat >"$1"
	fi
}

# step TITLE LOG COMMAND...: runs the command with its output in LOG. Not for
# use inside a condition: there the shell ignores `set -e` in functions. A step
# that prints a line matching $nothing_done had nothing to do: no line for it.
# The function $counted tells from the log how far it is (ninja_steps, kbuild_objects).
step() {
	local title=$1 log=$2 start=$SECONDS status=0 ticker_pid=
	shift 2
	mkdir -p "$(dirname "$log")"
	redraws 1 && printf '%s ...' "$title"
	: >"$log"
	ticker "$title" "$log" &
	ticker_pid=$!
	set +e
	(
		set -e
		"$@"
	) 2>&1 | record "$log"
	status=${PIPESTATUS[0]}
	set -e
	kill "$ticker_pid" 2>/dev/null || true
	wait "$ticker_pid" 2>/dev/null || true
	redraws 1 && printf '\r\033[K'
	if [ "$status" -ne 0 ]; then
		printf '%s: failed after %s, the end of %s:\n' "$title" "$(elapsed $((SECONDS - start)))" "$log" >&2
		tail -n 30 "$log" | sed 's/^/  | /' >&2
		exit "$status"
	fi
	if [ -n "${nothing_done:-}" ] && grep -q "$nothing_done" "$log"; then
		return
	fi
	printf '%s: %s (log: %s)\n' "$title" "$(elapsed $((SECONDS - start)))" "$log"
}
