#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# kexec with Mint's options: BUILD/kexec, statically linked, from Debian's source
# package and the series mint-patches/kexec-tools.
#
#   KEXEC_SRC=DIR   a directory with the source package's files (*.dsc, *.tar.*)
#                   to take instead of fetching them
set -euo pipefail
CDPATH='' cd "$(dirname "$0")/.."
# shellcheck source=images/lib.sh
. images/lib.sh
# shellcheck source=images/series.sh
. images/series.sh

series=mint-patches/kexec-tools
work=$(realpath -m "$BUILD/kexec-tools")
package=$(realpath -m "${KEXEC_SRC:-$work/package}")
tree=$work/src
output=$(realpath -m "$BUILD/kexec")
contract=$PWD/include

# apt with a source list and a state of its own: the user's /etc/apt may have no
# deb-src lines and shall not get any. Where Debian is mirrored, which keys and
# which proxy it takes from the user's configuration.
apt() {
	apt-get -q -o Dir::Etc::SourceList="$work/sources.list" -o Dir::Etc::SourceParts=/dev/null \
		-o Dir::State="$work/apt" -o Dir::State::Lists="$work/apt/lists" \
		-o Dir::Cache="$work/apt/cache" -o APT::Sandbox::User= "$@"
}

# The main archive of this Debian release, from the user's own sources.
source_list() {
	local release keyring options=
	release=$(. /etc/os-release && echo "$VERSION_CODENAME")
	keyring=/usr/share/keyrings/$(. /etc/os-release && echo "$ID")-archive-keyring.gpg
	[ ! -e "$keyring" ] || options="[signed-by=$keyring] "
	# shellcheck disable=SC2016 # apt's own placeholders
	apt-get indextargets --format '$(REPO_URI) $(RELEASE) $(COMPONENT)' 'Created-By: Packages' |
		awk -v release="$release" -v options="$options" \
			'$2 == release && $3 == "main" { print "deb-src " options $1, $2, $3 }' | sort -u
}

fetch() {
	rm -rf "$package" "$work/apt"
	mkdir -p "$package" "$work/apt/lists/partial" "$work/apt/cache/archives/partial"
	source_list >"$work/sources.list"
	[ -s "$work/sources.list" ] || die "apt knows no main archive of this Debian release (see /etc/apt)"
	apt update
	(cd "$package" && apt source --download-only kexec-tools)
	rm -rf "$work/apt"
}

unpack() {
	rm -rf "$tree" "$(originals_of "$tree")"
	dpkg-source --no-check -x "$package"/*.dsc "$tree"
	: >"$tree.unpacked"
}

build() {
	apply_series "$series" "$tree"
	copy_changed "$series/files" "$tree"
	cd "$tree"
	[ -e Makefile ] || LDFLAGS=-static CPPFLAGS="-I$contract" ./configure --without-lzma --without-xen
	nice make -j"$(nproc)" build/sbin/kexec
	strip -o "$output.new" build/sbin/kexec
	mv "$output.new" "$output"
}

only_one kexec-tools
if up_to_date "$output" "$series" include/antlinux images/kexec-tools.sh images/series.sh; then
	exit 0
fi
compgen -G "$package/*.dsc" >/dev/null || step "kexec-tools: fetching Debian's source" "$LOGS/kexec-fetch.log" fetch
if ! up_to_date "$tree.unpacked" "$package"; then
	step "kexec-tools: unpacking" "$LOGS/kexec-unpack.log" unpack
fi
keep_originals "$series" "$tree"
step "kexec-tools: building" "$LOGS/kexec.log" build
