#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# What a release consists of, in BUILD/dist: the project's sources, and for each Linux a
# machine that boots without a build (./antbed up --image DIR). Same commit and same tools, same bytes
# (ci/check-reproducible.sh --dist).
#
#   images/dist.sh source    ant-linux-testbed-VERSION.tar.xz
#   images/dist.sh machine   ant-linux-testbed-VERSION-linux-KERNEL.tar.xz, from what make image has built
#
#   VERSION=TEXT   instead of what git calls the commit (its tag v1.2.3, without the v)
set -euo pipefail
CDPATH='' cd "$(dirname "$0")/.."
# shellcheck source=images/lib.sh
. images/lib.sh

version() {
	git describe --tags --match 'v[0-9]*' --always --dirty | sed 's/^v//'
}

[ $# -eq 1 ] || die "usage: images/dist.sh source|machine"
git rev-parse --git-dir >/dev/null 2>&1 || die "make dist needs the git repository: it says which version this is"
VERSION=${VERSION:-$(version)}
output=$BUILD/dist
name=ant-linux-testbed-$VERSION

# pack DIRECTORY ARCHIVE: one owner, one time, one order; one thread, since more make other bytes.
pack() {
	tar --sort=name --owner=0 --group=0 --numeric-owner --mode='u+rwX,go+rX,go-w' --mtime="@$SOURCE_DATE_EPOCH" \
		--format=gnu -C "$(dirname "$1")" -cf - "$(basename "$1")" | xz -T1 -6 >"$2.new"
	mv "$2.new" "$2"
}

pack_source() {
	[ -z "$(git status --porcelain --untracked-files=no)" ] || die "there are changes that no commit has: commit or stash them"
	git archive --format=tar --prefix="$name/" HEAD | xz -T1 -6 >"$output/$name.tar.xz.new"
	mv "$output/$name.tar.xz.new" "$output/$name.tar.xz"
}

# package_of FILE: Debian's package that it belongs to.
package_of() {
	local package
	package=$(dpkg-query -S "$(realpath "$1")" | sed -n '1s/:.*//p')
	[ -n "$package" ] || die "no Debian package has $1"
	echo "$package"
}

# What of Debian's is in the image, in the machine's files: busybox, GRUB, and the libraries that are linked statically.
debian_parts() {
	echo busybox-static
	echo grub-pc-bin
	package_of "$(g++ -print-file-name=libc.a)"
	package_of "$(g++ -print-file-name=libstdc++.a)"
	package_of "$(g++ -print-file-name=libgcc.a)"
}

sources() {
	local package
	cat <<-END
		# Whose work is in this machine

		| part | version | its source |
		|---|---|---|
		| the AnT-Linux testbed: AnT, Mint, the module, all of userland's programs of its own | $VERSION (commit $(git rev-parse HEAD)) | $name.tar.xz, published beside this archive |
		| Linux | $(linux_version) | $(linux_origin), with the patches of \`mint-patches/\` in the project's sources |
		| kexec-tools | $(kexec_version) | Debian's source package kexec-tools of that version, with the patches of \`mint-patches/kexec-tools/\` |
	END
	for package in $parts; do
		dpkg-query -W -f='| ${Package} | ${Version} | Debian'"'"'s source package ${source:Package} ${source:Version} |\n' "$package"
	done
	cat <<-END

		Their licences are in \`LICENCES/\`. Linux and the testbed are under the GNU General Public License, version 2. To build the same
		machine from the sources: \`make image KERNEL=$KERNEL\` (README.md there).
	END
}

linux_version() {
	make -s -C "$BUILD/linux-$KERNEL/src" kernelversion
}

linux_origin() {
	case $KERNEL in
	3.*) echo "linux-$KERNEL.tar.xz of kernel.org" ;;
	*) echo "Debian's source package linux, or linux-$(linux_version).tar.xz of kernel.org" ;;
	esac
}

kexec_version() {
	sed -n 's/^Version: //p' "$BUILD"/kexec-tools/package/*.dsc | head -n 1
}

licences() {
	local package
	cp LICENSE "$1/testbed"
	cp "$BUILD/linux-$KERNEL/src/COPYING" "$1/linux"
	cp "$BUILD/kexec-tools/src/COPYING" "$1/kexec-tools"
	for package in $parts; do
		cp "/usr/share/doc/$package/copyright" "$1/$package"
	done
	# The texts that those name.
	cp -L /usr/share/common-licenses/{GPL-2,GPL-3,LGPL-2.1} "$1"
}

pack_machine() {
	local tree parts
	parts=$(debian_parts | sort -u)
	work=$(mktemp -d "$BUILD/dist.XXXXXX")
	trap 'rm -rf "$work"' EXIT
	tree=$work/$name-linux-$KERNEL
	mkdir -p "$tree/linux-$KERNEL" "$tree/LICENCES" "$tree/build/kvmprobe"

	git ls-files -z antbed testbed include/antlinux images/packages.sh images/packages.list images/lib.sh \
		images/rootfs/etc/passwd share LICENSE |
		xargs -0 cp --parents -t "$tree"
	cp images/ready-machine.md "$tree/README.md"
	cp "$BUILD/disk-$KERNEL.img" "$BUILD/ant/ant.cpio" "$tree"
	cp "$BUILD/linux-$KERNEL"/{bzImage,ant.bzImage} "$tree/linux-$KERNEL"
	# Who has no assembler cannot make it: what asks KVM whether it works.
	/usr/bin/python3 -c 'from testbed.run.probe import rom; print(rom())' | xargs -I{} cp {} "$tree/build/kvmprobe"
	printf '{"version": "%s", "kernel": "%s"}\n' "$VERSION" "$KERNEL" >"$tree/ready-machine.json"
	licences "$tree/LICENCES"
	sources >"$tree/SOURCES.md"
	(cd "$tree" && find . -type f -printf '%P\0' | sort -z | xargs -0 sha256sum) >"$work/SHA256SUMS"
	mv "$work/SHA256SUMS" "$tree"
	pack "$tree" "$output/$name-linux-$KERNEL.tar.xz"
}

mkdir -p "$output"
case $1 in
source) step "$name.tar.xz" "$LOGS/dist-source.log" pack_source ;;
machine)
	resolve_kernel
	need_file "$BUILD/disk-$KERNEL.img" "make image KERNEL=$KERNEL"
	step "$name-linux-$KERNEL.tar.xz" "$LOGS/dist-$KERNEL.log" pack_machine
	;;
*) die "usage: images/dist.sh source|machine" ;;
esac
