/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The boundary between AnT's kernel and its processes: system call numbers,
 * the structures they exchange, and where a process finds what in its memory.
 *
 * A system call is `int $0x40`: %eax the number, %ebx %ecx %edx the
 * arguments; %eax the result, -4095..-1 being minus an errno (Linux's numbers,
 * so that errors of both OSes read the same). All other registers are kept.
 */
#ifndef ANT_ABI_SYSCALL_H
#define ANT_ABI_SYSCALL_H

#include <stdint.h>

#define ANT_SYSCALL_VECTOR 0x40

enum ant_syscall {
    ANT_SYS_EXIT = 0,           /* exit(status 0..255): does not return                     */
    ANT_SYS_SPAWN = 1,          /* spawn(const ant_spawn*): process number                  */
    ANT_SYS_WAIT = 2,           /* wait(process number, int *status): blocks; ECHILD        */
    ANT_SYS_KILL = 3,           /* kill(process number): ends it with status 137; ESRCH     */
    ANT_SYS_GETPID = 4,         /* getpid(): own process number                             */
    ANT_SYS_YIELD = 5,          /* yield(): lets equals run first                           */
    ANT_SYS_SLEEP = 6,          /* sleep(nanoseconds low, high)                             */
    ANT_SYS_TIME = 7,           /* time(uint64_t *nanoseconds since AnT's start)            */
    ANT_SYS_CONSOLE_WRITE = 8,  /* console_write(stream 1|2, buffer, bytes): bytes written  */
    ANT_SYS_CONSOLE_READ = 9,   /* console_read(buffer, bytes): blocks for at least one     */
    ANT_SYS_CONSOLE_OWNER = 10, /* console_owner(process number or 0): whom Ctrl-C ends     */
    ANT_SYS_CONSOLE_END = 11,   /* console_end(status): end of a command (control console)  */
    ANT_SYS_MEMORY_MAP = 12,    /* memory_map(bytes): address of new zeroed pages           */
    ANT_SYS_ICA_MAP = 13,       /* ica_map(bytes): address; contiguous, zeroed, 1:1          */
    ANT_SYS_ICA_UNMAP = 14,     /* ica_unmap(address from ica_map)                          */
    ANT_SYS_LINUX_CALL = 15,    /* linux_call(antlinux_lca*): blocks; 0 when retval is valid */
    ANT_SYS_PROCESS_INFO = 16,  /* process_info(index, ant_process_info*): ESRCH past the end */
    ANT_SYS_MEMORY_INFO = 17,   /* memory_info(ant_memory_info*)                            */
    ANT_SYS_CORE_INFO = 18,     /* core_info(index, ant_core_info*): ESRCH past the end     */
    ANT_SYS_DEVICE_INFO = 19,   /* device_info(index, ant_device_info*): ESRCH past the end */
    ANT_SYS_KLOG_READ = 20,     /* klog_read(offset, buffer, bytes): bytes, 0 at the end    */
    /* Server communication: docs/servers.md. */
    ANT_SYS_CALL_SERVER = 21,  /* call_server(process number, ant_message*): blocks for the reply */
    ANT_SYS_RECEIVE = 22,      /* receive(ant_message*, nanoseconds low, high): blocks; ETIMEDOUT */
    ANT_SYS_REPLY = 23,        /* reply(process number, const ant_message*): ESRCH                */
    ANT_SYS_WATCH = 24,        /* watch(process number): a notice when it ends; ESRCH             */
    ANT_SYS_SERVE_NAMES = 25,  /* serve_names(): the caller is ANT_SERVER_NAMES; EBUSY            */
    ANT_SYS_SET_PRIORITY = 26, /* set_priority(process number, priority); ESRCH, EINVAL           */
    ANT_SYS_KERNEL_INFO = 27,  /* kernel_info(index, ant_kernel_info*): ESRCH past the end        */
    /* A driver is a process. A device is named by its index in device_info(); ENODEV.
     * It stays claimed until the process ends. Before device_claim(): EPERM. */
    ANT_SYS_DEVICE_CLAIM = 28,     /* device_claim(device): for this process alone; EBUSY  */
    ANT_SYS_DEVICE_MAP = 29,       /* device_map(device, bar): its registers are at bar[]   */
    ANT_SYS_DEVICE_MASTER = 30,    /* device_master(device, 1|0): it may use memory (DMA)   */
    ANT_SYS_DEVICE_INTERRUPT = 31, /* device_interrupt(device): its MSI comes to this core  */
    /* The terminal has a server, too; docs/servers.md. */
    ANT_SYS_SERVE_CONSOLE =
        32, /* serve_console(): the terminal is the caller's, see below; EBUSY */
    ANT_SYS_CONSOLE_SERVER =
        33, /* console_server(): who serves the caller's console; 0: the kernel */
    ANT_SYS_CONSOLE_INTERRUPT = 34, /* console_interrupt(1|0): Ctrl-C, see below; EPERM */
    ANT_SYS_PROGRAM_NAME = 35, /* program_name(index, char[ANT_NAME_BYTES]): a program of the RAM
                                * disk; ESRCH past the end                                */
    /* trace(1|0): from now on the calls to Linux of the caller, and of the processes that it
     * starts, are recorded while somebody on Linux wants records (<antlinux/trace.h>). */
    ANT_SYS_TRACE = 36,
    ANT_SYS_COUNT
};

/* Address space of a process (virtual). Page 0 is never mapped. */
#define ANT_USER_BASE 0x00400000u       /* programs are linked here              */
#define ANT_USER_HEAP 0x10000000u       /* memory_map() hands out from here up   */
#define ANT_USER_STACK_TOP 0x3ffff000u  /* the stack grows down from here        */
#define ANT_USER_STACK_SIZE 0x00040000u /* 256 KiB; the page below is a guard   */
#define ANT_USER_END 0x40000000u        /* above: kernel, ICA (1:1), devices     */

/* Start of a process: %esp points to argc, argv[0], ..., argv[argc-1], NULL. */

#define ANT_ARGUMENT_BYTES 4096u /* all arguments of one spawn with their NULs, at most */
#define ANT_NAME_BYTES 32u
#define ANT_CORE_HERE 0xffffffffu /* spawn: the caller's core */

/* Priorities: of the processes of one core the most urgent runs, equals take turns. */
#define ANT_PRIORITY_INHERIT 0u /* spawn: the caller's */
#define ANT_PRIORITY_HIGHEST 1u
#define ANT_PRIORITY_SERVER 2u
#define ANT_PRIORITY_NORMAL 4u
#define ANT_PRIORITY_LOWEST 7u

struct ant_spawn {
    uint32_t arguments;      /* address of argc strings, each ended by NUL, in a row   */
    uint32_t arguments_size; /* bytes of them all; the first string is the program: a
                              * name is looked up as /bin/NAME in the RAM disk         */
    uint32_t core;           /* core number or ANT_CORE_HERE; EINVAL: not AnT's        */
    uint32_t priority;       /* ANT_PRIORITY_...; EINVAL                               */
    /* Another place for the program's file than the RAM disk: an ICA area of the caller's
     * own, which the kernel only reads and which stays the caller's. 0: the RAM disk. EFAULT:
     * not the caller's ICA; ENOEXEC: not a program, truncated, overlapping segments or segments
     * outside ANT_USER_BASE..ANT_USER_END. */
    uint32_t image;
    uint32_t image_size; /* bytes of the file */
};

/* The server that knows the others by name: known to the kernel by this number. */
#define ANT_SERVER_NAMES 0u

#define ANT_MESSAGE_WORDS 8u
#define ANT_MESSAGE_AREAS 4u
#define ANT_FOR_EVER 0xffffffffffffffffull /* receive: no time limit */

enum ant_area_use {
    ANT_AREA_MOVE = 1, /* belongs to the receiver from now on                  */
    ANT_AREA_LEND = 2, /* the server may use it until it replies; requests only */
};

/* An ICA area, as a whole. It has the same address in both processes. */
struct ant_area {
    uint32_t address; /* what ica_map() returned                                */
    uint32_t size;    /* bytes; the kernel fills it in, the sender's is ignored */
    uint32_t use;     /* enum ant_area_use                                      */
};

enum ant_message_kind {
    ANT_MESSAGE_REQUEST = 0,   /* a process waits for the reply                              */
    ANT_MESSAGE_INTERRUPT = 1, /* words[0]: bit n: the device interrupt n of this process came
                                * at least once since the last such message                  */
    ANT_MESSAGE_ENDED = 2,     /* words[0]: number of a watched process that has ended       */
};

struct ant_message {
    uint32_t kind;   /* enum ant_message_kind; filled in by the kernel               */
    uint32_t sender; /* filled in: a request's client (for reply()); a reply's server */
    uint32_t words[ANT_MESSAGE_WORDS]; /* what they mean is between client and server */
    uint32_t area_count;               /* of the areas below, how many are meant      */
    struct ant_area areas[ANT_MESSAGE_AREAS];
};

/*
 * The process that called serve_console() is the terminal's driver until it ends. Its console is
 * the terminal from then on, and its console_write() and console_read() are the port itself: what
 * it reads is what came in, and it does not block (0: nothing). That something came in is an
 * ANT_MESSAGE_INTERRUPT with the bit below. Others ask it for input (their console_read() is
 * refused with EAGAIN), and by custom to write; while there is none the kernel serves them itself.
 *
 * console_interrupt(1): Ctrl-C was typed. Ends the process that owns the terminal
 * (console_owner()), and whoever becomes its owner next, until console_interrupt(0): the shell
 * reads on. Result: 1, there was an owner, or 0.
 */
#define ANT_CONSOLE_INTERRUPT 31u

enum ant_process_state { ANT_READY = 0, ANT_RUNNING = 1, ANT_BLOCKED = 2, ANT_ZOMBIE = 3 };

struct ant_process_info {
    uint32_t pid;
    uint32_t parent;
    uint32_t core;
    uint32_t state;        /* enum ant_process_state */
    uint32_t memory_pages; /* private pages, page tables included */
    uint32_t ica_pages;
    uint64_t linux_calls; /* calls made so far */
    uint64_t run_ns;      /* time on the core */
    uint32_t priority;    /* ANT_PRIORITY_HIGHEST .. ANT_PRIORITY_LOWEST */
    uint32_t reserved;
    char name[ANT_NAME_BYTES];
};

struct ant_memory_info { /* bytes */
    uint64_t region_base, region_size;
    uint64_t frames_total, frames_free; /* kernel and process pages */
    uint64_t ica_base, ica_size, ica_free;
};

struct ant_core_info {
    uint32_t core;    /* number = local APIC id */
    uint32_t kernel;  /* 'm' or 'p' */
    uint32_t running; /* process number or 0 */
    uint32_t processes;
    uint64_t idle_ns, run_ns;
    uint64_t interrupts;    /* taken since start */
    uint64_t linux_calls;   /* requests sent */
    uint64_t linux_results; /* result IPIs taken */
};

struct ant_kernel_info { /* one of AnT's two images */
    uint32_t kernel;     /* 'm' or 'p' */
    uint32_t base;       /* where its code begins */
    uint32_t text, data,
        zero;         /* bytes: code and constants; data with a value; data that begins as 0 */
    uint32_t symbols; /* bytes of the table for backtraces, not in `text` */
    uint32_t shared;  /* bytes of what both kernels share, in neither image */
};

struct ant_device_info { /* a PCI device that AnT owns */
    uint32_t bus, device, function;
    uint32_t vendor_id, device_id, class_code;
    uint64_t bar[6]; /* base addresses, 0 where none */
    uint64_t bar_size[6];
    uint32_t driver;     /* process number or 0 */
    uint32_t interrupts; /* that came for a driver since AnT's start */
};

#endif /* ANT_ABI_SYSCALL_H */
