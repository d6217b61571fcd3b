# SPDX-License-Identifier: GPL-2.0-only
# Patch series on a foreign source tree, applied so that a second run touches
# only what has really changed: make then rebuilds only that. To be sourced by
# bash after lib.sh.
#
# What is done to one version of a source is a directory with
#   base.lock   sha256 of each file that is touched, as it is before
#   toolchain/  a series: what today's compiler and tools need (may be missing)
#   mint/       a series: the hooks of Mint
# and a series is a directory with
#   series      names of its entries, in order
#   *.patch     a difference, applied with -p1 and no fuzz
#   *.subst     a substitution: lines of "FILE COUNT SED-EXPRESSION"
# mint-patches/README.md describes the formats.
# shellcheck shell=bash

# What the functions below keep beside the tree: the touched files as they were.
originals_of() {
	echo "$1.originals"
}

# base_files DIRECTORY: "sha256  file" of each file the series touch.
base_files() {
	grep -v '^#' "$1/base.lock"
}

# series_entries DIRECTORY: PART/NAME of each entry, in the order of application.
series_entries() {
	local part
	for part in toolchain mint; do
		[ ! -e "$1/$part/series" ] || sed "/^#/d; s|^|$part/|" "$1/$part/series"
	done
}

# needs_exact_base DIRECTORY: hunks without context and substitutions go by the
# line number or by a pattern: they fit only what they were made for.
needs_exact_base() {
	series_entries "$1" | grep -q '\.subst$' || grep -qrE '^@@ -[0-9]+,0 ' "$1" --include='*.patch'
}

# keep_originals DIRECTORY TREE: of every file the series touch. Each file that
# is not the one they were made for is named; with context it may still fit.
keep_originals() {
	local directory=$1 tree=$2 originals sum file others=()
	originals=$(originals_of "$tree")
	while read -r sum file; do
		[ -e "$tree/$file" ] || die "$tree/$file is missing: not the source that $directory is for"
		if [ ! -e "$originals/$file" ]; then
			mkdir -p "$originals/$(dirname "$file")"
			cp -p "$tree/$file" "$originals/$file"
		fi
		sha256sum --status -c <<<"$sum  $originals/$file" || others+=("$file")
	done < <(base_files "$directory")
	[ ${#others[@]} -gt 0 ] || return 0
	if needs_exact_base "$directory"; then
		die "${others[*]}: not as in the stock source, which $directory needs to the letter (base.lock): take an unchanged source"
	fi
	echo "warning: ${others[*]}: not the one $directory was made for (base.lock); trying without fuzz" >&2
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

# apply_patch PATCH TREE. Without GIT_DIR git would take the project's own
# repository for the tree's and skip every file.
apply_patch() {
	local context=()
	grep -qE '^@@ -[0-9]+,0 ' "$1" && context=(--unidiff-zero)
	GIT_DIR=/nonexistent git -C "$2" apply --whitespace=nowarn "${context[@]}" - <"$1"
}

# apply_substitution SUBST TREE: every line has to change as many lines as it says.
apply_substitution() {
	local file count expression changed
	while read -r file count expression; do
		sed -e "$expression" "$2/$file" >"$2/$file.new" || return 1
		changed=$(diff "$2/$file" "$2/$file.new" | grep -c '^<')
		cat "$2/$file.new" >"$2/$file"
		rm "$2/$file.new"
		[ "$changed" = "$count" ] || {
			echo "$1: $expression changes $changed lines of $file, not $count"
			return 1
		}
	done < <(grep -Ev '^(#|$)' "$1")
}

# apply_series DIRECTORY TREE [COUNT]: the touched files become their originals
# plus the series, or the first COUNT entries of them; also those that an older
# state of the series touched.
apply_series() {
	local directory=$1 tree=$2 count=${3:-1000} name work how
	work=$(mktemp -d "$(realpath "$(dirname "$tree")")/series.XXXXXX")
	# shellcheck disable=SC2064 # now, with this name
	trap "rm -rf '$work'" EXIT
	cp -R "$(originals_of "$tree")/." "$work/"
	while read -r name; do
		echo "$name"
		how=apply_patch
		[[ $name != *.subst ]] || how=apply_substitution
		$how "$directory/$name" "$work" ||
			die "$directory/$name does not apply to $tree: another version of the source?"
	done < <(series_entries "$directory" | head -n "$count")
	copy_changed "$work" "$tree"
}
