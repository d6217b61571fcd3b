# SPDX-License-Identifier: GPL-2.0-only
# The hardware-independent sources: AnT's kernel and the unit tests compile the same list.
set(ANT_LIBRARY_ROOT ${CMAKE_CURRENT_LIST_DIR}/..)
set(ANT_LIBRARY_SOURCES
    ${ANT_LIBRARY_ROOT}/arch/x86/pci_bar.cpp
    ${ANT_LIBRARY_ROOT}/common/format.cpp
    ${ANT_LIBRARY_ROOT}/kernel/command_line.cpp
    ${ANT_LIBRARY_ROOT}/kernel/cpio.cpp
    ${ANT_LIBRARY_ROOT}/kernel/elf.cpp
    ${ANT_LIBRARY_ROOT}/kernel/frame_allocator.cpp
    ${ANT_LIBRARY_ROOT}/kernel/ica_allocator.cpp
    ${ANT_LIBRARY_ROOT}/kernel/lca_ring.cpp
    ${ANT_LIBRARY_ROOT}/kernel/server_list.cpp
    ${ANT_LIBRARY_ROOT}/linux_driver/call_counters.cpp
    ${ANT_LIBRARY_ROOT}/linux_driver/channel.cpp
    ${ANT_LIBRARY_ROOT}/linux_driver/lca_records.cpp
    ${ANT_LIBRARY_ROOT}/linux_driver/linux_driver.cpp)
