/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Between the guests and the testbed on the host: how a machine ends, and how
 * commands are run on either OS from outside.
 *
 * Ending: a byte written to QEMU's isa-debug-exit device ends QEMU with status
 * (byte << 1) | 1. Only panics use it, and only when told the port by
 * `debug_exit=0xf4` (AnT's command line, the LKM's parameter).
 *
 * The control channel: a byte stream of its own per OS (AnT: the serial port
 * at 0x3e8; Linux: the virtio port named "antbed.control"). Lines from the host:
 *     run COMMAND LINE\n     run it (Linux: by /bin/sh -c; AnT: as antsh does)
 *     \x03                   (one byte, at any time) end the running command
 * From the guest, headers followed by raw bytes:
 *     ready\n                the service has started (once, first)
 *     out N\n<N bytes>       standard output
 *     err N\n<N bytes>       standard error
 *     end STATUS\n           the command has ended, 0..255
 */
#ifndef ANTLINUX_TESTBED_H
#define ANTLINUX_TESTBED_H

#define ANTLINUX_EXIT_ANT_PANIC 0x21   /* QEMU's status 67 */
#define ANTLINUX_EXIT_LINUX_PANIC 0x22 /* QEMU's status 69 */

#define ANTLINUX_CONTROL_PORT_NAME "antbed.control"

#endif /* ANTLINUX_TESTBED_H */
