# SPDX-License-Identifier: GPL-2.0-only
# Which versions of Linux the project knows and where the source of each comes
# from. To be sourced by bash after lib.sh.
#
#   LINUX_SRC=PATH     a tarball or a tree (a git checkout too), only read. It is
#                      for the version that its own Makefile names, and for no other
#   LINUX_MIRROR=URL   a directory of the web to take instead of kernel.org's
#
# Without LINUX_SRC: 6.1 is Debian's package; 3.0.8 is a tarball in sources/, or
# what is unpacked already, or a download.
# shellcheck shell=bash

# In the order in which KERNEL=auto prefers them; the last needs no download.
# shellcheck disable=SC2034 # for the scripts that source this
KERNELS=(3.0.8 6.1)

# Where tarballs are put, by a download or by hand.
SOURCES=sources

# debian_tarball KERNEL: of the package, where Debian has one.
debian_tarball() {
	[ "$1" != 6.1 ] || echo /usr/src/linux-source-6.1.tar.xz
}

# belongs_to SOURCE_VERSION KERNEL: 6.1.192 is a 6.1.
belongs_to() {
	[ "$1" = "$2" ] || [[ $1 == "$2".* ]]
}

# top_directory TARBALL: the directory that everything in it lies in.
top_directory() (
	set +o pipefail # tar is not read to its end
	tar -tf "$1" 2>/dev/null | sed -n '1s|^\(\(\./\)\?[^/]*\)/.*|\1|p'
)

# makefile_of PATH: the top Makefile of a tree or tarball; nothing when there is none.
makefile_of() {
	local top
	if [ -d "$1" ]; then
		cat "$1/Makefile" 2>/dev/null || true
	else
		top=$(top_directory "$1")
		[ -z "$top" ] || tar -xOf "$1" --occurrence=1 "$top/Makefile" 2>/dev/null || true
	fi
}

# source_version PATH: what its Makefile says, e.g. 6.1.192; nothing when it is no
# source of Linux. In a tarball the Makefile may be far from the start: asked once.
source_version() {
	local known=$BUILD/.linux-src identity line version
	identity="$1 $(stat -c '%s %Y' "$1")"
	if [ ! -d "$1" ] && line=$(grep -sF "$identity = " "$known"); then
		echo "${line##* = }"
		return
	fi
	version=$(makefile_of "$1" | awk '$2 == "=" && $1 == "VERSION" { v = $3 }
		$2 == "=" && $1 == "PATCHLEVEL" { v = v "." $3 }
		$2 == "=" && $1 == "SUBLEVEL" { print v "." $3; exit }')
	if [ ! -d "$1" ] && [ -n "$version" ]; then
		mkdir -p "$BUILD"
		echo "$identity = $version" >"$known.$$"
		mv "$known.$$" "$known"
	fi
	echo "$version"
}

# given_source KERNEL: LINUX_SRC, when it is set and of this version. One that is
# of no version we know is an error whatever is built.
given_source() {
	local version kernel
	[ -n "${LINUX_SRC:-}" ] || return 0
	[ -e "$LINUX_SRC" ] || die "LINUX_SRC=$LINUX_SRC: there is no such file or directory"
	version=$(source_version "$LINUX_SRC")
	[ -n "$version" ] || die "LINUX_SRC=$LINUX_SRC is no source of Linux: no Makefile that names its version"
	for kernel in "${KERNELS[@]}"; do
		belongs_to "$version" "$kernel" || continue
		[ "$kernel" != "$1" ] || echo "$LINUX_SRC"
		return 0
	done
	die "LINUX_SRC=$LINUX_SRC is Linux $version; there are patches for: ${KERNELS[*]}"
}

# tarball_names KERNEL: of what may lie in sources/ and on a mirror.
tarball_names() {
	printf "linux-$1.tar.%s\n" xz bz2 gz
}

# source_at_hand KERNEL: the tarball or tree that it is taken from, or the tree that was
# unpacked before from one that is gone; nothing when there is none.
source_at_hand() {
	local given name unpacked=$BUILD/linux-$1/src
	given=$(given_source "$1") || exit 1
	if [ -n "$given" ]; then
		echo "$given"
		return
	fi
	if [ -n "$(debian_tarball "$1")" ]; then
		debian_tarball "$1"
		return
	fi
	while read -r name; do
		[ ! -e "$SOURCES/$name" ] || {
			echo "$SOURCES/$name"
			return
		}
	done < <(tarball_names "$1")
	[ ! -e "$unpacked.origin" ] || echo "$unpacked"
}

# mirror KERNEL: where it is downloaded from.
mirror() {
	local url=${LINUX_MIRROR:-https://cdn.kernel.org/pub/linux/kernel/v${1%%.*}.x}
	echo "${url%/}"
}

# remote_tarball KERNEL SECONDS: sets `remote` to the address of the tarball on the mirror
# when there is one, else `remote_why` to the reason.
remote_tarball() {
	local base name status=0
	base=$(mirror "$1")
	remote=
	remote_why=
	command -v curl >/dev/null || {
		remote_why="curl is not installed"
		return
	}
	while read -r name; do
		status=0
		curl --silent --fail --location --head --connect-timeout "$2" --max-time "$2" \
			--output /dev/null "$base/$name" || status=$?
		case $status in
		0) remote=$base/$name && return ;;
		22) remote_why="$base has no linux-$1.tar.{xz,bz2,gz}" ;;
		# No answer: another name would have none either.
		*) remote_why="$base cannot be reached" && return ;;
		esac
	done < <(tarball_names "$1")
}
