# SPDX-License-Identifier: GPL-2.0-only
# Completes ./antbed's commands in bash. `./antbed completion bash` prints this with the table that
# it makes from the commands' options.
# shellcheck shell=bash disable=SC2154

# TABLE

# _antbed_offer CHECKOUT WORD KIND [CHOICE...]: sets COMPREPLY to what can become of the word.
_antbed_offer() {
	local root=$1 word=$2 kind=$3 files=() names=()
	shift 3
	case $kind in
	words) names=("$@") ;;
	machines) files=("${ANTBED_BUILD:-$root/build}"/run/*/state.json) ;;
	runs) files=("${ANTBED_RESULTS:-$root/results}"/*/env.json) ;;
	profiles) files=("$root"/testbed/describe/machines/*.toml) ;;
	esac
	local file
	for file in "${files[@]}"; do
		[ -e "$file" ] || continue
		[ "$kind" = profiles ] && file=${file%.toml} || file=${file%/*}
		names+=("${file##*/}")
	done
	mapfile -t COMPREPLY < <(compgen -W "${names[*]}" -- "$word")
	case $kind in
	directories) mapfile -t COMPREPLY < <(compgen -d -- "$word") ;;
	files) mapfile -t COMPREPLY < <(compgen -f -- "$word") ;;
	profiles) mapfile -t -O ${#COMPREPLY[@]} COMPREPLY < <(
		compgen -d -- "$word"
		compgen -f -X '!*.toml' -- "$word"
	) ;;
	*) return ;;
	esac
	compopt -o filenames 2>/dev/null || true # not when called by hand
}

_antbed() {
	local word command='' option='' rest='' place=0 root cur=${COMP_WORDS[COMP_CWORD]}
	COMPREPLY=()
	for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
		if [ "$word" = = ]; then
			: # bash takes --name=NAME for three words
		elif [ "$option" ]; then
			option=
		elif [ "$word" = -- ]; then
			rest=yes
		elif [ "$rest" ]; then
			:
		elif [[ $word == -* ]]; then
			[ -z "${_antbed_offers["$command $word"]+takes a value}" ] || option=$word
		elif [ -z "$command" ]; then
			command=$word
		else
			place=$((place + 1))
		fi
	done
	[ -z "$rest" ] || return 0 # a guest's command
	[ "$cur" != = ] || cur=
	root=$(readlink -f "$(type -P "${COMP_WORDS[0]/#\~/$HOME}")")
	root=${root%/*}
	local offer=${_antbed_offers["$command ${option:-$place}"]-}
	if [ -z "$option" ] && { [[ $cur == -* ]] || [ -z "$offer" ]; }; then
		offer=${_antbed_offers["$command options"]-nothing}
	fi
	if [ -z "$command" ] && [[ $cur != -* ]]; then
		offer=${_antbed_offers[commands]}
	fi
	# shellcheck disable=SC2086 # a list of words
	_antbed_offer "$root" "$cur" $offer
}
complete -F _antbed antbed
