#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# Runs the named test suites and counts them all in one last line,
# "N passed, M failed". A suite that could not be built or did not run is a
# failure, and does not keep the next one from running.
#
#   ci/test.sh unit|system ...
set -euo pipefail
cd "$(dirname "$0")/.."

[ $# -gt 0 ] || {
	echo "usage: ci/test.sh unit|system ..." >&2
	exit 2
}
results=build/test
mkdir -p $results

# A make above us must not lend its variables to the builds below.
unset MAKEFLAGS MFLAGS MAKELEVEL MAKEOVERRIDES

unit_suite() {
	ci/build-unit.sh &&
		echo "unit tests: running (log: build/logs/test-unit.log)" &&
		ctest --preset host-asan --parallel "$(nproc)" --output-junit "$PWD/$results/unit.xml" \
			--output-log "$PWD/build/logs/test-unit.log" --quiet
}

# The kernels that the system tests are for: the one that KERNEL names, else all
# whose source can be had. pytest is told of them and runs once.
system_suite() {
	local kernel kernels=("${KERNEL:-auto}")
	[ "${kernels[*]}" != auto ] || mapfile -t kernels < <(images/kernel-version.sh --available)
	for kernel in "${kernels[@]}"; do
		make --no-print-directory image "KERNEL=$kernel" || return
	done
	ANTBED_TEST_KERNELS="${kernels[*]}" KERNEL=${kernels[0]} \
		/usr/bin/python3 -m pytest --junitxml="$results/system.xml" tests/system
}

for suite in "$@"; do
	case $suite in
	unit | system) ;;
	*)
		echo "ci/test.sh: no suite named $suite" >&2
		exit 2
		;;
	esac
done

groups="build test"
case " $* " in
*" system "*) groups="build run test" ;;
esac
# shellcheck disable=SC2086 # a list of words
images/packages.sh $groups

suites=()
for suite in "$@"; do
	rm -f "$results/$suite.xml"
	echo "== $suite tests"
	# The verdict comes from the result files, below; a status alone could not
	# tell a failed test from a broken run.
	"${suite}_suite" || echo "$suite tests: ended with status $?" >&2
	suites+=("$suite=$results/$suite.xml")
done

exec /usr/bin/python3 ci/summary.py "${suites[@]}"
