/* SPDX-License-Identifier: GPL-2.0-only */
/* Segment selectors of the tables used until a core has its own (segments.h). For C++ and assembly.
 */
#ifndef ANT_ARCH_X86_BOOT_SEGMENTS_H
#define ANT_ARCH_X86_BOOT_SEGMENTS_H

#define BOOT_CODE_SELECTOR 0x08
#define BOOT_DATA_SELECTOR 0x10
#define BOOT_STACK_SIZE 16384

#endif /* ANT_ARCH_X86_BOOT_SEGMENTS_H */
