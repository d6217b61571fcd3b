#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# The README's two commands on a fresh host, in a clean clone of this checkout's last commit.
#
#   tests/hosts/run.sh debian12|debian13   in a directory made by debootstrap: as root, on Debian
#   tests/hosts/run.sh container           the same, after the steps of images/Containerfile
#   tests/hosts/run.sh here                on this computer as it is: it may be a container
#   tests/hosts/run.sh HOST COMMAND...     this command in place of the two
#
#   HOSTS=DIRECTORY   where the roots are made and kept (build/hosts)
#   MIRROR=URL        where Debian comes from (default: where this computer's apt gets its own)
#   KERNEL, LINUX_SRC, CCACHE_DIR, ANTBED_TEST_ACCEL: as ever; what they name is seen inside, too
set -euo pipefail
CDPATH='' cd "$(dirname "$0")/../.."
# shellcheck source=images/lib.sh
. images/lib.sh

host=${1:-}
case $host in
debian12 | container | debian13 | here) shift ;;
*) die "usage: tests/hosts/run.sh debian12|debian13|container|here [COMMAND...]" ;;
esac
declare -A code_name=([debian12]=bookworm [debian13]=trixie [container]=trixie)
root=$(realpath -m "${HOSTS:-$BUILD/hosts}/$host")
clone=/antlinux # where images/Containerfile wants it

# What every command inside finds in its environment, and nothing else of this computer's.
words=(HOME=/root "TERM=${TERM:-dumb}" PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin)
for name in KERNEL LINUX_SRC CCACHE_DIR ANTBED_TEST_ACCEL; do
	[ -z "${!name:-}" ] || words+=("$name=${!name}")
done

make_root() {
	# shellcheck disable=SC2016 # apt's own placeholders
	MIRROR=${MIRROR:-$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' | sed -n 1p)}
	rm -rf "$root" "$root.new"
	mkdir -p "$root.new"
	debootstrap --variant=minbase --include=git,make,ca-certificates "${code_name[$host]}" "$root.new" "$MIRROR"
	mv "$root.new" "$root"
}

# see PATH: the same file or directory inside.
see() {
	if [ -d "$1" ]; then
		mkdir -p "$root$1"
	else
		mkdir -p "$root$(dirname "$1")"
		: >>"$root$1"
	fi
	mount --bind "$1" "$root$1"
}

mount_all() {
	mount -t proc proc "$root/proc"
	mount -t sysfs sysfs "$root/sys"
	mount --rbind /dev "$root/dev"
	mount --make-rslave "$root/dev"
	[ -z "${LINUX_SRC:-}" ] || see "$(realpath "$LINUX_SRC")"
	[ -z "${CCACHE_DIR:-}" ] || see "$(realpath "$CCACHE_DIR")"
}

unmount_all() {
	awk -v below="$root/" 'index($2, below) == 1 { print $2 }' /proc/mounts | sort -r | xargs -r umount --lazy
}

inside() {
	chroot "$root" /usr/bin/env -i "${words[@]}" sh -c "cd '$clone' && "'exec "$@"' sh "$@"
}

# The steps of images/Containerfile. What it copies is in the clone.
container_steps() {
	local step rest settings
	while read -r step rest; do
		case $step in
		'#'* | '' | FROM | WORKDIR | COPY) ;;
		ENV) read -ra settings <<<"$rest" && words+=("${settings[@]}") ;;
		RUN) inside sh -ec "$rest" </dev/null ;;
		*) die "images/Containerfile: tests/hosts/run.sh knows no $step" ;;
		esac
	done <images/Containerfile
}

where=
if [ "$host" != here ]; then
	[ "$(id -u)" -eq 0 ] || die "tests/hosts/run.sh $host: only root may chroot; or take a container: docs/hosts.md"
	command -v debootstrap >/dev/null || die "debootstrap is missing: install Debian's package debootstrap"
	[ -d "$root" ] || step "$host: debootstrap" "$LOGS/hosts-$host.log" make_root
	trap unmount_all EXIT
	mount_all
	rm -rf "${root:?}$clone"
	git clone --quiet . "$root$clone"
	[ "$host" != container ] || container_steps
	where=inside
fi

status=0
if [ $# -gt 0 ]; then
	$where "$@" || status=$?
else
	$where make run-qemu </dev/null || status=1
	$where make test </dev/null || status=1
fi
[ $status -eq 0 ]
