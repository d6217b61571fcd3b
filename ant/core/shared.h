// SPDX-License-Identifier: GPL-2.0-only
// What the two kernels share. The m-kernel and the p-kernel are two images with code and data of
// their own; but AnT is one OS, and what it knows of its processes and cores exists once: in a part
// of memory at a fixed place, described by the same headers for both. mkernel/shared.cpp defines it
// all; the p-kernel is linked with the addresses (ant/CMakeLists.txt).
#pragma once

// Goes with the definition. The section has no bytes in the image: all of it begins as zero. (By
// its name GCC knows that it is one like .bss, and the linker that it is not .bss.)
#define ANT_SHARED [[gnu::section(".sbss.shared")]] constinit
