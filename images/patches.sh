#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# Every series as patches with full context, each with its description as message:
# to read, to mail, or for `git am`. In the repository the series for 3.0.8 have no
# context, so that it holds our lines alone.
#
#   BUILD/patches-KERNEL/toolchain/   what today's compiler needs (not every version)
#   BUILD/patches-KERNEL/mint/        Mint: its own files first, then the hooks
#   BUILD/patches-KERNEL/kexec-tools/ Mint's options for kexec-tools
set -euo pipefail
CDPATH='' cd "$(dirname "$0")/.."
# shellcheck source=images/lib.sh
. images/lib.sh
# shellcheck source=images/series.sh
. images/series.sh
resolve_kernel
KERNEL=${KERNEL%-debug}

output=$BUILD/patches-$KERNEL
author="AnT-Linux testbed <maintainers@ant-linux.invalid>"

# Nothing of the user's configuration, nobody's name but the patches' own.
git_in() {
	local tree=$1
	shift
	GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_SYSTEM=/dev/null GIT_DIR=$tree/.git GIT_WORK_TREE=$tree \
		GIT_COMMITTER_NAME="${author% <*}" GIT_COMMITTER_EMAIL=maintainers@ant-linux.invalid \
		GIT_COMMITTER_DATE="@$SOURCE_DATE_EPOCH +0000" git -C "$tree" "$@"
}

# commit TREE AUTHOR MESSAGE
commit() {
	git_in "$1" add --all --force
	git_in "$1" commit --quiet --allow-empty --author="$2" --date="@$SOURCE_DATE_EPOCH +0000" --file=- <<<"$3"
}

# commit_entry ENTRY TREE: a patch's head is its message, a substitution's comment is.
commit_entry() {
	local info body part name=${1##*/}
	if [[ $1 == *.subst ]]; then
		apply_substitution "$1" "$2" || die "$1 does not apply"
		part=$(basename "$(dirname "$1")")
		name=${name%.subst}
		body=$(sed -n '/SPDX/d; s/^# \?//p' "$1")
		commit "$2" "$author" "$part: ${name##*-}, by substitution"$'\n\n'"$body"
	else
		apply_patch "$1" "$2" || die "$1 does not apply"
		info=$(git mailinfo "$work/body" /dev/null <"$1")
		commit "$2" "$(field Author "$info") <$(field Email "$info")>" \
			"$(field Subject "$info")"$'\n\n'"$(<"$work/body")"
	fi
}

# field NAME INFO: of git mailinfo's answer.
field() {
	sed -n "s/^$1: //p" <<<"$2"
}

# write_part TREE SINCE DIRECTORY: what was committed since, as patches.
write_part() {
	mkdir -p "$3"
	git_in "$1" format-patch --quiet --zero-commit --no-signature --numbered --output-directory "$PWD/$3" "$2..HEAD"
}

# start TREE DIRECTORY: a repository whose first commit is the files that the series touch.
start() {
	local repository=$work/$1
	mkdir -p "$repository"
	cp -R "$(originals_of "$2")/." "$repository/"
	git -c init.defaultBranch=main init --quiet "$repository"
	commit "$repository" "$author" "The files as they are before"
}

# commit_series DIRECTORY PART TREE
commit_series() {
	local entry
	while read -r entry; do
		[[ $entry != "$2"/* ]] || commit_entry "$1/$entry" "$3"
	done < <(series_entries "$1")
}

write_linux() {
	local directory=mint-patches/linux-$KERNEL repository=$work/linux since
	start linux "$BUILD/linux-$KERNEL/src"
	if [ -e "$directory/toolchain/series" ]; then
		since=$(git_in "$repository" rev-parse HEAD)
		commit_series "$directory" toolchain "$repository"
		write_part "$repository" "$since" "$output.new/toolchain"
	fi
	since=$(git_in "$repository" rev-parse HEAD)
	cp -R mint-patches/files/. "$repository/"
	mkdir -p "$repository/include/antlinux"
	cp include/antlinux/{abi,mint}.h "$repository/include/antlinux/"
	commit "$repository" "$author" $'Mint: files of its own\n\nThe same for every version of Linux. Nothing calls them yet.'
	commit_series "$directory" mint "$repository"
	write_part "$repository" "$since" "$output.new/mint"
}

write_kexec_tools() {
	local directory=mint-patches/kexec-tools repository=$work/kexec-tools since
	start kexec-tools "$BUILD/kexec-tools/src"
	since=$(git_in "$repository" rev-parse HEAD)
	cp -R "$directory/files/." "$repository/"
	commit "$repository" "$author" $'Mint: files of its own\n\nNothing calls them yet.'
	commit_series "$directory" mint "$repository"
	write_part "$repository" "$since" "$output.new/kexec-tools"
}

write_all() {
	rm -rf "$output.new"
	write_linux
	write_kexec_tools
	rm -rf "$output"
	mv "$output.new" "$output"
}

only_one "patches-$KERNEL"
images/linux-source.sh
need_file "$(originals_of "$BUILD/kexec-tools/src")" "make kexec"
work=$(mktemp -d "$PWD/$BUILD/patches.XXXXXX")
trap 'rm -rf "$work"' EXIT
step "patches ($KERNEL)" "$LOGS/patches-$KERNEL.log" write_all
find "$output" -name '*.patch' | sort
