#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# Runs the named test suites and counts them all in one last line,
# "N passed, M failed". A suite that could not be built or did not run is a
# failure, and does not keep the next one from running.
#
#   ci/test.sh SUITE...               lint, unit, system; bench and docs, parts of
#                                     system; kvm; coverage (does make coverage work?); site; soak
#   ci/test.sh --all SUITE...         with every kernel; a source that cannot be had
#                                     is a failure, where otherwise its tests are skipped
set -euo pipefail
CDPATH='' cd "$(dirname "$0")/.."
# shellcheck source=images/lib.sh
. images/lib.sh
# shellcheck source=images/origin.sh
. images/origin.sh

all=no
if [ "${1:-}" = --all ]; then
	all=yes
	shift
fi
[ $# -gt 0 ] || {
	echo "usage: ci/test.sh [--all] lint|unit|coverage|system|kvm|bench|docs|site|soak ..." >&2
	exit 2
}
results=$BUILD/test
mkdir -p "$results"

# A make above us must not lend its variables to the builds below.
unset MAKEFLAGS MFLAGS MAKELEVEL MAKEOVERRIDES

# The quick ones of the static checks: all but clang-tidy.
lint_suite() {
	ci/lint.sh --junit "$results/lint.xml" files links circles format shell python kernel_style stack sparse workflows
}

unit_suite() {
	ci/build-unit.sh &&
		echo "unit tests: running (log: build/logs/test-unit.log)" &&
		ctest --preset host-asan --parallel "$(nproc)" --output-junit "$PWD/$results/unit.xml" \
			--output-log "$PWD/build/logs/test-unit.log" --quiet
}

coverage_suite() {
	/usr/bin/python3 -m pytest --junitxml="$results/coverage.xml" tests/coverage
}

# The kernels whose machines are built: every one, or the one that KERNEL names, or all
# whose source can be had. pytest is told of those, too, that it has to skip.
choose_kernels() {
	kernels=("${KERNEL:-auto}")
	export ANTBED_TEST_KERNELS=${KERNELS[*]}
	if [ $all = yes ]; then
		export ANTBED_TEST_REQUIRE_ALL=1
		kernels=("${KERNELS[@]}")
	elif [ "${kernels[0]}" = auto ] && [ "${KERNEL_DEBUG:-}" != 1 ]; then
		mapfile -t kernels < <(images/kernel-version.sh --available)
	else
		ANTBED_TEST_KERNELS=$(images/kernel-version.sh)
		kernels=("$ANTBED_TEST_KERNELS")
		unset KERNEL_DEBUG # said by the version; what tests build for themselves is ordinary
	fi
}

# All sources are there before the first long build.
get_sources() {
	local kernel
	for kernel in "${kernels[@]}"; do
		KERNEL=$kernel images/linux-source.sh || return
	done
}

make_images() {
	local kernel
	for kernel in "${kernels[@]}"; do
		make --no-print-directory image "KERNEL=$kernel" || return
	done
}

# machine_suite NAME PATH...: these tests, after the images of all kernels; pytest runs once.
machine_suite() {
	local name=$1
	shift
	make_images || return
	KERNEL=${kernels[0]} /usr/bin/python3 -m pytest --junitxml="$results/$name.xml" "$@"
}

system_suite() {
	machine_suite system tests/system
}

# Has the path of a call grown (make bench-check), and do two exact runs agree?
bench_suite() {
	machine_suite bench tests/system/test_bench_exact.py
}

# The pages: their links, and that their commands do what stands there.
docs_suite() {
	machine_suite docs tests/system/test_{host_links,host_commands,host_new_kernel,docs,change_it,own_os}.py
}

site_suite() {
	/usr/bin/python3 -m pytest --junitxml="$results/site.xml" tests/site
}

# On this computer's KVM, or that of an emulated computer, where everything takes twenty times as long.
kvm_suite() {
	local status=0 tests=(env "ANTBED_TEST_KERNELS=$ANTBED_TEST_KERNELS" "KERNEL=${kernels[0]}" ANTBED_TEST_ACCEL=kvm
		/usr/bin/python3 -m pytest -v -rP tests/kvm)
	make_images || return
	if ci/kvm-usable.sh; then
		"${tests[@]}" --junitxml="$results/kvm.xml"
	else
		tests/kvm/outer.sh $((3600 * ${#kernels[@]})) env ANTBED_STAGE_SECONDS=600 "${tests[@]}" --junitxml=/run/results/kvm.xml || status=$?
		cp build/kvm/results/kvm.xml "$results/" || status=1
		return $status
	fi
}

soak_suite() {
	machine_suite soak tests/soak
}

groups="build test"
machine=no
for suite in "$@"; do
	case $suite in
	lint | site) groups+=" $suite" ;;
	unit | coverage) ;;
	system | kvm | bench | docs | soak) machine=yes ;;
	*)
		echo "ci/test.sh: no suite named $suite" >&2
		exit 2
		;;
	esac
done

[ $machine = no ] || groups+=" run debug effort bench"
# shellcheck disable=SC2086 # a list of words
images/packages.sh $groups
[ $machine = no ] || images/packages.sh libvirt ||
	echo "the packages of the group libvirt are missing: its tests are skipped"

if [ $machine = yes ]; then
	choose_kernels
	get_sources || {
		echo "0 passed, 1 failed"
		exit 1
	}
fi

suites=()
for suite in "$@"; do
	rm -f "$results/$suite.xml"
	echo "== $suite"
	# The verdict comes from the result files, below; a status alone could not
	# tell a failed test from a broken run, nor the files one that was interrupted.
	status=0
	"${suite}_suite" || status=$?
	[ $status -eq 0 ] || echo "$suite: ended with status $status" >&2
	suites+=("$suite=$status=$results/$suite.xml")
done

exec /usr/bin/python3 ci/summary.py "${suites[@]}"
