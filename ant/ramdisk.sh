#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# ramdisk.sh TREE ARCHIVE: packs AnT's RAM disk. The same files give the same bytes.
set -eu
tree=$1
archive=$2
cd "$tree"
chmod -R u=rwX,go=rX .
find . -exec touch -h -d @0 {} +
find bin boot etc | LC_ALL=C sort | cpio --quiet --reproducible --owner=0:0 -o -H crc >"$archive.new"
mv "$archive.new" "$archive"
