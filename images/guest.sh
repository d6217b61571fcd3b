#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# AnT (build/ant/) and Linux's user space (build/userland/), by CMake and Ninja.
# Ninja knows what is up to date; a run that builds nothing prints nothing.
# Usage: images/guest.sh [TARGET...]: only these of Ninja's targets
#
#   ANTLINUX_FAILPOINTS=y   with failpoints, into build/failpoints/
set -euo pipefail
CDPATH='' cd "$(dirname "$0")/.."
# shellcheck source=images/lib.sh
. images/lib.sh

preset=guest${ANTLINUX_FAILPOINTS:+-failpoints}
objects=build/cmake-$preset
only_one guest

[ "$objects/build.ninja" -nt CMakePresets.json ] ||
	step "AnT and user space: configuring" "$LOGS/guest-configure.log" cmake --preset "$preset"

# Only Ninja itself can tell: a dry run does not look for new source files.
nothing_done='^ninja: no work to do'
counted=ninja_steps step "AnT and user space" "$LOGS/guest.log" cmake --build --preset "$preset" ${1:+--target "$@"}
