/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The boundary between AnT's kernel and its processes: the system calls, the
 * structures they exchange, and where a process finds what in its memory.
 *
 * A system call is `int $0x40`: %eax the number, %ebx %ecx %edx the
 * arguments; %eax the result, -4095..-1 being minus an errno (Linux's numbers,
 * so that errors of both OSes read the same). All other registers are kept.
 */
#ifndef ANT_ABI_SYSCALL_H
#define ANT_ABI_SYSCALL_H

#include <stddef.h>
#include <stdint.h>

#define ANT_SYSCALL_VECTOR 0x40

/*
 * The one table of system calls: the numbers (the places in it), the kernel's two tables and libant's
 * calls come from it. A further call needs
 *   1. a line here: its name, what it is for and its own errors, its arguments;
 *   2. its function: calls::NAME in ant/core (CORE), mkernel::calls::NAME in ant/mkernel (MKERNEL);
 *   3. what programs call, in ant/lib: system_call<SystemCall::NAME>(...).
 * Until all of them fit together it neither compiles nor links.
 *
 *   CORE      served on the caller's core
 *   MKERNEL   handed on to the m-kernel, under the same number
 *   BOTH      served on the caller's core, which asks the m-kernel for its part under the same number
 *   INTERNAL  no system call: what a core asks of the m-kernel. For a process there is none: ENOSYS
 *
 * In all of them: EFAULT, an address that is not the caller's; EINVAL, a number that means nothing.
 */
#define ANT_SYSTEM_CALLS(CORE, MKERNEL, BOTH, INTERNAL)                                            \
    CORE(exit, "ends the caller with a status of 0..255; does not return", uint32_t status)       \
    MKERNEL(spawn, "starts a program; its process number; EPERM",                                 \
            UserPointer<const ant_spawn> wanted)                                                  \
    MKERNEL(wait, "waits for a child's end and takes its status; its number; ECHILD",             \
            ProcessNumber number, UserPointer<uint32_t> status)                                   \
    MKERNEL(kill, "ends a process with status 137; ESRCH, EPERM", ProcessNumber number)           \
    CORE(getpid, "the caller's process number")                                                   \
    MKERNEL(set_priority, "changes how urgent a process is, ANT_PRIORITY_...; ESRCH, EPERM",      \
            ProcessNumber number, uint32_t priority)                                              \
    CORE(yield, "lets the others of the same priority run first")                                 \
    CORE(sleep, "sleeps for at least so long", Nanoseconds length)                                \
    CORE(time, "tells the nanoseconds since AnT's start", UserPointer<uint64_t> now)              \
    BOTH(information, "entry `index` of a list, see enum ant_information; ESRCH past its end",    \
         uint32_t list, uint32_t index, UserPointer<void> entry)                                  \
    MKERNEL(klog_read, "copies the kernel's log from `offset` on; bytes, 0 at its end",           \
            uint32_t offset, UserPointer<char> buffer, size_t bytes)                              \
    /* Memory. */                                                                                 \
    CORE(memory_check, "may the caller read, or write, all of these bytes? 0; EFAULT",            \
         UserPointer<const void> memory, size_t bytes, bool write)                                \
    MKERNEL(memory_map, "new zeroed pages for the heap; their address; ENOMEM", size_t bytes)     \
    BOTH(ica_map, "a new ICA area: contiguous, zeroed, 1:1; its address; ENOMEM", size_t bytes)   \
    CORE(ica_unmap, "frees an ICA area as soon as Linux uses it no more; EBUSY: it is lent",      \
         UserPointer<void> area)                                                                  \
    /* Linux. */                                                                                  \
    CORE(linux_call, "has Linux execute the call in an LCA, within so many milliseconds or, with " \
                     "0, in its own time; 0 when retval is valid: -ETIMEDOUT is too late",         \
         UserPointer<antlinux_lca> lca, uint32_t milliseconds)                                                           \
    CORE(trace, "from now on calls to Linux of the caller, and of the processes that it starts, " \
                "are recorded while somebody on Linux wants records (antlinux/observe/)",          \
         bool on)                                                                                 \
    /* Server communication: docs/servers.md. */                                                  \
    CORE(call_server, "sends a request and waits for the reply; see ant/lib/server.h",            \
         ProcessNumber server, UserPointer<ant_message> message)                                  \
    CORE(receive, "waits for a request or a notice; ETIMEDOUT, EINTR",                            \
         UserPointer<ant_message> message, Nanoseconds patience)                                  \
    CORE(reply, "answers a client; ESRCH: it waits no longer",                                    \
         ProcessNumber client, UserPointer<const ant_message> message)                            \
    MKERNEL(watch, "the caller gets a notice when a process ends; ESRCH, ENFILE",                 \
            ProcessNumber number)                                                                 \
    MKERNEL(serve, "the caller is from now on what enum ant_server says, until it ends; EBUSY",   \
            uint32_t server)                                                                      \
    /* The two consoles; what a terminal's server changes is told below. */                       \
    BOTH(console_write, "writes to the caller's console, stream 1 or 2; bytes written; EBADF",    \
         uint32_t stream, UserPointer<const char> text, size_t bytes)                             \
    MKERNEL(console_read, "waits for input on the caller's console; bytes read",                  \
            UserPointer<char> buffer, size_t bytes)                                               \
    MKERNEL(console_owner, "sets the process that Ctrl-C ends, 0: none; ESRCH, EPERM",           \
            ProcessNumber owner)                                                                  \
    MKERNEL(console_end, "marks the end of a command on the control console", uint32_t status)    \
    CORE(console_server, "who serves the caller's console, 0: the kernel")                        \
    MKERNEL(console_interrupt, "Ctrl-C was typed, says the terminal's server; EPERM", bool on)    \
    /* A driver is a process. A device is its index in ANT_DEVICES (ENODEV); it stays claimed     \
     * until the process ends. Before device_claim(): EPERM. */                                   \
    MKERNEL(device_claim, "makes a device the caller's alone; EBUSY", uint32_t device)            \
    MKERNEL(device_map, "maps a device's registers, to where bar[] says; ENXIO, ENOMEM",          \
            uint32_t device, uint32_t bar)                                                        \
    MKERNEL(device_master, "allows a device to use memory (DMA), all of it, or forbids it",       \
            uint32_t device, bool on)                                                             \
    MKERNEL(device_interrupt, "brings a device's interrupts to the caller's core, by MSI",        \
            uint32_t device)                                                                      \
    INTERNAL(stack_page, "a zeroed page for the caller's stack; ENOMEM", UserPointer<void> page)  \
    INTERNAL(ica_tables, "page tables for an area that the caller is about to get; ENOMEM",       \
             UserPointer<void> area, uint32_t bytes)                                              \
    INTERNAL(devices_release, "makes the devices of a caller that ends quiet, and frees them")    \
    INTERNAL(report_fault, "says on the console what the caller did wrong; the status it ends with", \
             uint32_t vector, uint32_t error_code, uint32_t address, uint32_t eip)

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

/*
 * Rights, which spawn() passes on; the kernel gives all of them to init and to the consoles' shells.
 *
 * A process may end and prioritise itself, what it started, and what that
 * started in turn, and nobody else: EPERM. Nor may it make a process more urgent than it is itself.
 * A process with the right below may do both to all, and may say what Ctrl-C ends (console_owner()).
 */
#define ANT_RIGHT_PROCESSES 1u
/*
 * May claim devices. There is no IOMMU: a device that uses memory reaches all of it, so whoever
 * drives one is trusted as the kernel is.
 */
#define ANT_RIGHT_DEVICES 2u
#define ANT_RIGHTS_ALL (ANT_RIGHT_PROCESSES | ANT_RIGHT_DEVICES)

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
    uint32_t rights;     /* ANT_RIGHT_...: the child gets those of them that the caller has */
};

/* The two servers that the kernel knows: serve(). */
enum ant_server {
    ANT_SERVER_NAMES = 0, /* knows the others by name; its number in call_server() is this one */
    ANT_SERVER_CONSOLE = 1, /* drives the terminal, see below */
};

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
 * The process that called serve(ANT_SERVER_CONSOLE) is the terminal's driver until it ends. Its console is
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

/* The lists of information(), each with the structure of its entries. */
enum ant_information {
    ANT_PROCESSES = 0, /* ant_process_info                                  */
    ANT_MEMORY = 1,    /* ant_memory_info; one entry                        */
    ANT_CORES = 2,     /* ant_core_info                                     */
    ANT_DEVICES = 3,   /* ant_device_info                                   */
    ANT_KERNELS = 4,   /* ant_kernel_info                                   */
    ANT_PROGRAMS = 5,  /* char[ANT_NAME_BYTES]: a program of the RAM disk   */
};

/* ANT_ENDING: it has ended for everybody else, but Linux cannot give up its call yet. */
enum ant_process_state {
    ANT_READY = 0,
    ANT_RUNNING = 1,
    ANT_BLOCKED = 2,
    ANT_ZOMBIE = 3,
    ANT_ENDING = 4,
};

#define ANT_NO_LINUX_CALL 0xffffffffu

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
    uint32_t linux_call;  /* Linux's number of the call that Linux has, or ANT_NO_LINUX_CALL */
    uint64_t linux_ns;    /* for so long */
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
    uint64_t interrupts_off_ns; /* the longest time since start that none could be taken */
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
