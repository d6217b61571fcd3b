/* SPDX-License-Identifier: GPL-2.0-only */
/* Segment selectors, for C++ and assembly. */
#ifndef ANT_ARCH_X86_SELECTORS_H
#define ANT_ARCH_X86_SELECTORS_H

/* Of the tables used until a core has its own. */
#define BOOT_CODE_SELECTOR 0x08
#define BOOT_DATA_SELECTOR 0x10
#define BOOT_STACK_SIZE 16384

/* Of a core's own descriptor table (segments.h). */
#define KERNEL_CODE_SELECTOR 0x08
#define KERNEL_DATA_SELECTOR 0x10
#define CORE_DATA_SELECTOR 0x18 /* %gs in the kernel: the core's own struct Core */
#define USER_CODE_SELECTOR 0x23 /* ring 3 in the two lowest bits */
#define USER_DATA_SELECTOR 0x2b
#define TASK_SELECTOR 0x30
#define DOUBLE_FAULT_TASK_SELECTOR 0x38

#endif /* ANT_ARCH_X86_SELECTORS_H */
