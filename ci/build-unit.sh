#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# Builds the unit tests for this machine, with AddressSanitizer and
# UndefinedBehaviorSanitizer.
set -euo pipefail
CDPATH='' cd "$(dirname "$0")/.."
# shellcheck source=images/lib.sh
. images/lib.sh

objects=build/cmake-host-asan
only_one unit

[ $objects/build.ninja -nt CMakePresets.json ] ||
	step "unit tests: configuring" "$LOGS/unit-configure.log" cmake --preset host-asan
# Only Ninja itself can tell: a dry run does not look for new source files.
nothing_done='^ninja: no work to do'
step "unit tests: building" "$LOGS/unit-build.log" cmake --build --preset host-asan
