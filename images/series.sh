# SPDX-License-Identifier: GPL-2.0-only
# Patch series on a foreign source tree, applied so that a second run touches
# only what has really changed: make then rebuilds only that. To be sourced by
# bash after lib.sh.
#
# A series is a directory with
#   series      names of its patches, in order
#   base.lock   sha256 of each file they touch, as it is before
#   *.patch     applied with -p1 and no fuzz
# shellcheck shell=bash

# What the two functions below keep beside the tree: the touched files as they were.
originals_of() {
	echo "$1.originals"
}

# base_files SERIES: "sha256  file" of each file the series touches.
base_files() {
	grep -v '^#' "$1/base.lock"
}

# keep_originals SERIES TREE: of every file the series touches. Each file that is
# not the one the series was made for is named; it may still fit.
keep_originals() {
	local series=$1 tree=$2 originals sum file
	originals=$(originals_of "$tree")
	while read -r sum file; do
		[ -e "$tree/$file" ] || die "$tree/$file is missing: not the source that $series is for"
		if [ ! -e "$originals/$file" ]; then
			mkdir -p "$originals/$(dirname "$file")"
			cp -p "$tree/$file" "$originals/$file"
		fi
		sha256sum --status -c <<<"$sum  $originals/$file" ||
			echo "warning: $file is not the one $series was made for (base.lock); trying without fuzz" >&2
	done < <(base_files "$series")
}

# copy_changed FROM TO: each file of FROM whose content differs in TO.
copy_changed() {
	local from=$1 to=$2 file
	(cd "$from" && find . -type f -printf '%P\n') | while read -r file; do
		cmp -s "$from/$file" "$to/$file" && continue
		mkdir -p "$to/$(dirname "$file")"
		cp "$from/$file" "$to/$file"
		echo "  $file"
	done
}

# apply_series SERIES TREE: the touched files become their originals plus the
# series, also those that an older state of the series touched.
apply_series() {
	local series=$1 tree=$2 name work
	work=$(mktemp -d "$tree.XXXXXX")
	# shellcheck disable=SC2064 # now, with this name
	trap "rm -rf '$work'" EXIT
	cp -R "$(originals_of "$tree")/." "$work/"
	while read -r name; do
		echo "$name"
		patch -d "$work" -p1 --fuzz=0 --batch --no-backup-if-mismatch <"$series/$name" ||
			die "$series/$name does not apply to $tree: another version of the source?"
	done < <(grep -v '^#' "$series/series")
	copy_changed "$work" "$tree"
}
