#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# An operating system of your own in AnT's place (docs/your-own-os.md):
#   images/os.sh ELF
# makes a bzImage of a 32-bit ELF file, as images/ant-bzimage.sh does of AnT. It lands in
# share/, so that a running machine has it at once: start-ant /host/NAME.bzImage
set -euo pipefail
CDPATH='' cd "$(dirname "$0")/.."
# shellcheck source=images/lib.sh
. images/lib.sh
resolve_kernel

elf=${1:-}
[ -n "$elf" ] || die "which ELF file? make os ELF=build/examples/wren"
need_file "$elf" "the operating system to be wrapped"

# ANTLINUX_REGION_BASE + ANTLINUX_LOAD_OFFSET: the setup routine's jump goes there, whatever the
# file says of its entry.
load_address=0x40400000
headers=$(readelf -hlW "$elf" 2>&1) || die "$elf: readelf: $headers"
grep -q 'Class: *ELF32' <<<"$headers" || die "$elf: not a 32-bit ELF file"
first=$(awk '$1 == "LOAD" { print $4; exit }' <<<"$headers")
[ "$first" = $load_address ] ||
	die "$elf: its first segment is for physical address ${first:-nothing}, it has to be $load_address"

name=$(basename "$elf")
image=$BUILD/os/$name.bzImage
mkdir -p share
images/ant-bzimage.sh "$elf" "$image"
cp "$image" "share/$name.bzImage.new"
mv "share/$name.bzImage.new" "share/$name.bzImage"
echo "share/$name.bzImage: start it on Linux with: start-ant /host/$name.bzImage"
