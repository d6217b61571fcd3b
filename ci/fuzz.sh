#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# Builds the fuzz targets with clang, and runs them: ci/fuzz.sh [ci/fuzz.py's arguments].
set -euo pipefail
CDPATH='' cd "$(dirname "$0")/.."
# shellcheck source=images/lib.sh
. images/lib.sh

objects=build/cmake-fuzz
only_one fuzz

[ $objects/build.ninja -nt CMakePresets.json ] ||
	step "fuzz targets: configuring" "$LOGS/fuzz-configure.log" cmake --preset fuzz
# Only Ninja itself can tell: a dry run does not look for new source files.
nothing_done='^ninja: no work to do'
step "fuzz targets: building" "$LOGS/fuzz-build.log" cmake --build --preset fuzz

exec /usr/bin/python3 ci/fuzz.py "$@"
