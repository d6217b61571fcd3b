# SPDX-License-Identifier: GPL-2.0-only
# The sources of `measure`: MEASURE_SOURCES for both OSes, MEASURE_ANT_SOURCES; MEASURE_LIBRARY are the parts of libant
# that it needs on Linux as well.
set(measure_room ${CMAKE_CURRENT_LIST_DIR})
set(MEASURE_SOURCES "")
foreach(part arguments calls io many measure null)
  list(APPEND MEASURE_SOURCES ${measure_room}/${part}.cpp)
endforeach()
set(MEASURE_ANT_SOURCES ${measure_room}/ant/bench_platform.cpp ${measure_room}/ant/steps.cpp)
set(MEASURE_LIBRARY ${CMAKE_SOURCE_DIR}/ant/base/format.cpp)
foreach(part errno format options string)
  list(APPEND MEASURE_LIBRARY ${CMAKE_SOURCE_DIR}/ant/lib/${part}.cpp)
endforeach()
