#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# The first process of the outer machine (outer.sh): a root of the computer's own files, read only, with /tmp, /run and
# the checkout's copy in memory. Runs the command, writes its status, ends the machine.
/bin/busybox --install -s /bin
export PATH=/bin
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t devtmpfs dev /dev
# QEMU's emulation sets the accessed bit also in the four entries on top of PAE page tables, where processors have a
# reserved one. With nested paging it does so in the guest's own table, and KVM then refuses to turn on paging with it
# (#GP) on AnT's next core. Without, the processor sees KVM's tables only.
while read -r module; do
	case $module in
	kvm-amd.ko) parameters=npt=0 ;;
	*) parameters= ;;
	esac
	insmod "/modules/$module" $parameters || echo "insmod $module failed"
done </modules/order

end() {
	sync
	poweroff -f
}

root=/computer
nine=trans=virtio,version=9p2000.L,msize=1048576
mount -t 9p -o "$nine,ro,cache=loose" computer $root || end
mount -t proc proc $root/proc
mount -t sysfs sysfs $root/sys
mount -t devtmpfs dev $root/dev
mkdir -p $root/dev/pts $root/dev/shm
mount -t devpts devpts $root/dev/pts
mount -t tmpfs shm $root/dev/shm
ln -sf /proc/self/fd $root/dev/fd
for place in tmp run root; do
	mount -t tmpfs -o size=75% $place $root/$place
done
chmod 1777 $root/tmp
ip link set lo up

mkdir $root/run/results $root/tmp/checkout
mount -t 9p -o "$nine" results $root/run/results || end
chroot $root /bin/tar -xf /run/results/checkout.tar -C /tmp/checkout || end
export HOME=/root RESULTS=/run/results PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
export LC_ALL=C.UTF-8 TERM=dumb ANTBED_NO_INSTALL=1
# By way of a pipe: the console is a terminal, where programs would draw over their lines.
chroot $root /bin/bash -c "set -o pipefail; cd /tmp/checkout; { $(cat $root/run/results/command); } </dev/null 2>&1 | cat"
status=$?
# What machines and tests have left, for whoever looks for the reason.
[ $status = 0 ] || chroot $root /bin/tar -C /tmp/checkout -czf /run/results/left.tar.gz --exclude="*.sock" build/run build/test 2>/dev/null
echo $status >$root/run/results/status
end
