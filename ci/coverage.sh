#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# Which lines and branches of our C++ the unit tests reach: builds them with
# counters (build/cmake-host-coverage), runs them, and makes in build/coverage/
#   summary.txt   a line for each room; also printed
#   index.html    every file, line by line
#   summary.json  the figures of each file
# It measures and judges nothing; but a test that fails makes it fail.
# The counters are atomic (CMakePresets.json): tests run threads, and an update
# that is lost gives gcov negative counts, which gcovr takes for an error.
set -euo pipefail
CDPATH='' cd "$(dirname "$0")/.."
# shellcheck source=images/lib.sh
. images/lib.sh

objects=build/cmake-host-coverage
output=build/coverage
only_one coverage

# The counters of an earlier run would be added to.
run_tests() {
	find $objects -name '*.gcda' -delete
	ctest --preset host-coverage --parallel "$(nproc)"
}

# Branches that only an exception takes are the compiler's, not ours.
collect() {
	rm -rf $output
	mkdir -p $output
	gcovr --root . --object-directory $objects --exclude build/ --exclude tests/ \
		--exclude-throw-branches --exclude-unreachable-branches \
		--json-summary $output/summary.json --html-details $output/index.html --html-title "AnT-Linux testbed: unit tests"
}

[ $objects/build.ninja -nt CMakePresets.json ] ||
	step "coverage: configuring" "$LOGS/coverage-configure.log" cmake --preset host-coverage
nothing_done='^ninja: no work to do'
step "coverage: building the unit tests" "$LOGS/coverage-build.log" cmake --build --preset host-coverage
step "coverage: running them" "$LOGS/coverage-test.log" run_tests
step "coverage: collecting" "$LOGS/coverage.log" collect
/usr/bin/python3 ci/coverage.py $output/summary.json | tee $output/summary.txt
echo "line by line: $output/index.html"
