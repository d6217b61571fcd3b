# SPDX-License-Identifier: GPL-2.0-only
# AnT's kernel is two images, each made of whole rooms: the m-kernel of the common ones and mkernel/,
# the p-kernel of the common ones and pkernel/. What an image does not use the linker leaves out.
#
# ant_room_sources(VARIABLE ROOM...): what these rooms are compiled from.
set(ANT_ROOT ${CMAKE_CURRENT_LIST_DIR})
function(ant_room_sources variable)
  set(sources)
  foreach(room IN LISTS ARGN)
    file(GLOB files CONFIGURE_DEPENDS ${ANT_ROOT}/${room}/*.cpp ${ANT_ROOT}/${room}/*.S)
    list(APPEND sources ${files})
  endforeach()
  set(${variable} ${sources} PARENT_SCOPE)
endfunction()

set(ANT_COMMON_ROOMS base arch/x86 core linux)

# The hardware-independent sources, which the unit tests and the fuzzers compile for the host.
ant_room_sources(ANT_HOST_SOURCES base linux)
list(APPEND ANT_HOST_SOURCES ${ANT_ROOT}/arch/x86/pci_bar.cpp ${ANT_ROOT}/core/ica_allocator.cpp)
foreach(part command_line cpio frame_allocator server_list)
  list(APPEND ANT_HOST_SOURCES ${ANT_ROOT}/mkernel/${part}.cpp)
endforeach()

# libant without lib/machine, the part that knows the processor: AnT's programs and the unit tests
# compile the same.
ant_room_sources(LIBANT_PORTABLE base lib)
