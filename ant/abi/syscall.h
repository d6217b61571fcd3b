/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The boundary between AnT's kernel and its processes: system call numbers,
 * the structures they exchange, and where a process finds what in its memory.
 *
 * A system call is `int $0x40`: %eax the number, %ebx %ecx %edx %esi %edi the
 * arguments; %eax the result, -4095..-1 being minus an errno (Linux's numbers,
 * so that errors of both OSes read the same). All other registers are kept.
 */
#ifndef ANT_ABI_SYSCALL_H
#define ANT_ABI_SYSCALL_H

#include <stdint.h>

#define ANT_SYSCALL_VECTOR 0x40

enum ant_syscall {
	ANT_SYS_EXIT = 0,	    /* exit(status 0..255): does not return                     */
	ANT_SYS_SPAWN = 1,	    /* spawn(const ant_spawn*): process number                  */
	ANT_SYS_WAIT = 2,	    /* wait(process number, int *status): blocks; ECHILD        */
	ANT_SYS_KILL = 3,	    /* kill(process number): ends it with status 137; ESRCH     */
	ANT_SYS_GETPID = 4,	    /* getpid(): own process number                             */
	ANT_SYS_YIELD = 5,	    /* yield(): lets equals run first                           */
	ANT_SYS_SLEEP = 6,	    /* sleep(nanoseconds low, high)                             */
	ANT_SYS_TIME = 7,	    /* time(uint64_t *nanoseconds since AnT's start)            */
	ANT_SYS_CONSOLE_WRITE = 8,  /* console_write(stream 1|2, buffer, bytes): bytes written  */
	ANT_SYS_CONSOLE_READ = 9,   /* console_read(buffer, bytes): blocks for at least one     */
	ANT_SYS_CONSOLE_OWNER = 10, /* console_owner(process number or 0): whom Ctrl-C ends     */
	ANT_SYS_CONSOLE_END = 11,   /* console_end(status): end of a command (control console)  */
	ANT_SYS_MEMORY_MAP = 12,    /* memory_map(bytes): address of new zeroed pages           */
	ANT_SYS_ICA_MAP = 13,	    /* ica_map(bytes): address; contiguous, zeroed, 1:1          */
	ANT_SYS_ICA_UNMAP = 14,	    /* ica_unmap(address from ica_map)                          */
	ANT_SYS_LINUX_CALL = 15,    /* linux_call(antlinux_lca*): blocks; 0 when retval is valid */
	ANT_SYS_PROCESS_INFO = 16,  /* process_info(index, ant_process_info*): ESRCH past the end */
	ANT_SYS_MEMORY_INFO = 17,   /* memory_info(ant_memory_info*)                            */
	ANT_SYS_CORE_INFO = 18,	    /* core_info(index, ant_core_info*): ESRCH past the end     */
	ANT_SYS_DEVICE_INFO = 19,   /* device_info(index, ant_device_info*): ESRCH past the end */
	ANT_SYS_KLOG_READ = 20,	    /* klog_read(offset, buffer, bytes): bytes, 0 at the end    */
	ANT_SYS_COUNT
};

/* Address space of a process (virtual). Page 0 is never mapped. */
#define ANT_USER_BASE 0x00400000u      /* programs are linked here              */
#define ANT_USER_HEAP 0x10000000u      /* memory_map() hands out from here up   */
#define ANT_USER_STACK_TOP 0x3ffff000u /* the stack grows down from here        */
#define ANT_USER_STACK_SIZE 0x00040000u /* 256 KiB; the page below is a guard   */
#define ANT_USER_END 0x40000000u       /* above: kernel, ICA (1:1), devices     */

/* Start of a process: %esp points to argc, argv[0], ..., argv[argc-1], NULL. */

#define ANT_ARGUMENT_BYTES 4096u /* all arguments of one spawn with their NULs, at most */
#define ANT_NAME_BYTES 32u
#define ANT_CORE_HERE 0xffffffffu /* spawn: the caller's core */

struct ant_spawn {
	uint32_t arguments;	 /* address of argc strings, each ended by NUL, in a row   */
	uint32_t arguments_size; /* bytes of them all; the first string is the program: a
				  * name is looked up as /bin/NAME in the RAM disk         */
	uint32_t core;		 /* core number or ANT_CORE_HERE; EINVAL: not AnT's        */
	uint32_t reserved;
};

enum ant_process_state { ANT_READY = 0, ANT_RUNNING = 1, ANT_BLOCKED = 2, ANT_ZOMBIE = 3 };

struct ant_process_info {
	uint32_t pid;
	uint32_t parent;
	uint32_t core;
	uint32_t state;	      /* enum ant_process_state */
	uint32_t memory_pages; /* private pages, page tables included */
	uint32_t ica_pages;
	uint64_t linux_calls; /* calls made so far */
	uint64_t run_ns;      /* time on the core */
	char name[ANT_NAME_BYTES];
};

struct ant_memory_info { /* bytes */
	uint64_t region_base, region_size;
	uint64_t frames_total, frames_free; /* kernel and process pages */
	uint64_t ica_base, ica_size, ica_free;
};

struct ant_core_info {
	uint32_t core;	  /* number = local APIC id */
	uint32_t kernel;  /* 'm' or 'p' */
	uint32_t running; /* process number or 0 */
	uint32_t processes;
	uint64_t idle_ns, run_ns;
	uint64_t interrupts;   /* taken since start */
	uint64_t linux_calls;  /* requests sent */
	uint64_t linux_results; /* result IPIs taken */
};

struct ant_device_info { /* a PCI device that AnT owns */
	uint32_t bus, device, function;
	uint32_t vendor_id, device_id, class_code;
	uint64_t bar[6]; /* base addresses, 0 where none */
};

#endif /* ANT_ABI_SYSCALL_H */
