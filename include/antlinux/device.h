/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * /dev/ant, the character device of the special-OS cooperation driver (lkm/):
 * what the parent process and the proxy processes on Linux call (paper Table 1).
 *
 * mmap(): the offset is a *physical* address. Only AnT's region may be mapped
 * (EINVAL otherwise); pages come in on first touch. A child inherits only what was mapped
 * by a file open for reading, which can never be written.
 *
 * Roles. One open file at a time is the parent's: the first ANT_GET makes it so,
 * and another file's gets EBUSY. ANT_BIND gives the parent a further file, a proxy's,
 * which serves one LCA. The parent has it before it forks the proxy, so the driver
 * notices the death of a proxy at any moment: when the file's last descriptor is
 * closed, the call in progress is answered with EIO.
 *
 * When the parent's file is closed, its proxies stay, with their open files and the
 * calls that they serve. All other calls wait for the next parent; what the dead one
 * had taken comes first. After some seconds without a parent they are answered with
 * ENXIO, and so is every later one until a parent comes.
 *
 * When AnT is started anew, the proxies of the old generation are ended first, so
 * that none of them writes into the new AnT's memory.
 */
#ifndef ANTLINUX_DEVICE_H
#define ANTLINUX_DEVICE_H

#include "abi.h"

#ifdef __KERNEL__
#include <linux/ioctl.h>
#elif defined(__linux__)
#include <sys/ioctl.h>
#endif

#define ANTLINUX_DEVICE_PATH "/dev/ant"

/* ANT_GET, ANT_WAKE: one request. */
struct antlinux_request {
    antlinux_u64 raddr;      /* the LCA's physical address: whole LCA inside the ICA, aligned */
    antlinux_u16 cid;        /* the core that sent it: told by the vector, not by the LCA */
    antlinux_u16 kept;       /* 1: the LCA has a proxy, which sleeps */
    antlinux_u32 generation; /* another one after a restart of AnT */
};

/* ANT_BIND: a file for the proxy of the LCA at raddr. */
struct antlinux_bind {
    antlinux_u64 raddr;
    antlinux_u32 most; /* proxies at a time */
    antlinux_u32 reserved;
};

/* ANT_RET, ANT_NEXT: the answer to one request. */
struct antlinux_result {
    antlinux_u64 raddr;
    antlinux_u16 cid;
    antlinux_u16 files; /* ANT_NEXT: 1: the proxy has files of its caller's open */
    antlinux_u32 error; /* 0: the result is in the LCA; else an errno, which the driver
                         * writes there for the parent, which maps no memory of AnT's */
};

/* ANT_INFO: what the driver knows; fails with ENXIO before AnT's handshake. */
struct antlinux_info {
    antlinux_u64 region_base; /* AnT's region, physical bytes */
    antlinux_u64 region_size;
    antlinux_u64 ica_base; /* the part of it that calls may refer to */
    antlinux_u64 ica_size;
    antlinux_u32 cores; /* bit n: core n is AnT's */
    antlinux_u32 depth;
    antlinux_u32 generation;
    antlinux_u32 reserved;
};

/*
 * The parent's:
 * ANT_GET   blocks until a request comes (EINTR on a signal).
 * ANT_WAKE  hands the request with the LCA at raddr to the kept proxy that serves
 *           this LCA, and goes on as ANT_GET: the next request comes back. ESRCH:
 *           there is no such proxy (any more), a new one is needed; EINVAL: there is
 *           no such request. EINTR: it is handed over, go on with ANT_GET.
 * ANT_BIND  returns a descriptor of a new file, which serves the LCA at raddr from now
 *           on; the request that the parent got for it is in its hands. ENOENT: there
 *           is no such request; EBUSY: the LCA has a proxy; EAGAIN: there are `most`
 *           proxies, and each has a call or files open: otherwise the longest idle
 *           one without files makes room.
 * A proxy's:
 * ANT_WAIT  sleeps until the LCA's next request is handed to this file; returns its cid, since
 *           it may come from another core than the last one (EINTR on a signal). ESTALE: none
 *           will come: AnT is gone, or this proxy has made room.
 * ANT_NEXT  answers as ANT_RET, goes on serving the LCA, and goes on as ANT_WAIT (EINTR: it is
 *           answered, go on with ANT_WAIT).
 * Either's:
 * ANT_RET   answers the request with this raddr that is in this file's hands (the
 *           parent's: neither woken nor bound); EINVAL when there is none, or when it
 *           came from another core; ESTALE when AnT is gone. A proxy's file
 *           no longer serves the LCA.
 * ANT_INFO  see above.
 * Anybody's:
 * ANT_TRACE calls are recorded (observe/trace.h) from now on until this file is closed. EBUSY:
 *           another file records already; ENXIO: AnT has no memory for records.
 *
 * A continued call thus costs the parent and the proxy one system call each.
 */
#define ANT_GET _IOR('A', 1, struct antlinux_request)
#define ANT_RET _IOW('A', 2, struct antlinux_result)
#define ANT_BIND _IOW('A', 3, struct antlinux_bind)
#define ANT_INFO _IOR('A', 4, struct antlinux_info)
#define ANT_WAKE _IOWR('A', 5, struct antlinux_request)
#define ANT_WAIT _IO('A', 6)
#define ANT_TRACE _IO('A', 7)
#define ANT_NEXT _IOW('A', 8, struct antlinux_result)

#endif /* ANTLINUX_DEVICE_H */
