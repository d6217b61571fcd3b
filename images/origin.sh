# SPDX-License-Identifier: GPL-2.0-only
# Which versions of Linux the project knows and where the source of each comes
# from. To be sourced by bash after lib.sh.
#
#   LINUX_SRC=PATH     a tarball or a tree (a git checkout too), only read. It is
#                      for the version that its own Makefile names, and for no other
#   LINUX_MIRROR=URL   a directory of the web to take instead of kernel.org's
#   DEBIAN_SOURCES=DIRECTORY   where Debian's packages put theirs, if not in /usr/src
#
# Without LINUX_SRC: a tarball in sources/; or the package of the Debian release that
# has this version; or what is unpacked already. What is no Debian's is downloaded.
# shellcheck shell=bash

# In the order in which KERNEL=auto prefers them.
# shellcheck disable=SC2034 # for the scripts that source this
KERNELS=(3.0.8 6.12 6.1)

# Where tarballs are put, by a download or by hand.
SOURCES=sources

# debian_of KERNEL: the release of Debian whose package linux-source-KERNEL it is; nothing
# when it is no Debian's.
debian_of() {
	case $1 in
	6.12) echo 13 ;;
	6.1) echo 12 ;;
	esac
}

# debian_tarball KERNEL: of that package.
debian_tarball() {
	echo "${DEBIAN_SOURCES:-/usr/src}/linux-source-$1.tar.xz"
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

# tarball_names KERNEL: of what is on a mirror.
tarball_names() {
	printf "linux-$1.tar.%s\n" xz bz2 gz
}

# tarball_in_sources KERNEL: by kernel.org's names, with or without a further number, or by
# Debian's; the newest.
tarball_in_sources() {
	local name
	for name in linux-{"$1","$1.[0-9]*",source-"$1"}.tar.{xz,bz2,gz}; do
		compgen -G "$SOURCES/$name" || true
	done | sort -V | tail -n 1
}

# source_at_hand KERNEL: the tarball or tree that it is taken from, or the tree that was
# unpacked before from one that is gone; nothing when there is none.
source_at_hand() {
	local given unpacked=$BUILD/linux-$1/src
	given=$(given_source "$1") || exit 1
	[ -n "$given" ] || given=$(tarball_in_sources "$1")
	if [ -n "$given" ]; then
		echo "$given"
	elif [ -n "$(debian_of "$1")" ] && [ -e "$(debian_tarball "$1")" ]; then
		debian_tarball "$1"
	elif [ -e "$unpacked.origin" ]; then
		echo "$unpacked"
	fi
}

# mirror KERNEL: where it is downloaded from.
mirror() {
	local url=${LINUX_MIRROR:-https://cdn.kernel.org/pub/linux/kernel/v${1%%.*}.x}
	echo "${url%/}"
}

# remote_tarball KERNEL SECONDS: sets `remote` to the address of the tarball on the mirror
# when there is one, else `remote_why` to the reason. A Debian's is not downloaded: the series
# are for what its updates have become.
remote_tarball() {
	local base name release status=0
	base=$(mirror "$1")
	release=$(debian_of "$1")
	remote=
	remote_why="the package linux-source-$1 (Debian $release) is not installed"
	[ -z "$release" ] || return 0
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
