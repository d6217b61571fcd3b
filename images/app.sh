#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# A user's own AnT program, from one C++ file and libant:
#   images/app.sh NAME SOURCE
# One of the two may be empty: SOURCE is examples/NAME.cpp then, NAME the file's own name. The
# program lands in share/, so that a running machine has it at once, as /host/NAME.
set -euo pipefail
CDPATH='' cd "$(dirname "$0")/.."
# shellcheck source=images/lib.sh
. images/lib.sh

source=${2:-}
name=${1:-$(basename "$source" .cpp)}
[[ $name =~ ^[A-Za-z0-9_][A-Za-z0-9._-]*$ ]] ||
	die "which program? make app NAME=hello, or SRC=FILE.cpp (letters, digits, . _ -)"
source=${source:-examples/$name.cpp}
[ -f "$source" ] ||
	die "$source is missing: write it, or name another file: make app NAME=$name SRC=FILE.cpp"

images/guest.sh libant

# Compiler's messages as they come: they are about the user's file.
output=share/$name
symbols=$BUILD/ant/symbols/$name
mkdir -p share "${symbols%/*}"
trap 'rm -f "$output.new"' EXIT
${CXX:-g++} @"$BUILD/ant/program.flags" -o "$symbols" "$source" \
	build/cmake-guest/ant/lib/libant.a -lstdc++ -lgcc
strip -o "$output.new" "$symbols" # gdb's part stays here
mv "$output.new" "$output"
echo "$output: on AnT it is /host/$name"
