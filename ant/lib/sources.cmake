# SPDX-License-Identifier: GPL-2.0-only
# The part of libant that knows no processor: AnT's programs and the unit tests
# compile the same list.
set(LIBANT_ROOT ${CMAKE_CURRENT_LIST_DIR})
set(LIBANT_PORTABLE
  ${LIBANT_ROOT}/console.cpp
  ${LIBANT_ROOT}/device.cpp
  ${LIBANT_ROOT}/dirent.cpp
  ${LIBANT_ROOT}/errno.cpp
  ${LIBANT_ROOT}/format.cpp
  ${LIBANT_ROOT}/heap.cpp
  ${LIBANT_ROOT}/lines.cpp
  ${LIBANT_ROOT}/linux_call.cpp
  ${LIBANT_ROOT}/linux_files.cpp
  ${LIBANT_ROOT}/names.cpp
  ${LIBANT_ROOT}/options.cpp
  ${LIBANT_ROOT}/panic.cpp
  ${LIBANT_ROOT}/process.cpp
  ${LIBANT_ROOT}/program_file.cpp
  ${LIBANT_ROOT}/server.cpp
  ${LIBANT_ROOT}/sha256.cpp
  ${LIBANT_ROOT}/stdio.cpp
  ${LIBANT_ROOT}/stdlib.cpp
  ${LIBANT_ROOT}/string.cpp
  ${LIBANT_ROOT}/time.cpp
  ${LIBANT_ROOT}/unistd.cpp
  ${LIBANT_ROOT}/../common/format.cpp
  # The kernel's own checks of a program, to tell people what is wrong with theirs.
  ${LIBANT_ROOT}/../kernel/elf.cpp)
