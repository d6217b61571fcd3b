#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# Makes sure that the Debian packages of the named groups are there (see
# packages.list): prints what is missing, then installs it.
#
#   images/packages.sh GROUP...          e.g. build run
#   ANTBED_NO_INSTALL=1                  print the apt-get line and stop
#   images/packages.sh --missing GROUP...  only print the missing names
#   OS_RELEASE=FILE                      what tells the release, instead of /etc/os-release
#
# Needs bash and apt only: it runs first on a fresh machine.
set -euo pipefail
here=$(dirname "$0")
# shellcheck source=images/lib.sh
. "$here/lib.sh"

only_print=no
if [ "${1:-}" = --missing ]; then
	only_print=yes
	shift
fi
[ $# -gt 0 ] || die "usage: images/packages.sh [--missing] GROUP..."

known="the project is for Debian 12 and 13 and for Ubuntu 24.04; elsewhere take the container of docs/hosts.md"
command -v dpkg-query >/dev/null || die "no Debian here (no dpkg-query): $known"

# e.g. debian13; Debian's unstable release has no number
# shellcheck source=/dev/null
release=$(. "${OS_RELEASE:-/etc/os-release}" && echo "${ID:-}${VERSION_ID:-}")

declare -A reason=()
wanted=()
while read -r group package why; do
	[[ $group != *@* || ${group#*@} = "$release" ]] || continue
	group=${group%@*}
	case " $* " in
	*" $group "*)
		wanted+=("$package")
		reason[$package]=$why
		;;
	esac
done < <(grep -Ev '^(#|$)' "$here/packages.list")
[ ${#wanted[@]} -gt 0 ] || die "images/packages.list has no group named $*"

# dpkg-query fails when it does not know a name: that is an answer, not an error.
# A package may be listed twice (two architectures); one installed is enough.
installed=$(dpkg-query -W -f='${db:Status-Status} ${Package}\n' "${wanted[@]}" 2>/dev/null |
	sed -n 's/^installed //p' || true)
missing=()
for package in "${wanted[@]}"; do
	grep -qxF "$package" <<<"$installed" || missing+=("$package")
done
[ ${#missing[@]} -gt 0 ] || exit 0

if [ $only_print = yes ]; then
	printf '%s\n' "${missing[@]}"
	exit 0
fi

echo "Debian packages that are missing:"
for package in "${missing[@]}"; do
	printf '  %-24s %s\n' "$package" "${reason[$package]}"
done

as_root=()
[ "$(id -u)" -eq 0 ] || as_root=(sudo)
line="${as_root[*]:+sudo }apt-get install -y --no-install-recommends ${missing[*]}"
if [ -n "${ANTBED_NO_INSTALL:-}" ]; then
	echo "ANTBED_NO_INSTALL is set, so nothing is installed. Install them with:"
	echo "  $line"
	exit 1
fi
if [ ${#as_root[@]} -gt 0 ] && ! command -v sudo >/dev/null; then
	die "not root and no sudo here. As root run: ${line#sudo }"
fi

# sudo may ask for its password: now, before output goes to a log.
[ ${#as_root[@]} -eq 0 ] || sudo true

apt=("${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -q -o DPkg::Lock::Timeout=300)
update_lists() {
	# A failed update is not the end: the lists that are there may do.
	"${apt[@]}" update || echo "apt-get update failed, going on with the lists that are here"
}
step "packages: updating apt's lists" "$LOGS/packages-update.log" update_lists

# A release that lacks one is named before anything is installed.
available=$(apt-cache show "${missing[@]}" 2>/dev/null | sed -n 's/^Package: //p')
for package in "${missing[@]}"; do
	grep -qxF "$package" <<<"$available" || die "$release has no package $package (see $LOGS/packages-update.log): $known"
done
step "packages: installing ${#missing[@]}" "$LOGS/packages.log" \
	"${apt[@]}" install -y --no-install-recommends "${missing[@]}"
