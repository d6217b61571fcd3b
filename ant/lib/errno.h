// SPDX-License-Identifier: GPL-2.0-only
// Error numbers: Linux's, so that errors of both OSes read the same. The names
// (ENOENT ...) come from Linux's own header.
#ifndef ANT_LIB_ERRNO_H
#define ANT_LIB_ERRNO_H

#include <asm-generic/errno.h>
#include <cstdint>

namespace ant {

/// POSIX's errno of this process: set by a failed call, else left alone. (Not
/// called errno: that is a macro where libant is tested.)
extern int last_error;

/// The text Unix programs print for an error number, e.g. "No such file or
/// directory"; "Unknown error" for a number Linux does not have.
[[nodiscard]] const char* strerror(int number);

/// The name of an error number, e.g. "ENOENT"; "E?" for an unknown one.
[[nodiscard]] const char* error_name(int number);

/// Turns a result in which -4095..-1 is minus an errno into POSIX's form: -1
/// with last_error set, else the result itself.
template<typename Integer> [[nodiscard]] Integer posix_result(Integer result) {
    if (result < 0 && result >= -4095) {
        last_error = static_cast<int>(-result);
        return -1;
    }
    return result;
}

} // namespace ant

#endif
