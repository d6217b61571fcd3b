# SPDX-License-Identifier: GPL-2.0-only
# ext4 from a directory, without root, and byte for byte the same from the same tree. To be
# sourced, after images/lib.sh.
# shellcheck shell=bash

# ^metadata_csum, ^64bit ...: Linux 3.0 reads it too. lazy_*_init=0: no work left for the first mount.
ext4_features=^metadata_csum,^64bit,^orphan_file,^metadata_csum_seed
ext4_extended=root_owner=0:0,lazy_itable_init=0,lazy_journal_init=0

# Owners and times of every inode, as debugfs commands. mke2fs takes them from
# the tree: the owner is whoever builds, ctime cannot be set by any tool.
_inode_settings() {
	(cd "$1" && find . -printf '%P\n' | sort) | while read -r name; do
		for field in uid gid; do
			echo "sif \"/$name\" $field 0"
		done
		for field in atime ctime mtime crtime; do
			echo "sif \"/$name\" $field @$SOURCE_DATE_EPOCH"
			# Nanoseconds are a part of their own.
			echo "sif \"/$name\" ${field}_extra 0"
		done
	done
}

# make_ext4 TREE IMAGE OFFSET BLOCK_SIZE BLOCKS LABEL UUID: into the image, which is there, OFFSET
# bytes behind its start.
make_ext4() {
	local tree=$1 image=$2 offset=$3 block=$4 blocks=$5 label=$6 uuid=$7
	# The times of the superblock.
	local fake_time=E2FSPROGS_FAKE_TIME=$SOURCE_DATE_EPOCH
	env "$fake_time" mke2fs -q -F -t ext4 -O "$ext4_features" -b "$block" -m 0 -U "$uuid" -L "$label" \
		-E "offset=$offset,hash_seed=$uuid,$ext4_extended" -d "$tree" "$image" "$blocks"
	_inode_settings "$tree" >"$image.inodes"
	env "$fake_time" debugfs -w -f "$image.inodes" "$image?offset=$offset" >"$image.debugfs" 2>&1
	# debugfs ends with 0 whatever happens: anything but the echoed commands is an error.
	if grep -Ev '^(debugfs( [0-9]|: sif )|$)' "$image.debugfs"; then
		die "debugfs could not set the inodes' owners and times"
	fi
	rm "$image.inodes" "$image.debugfs"
}
