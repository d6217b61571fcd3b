# SPDX-License-Identifier: GPL-2.0-only
# Gets a tarball of Linux and its signature from the web into sources/, and checks
# signatures. To be sourced by bash after lib.sh and origin.sh.
# shellcheck shell=bash disable=SC2154 # remote, remote_why: from origin.sh

# Whoever sees this is without source and without an answer from the mirror.
no_source() {
	die "no source of Linux $1: linux-$1.tar.xz is not in $SOURCES/, and $2. Put it there, or give" \
		"LINUX_SRC=PATH (a tarball or a tree), or take KERNEL=auto: a version that is here"
}

decompress() {
	case $1 in
	*.xz) xz -dc "$1" ;;
	*.bz2) bzip2 -dc "$1" ;;
	*.gz) gzip -dc "$1" ;;
	*) cat "$1" ;;
	esac
}

# judge_signature TARBALL SIGNATURE VERDICT: kernel.org signs the uncompressed tar. Writes
# to the file VERDICT one line that starts with good, bad or unchecked.
judge_signature() {
	local status key
	if [ ! -s "$2" ]; then
		status=none
	elif ! command -v gpg >/dev/null; then
		status=gpg
	elif [ ! -d "${GNUPGHOME:-${HOME:-}/.gnupg}" ]; then
		status=NO_PUBKEY # gpg would make the directory
	else
		status=$(decompress "$1" | gpg --batch --status-fd 1 --verify "$2" - || true)
	fi
	key=$(sed -n 's/.* NO_PUBKEY //p' <<<"$status")
	case $status in
	none) echo "unchecked: there is no $(basename "$2")" ;;
	gpg) echo "unchecked: gpg is not installed" ;;
	*' BADSIG '* | *' REVKEYSIG '*) echo "bad: not what the owner of the key has signed" ;;
	*' VALIDSIG '*) sed -n 's/^.* \(GOOD\|EXPKEY\|EXP\)SIG [^ ]* /good: /p' <<<"$status" ;;
	*NO_PUBKEY*) echo "unchecked: gpg does not know the key${key:+ $key}" ;;
	*) echo "bad: $(basename "$2") holds no signature" ;;
	esac >"$3"
}

# check_signature TARBALL SIGNATURE: sets `signature` to the verdict.
check_signature() {
	local verdict
	verdict=$(mktemp "$BUILD/signature.XXXXXX")
	step "Linux $KERNEL: signature" "$LOGS/signature-$KERNEL.log" judge_signature "$1" "$2" "$verdict"
	signature=$(<"$verdict")
	rm "$verdict"
}

# status_to FILE COMMAND...: writes to FILE how the command ended; a step with it goes on.
status_to() {
	local file=$1 status=0
	shift
	"$@" || status=$?
	echo $status >"$file"
}

# It gives up when less than 1 KB a second comes for half a minute.
get() {
	local noise=(--progress-bar)
	redraws 2 || noise=(--silent --show-error)
	curl "${noise[@]}" --fail --location --connect-timeout 10 --speed-limit 1024 --speed-time 30 --output "$2" "$1"
}

is_whole() {
	decompress "$1" | tar -t >/dev/null
}

# download KERNEL: the tarball and, where there is one, its signature. Both get
# their names only when they are whole and not refused.
download() {
	local work tarball sign title="Linux $1: downloading"
	remote_tarball "$1" 10
	[ -n "$remote" ] || no_source "$1" "$remote_why"
	mkdir -p "$SOURCES"
	exec 8>"$SOURCES/.lock"
	flock 8
	rm -rf "$SOURCES"/.download.* # of one that was killed
	work=$(mktemp -d "$SOURCES/.download.XXXXXX")
	# shellcheck disable=SC2064 # now, with this name
	trap "rm -rf '$work'" EXIT
	tarball=$(basename "$remote")
	sign=${tarball%.*}.sign

	if redraws 2; then # curl shows how far it is
		echo "$title $remote"
		status_to "$work/status" get "$remote" "$work/$tarball"
	else
		step "$title $remote" "$LOGS/download-$1.log" status_to "$work/status" get "$remote" "$work/$tarball"
	fi
	[ "$(<"$work/status")" = 0 ] || no_source "$1" "the download of $remote broke off (curl: $(<"$work/status"))"
	step "Linux $1: is it whole" "$LOGS/download-$1.log" status_to "$work/status" is_whole "$work/$tarball"
	[ "$(<"$work/status")" = 0 ] || no_source "$1" "what $remote gives is no whole tarball"
	# A mirror need not have it.
	curl --silent --fail --location --max-time 10 --output "$work/$sign" "${remote%.*}.sign" || rm -f "$work/$sign"
	check_signature "$work/$tarball" "$work/$sign"
	[[ $signature != bad:* ]] || no_source "$1" "the signature of $remote is $signature"

	[ ! -e "$work/$sign" ] || mv "$work/$sign" "$SOURCES/$sign"
	mv "$work/$tarball" "$SOURCES/$tarball"
	rm -rf "$work"
	exec 8>&-
}
