// SPDX-License-Identifier: GPL-2.0-only
// What the server "console" is asked, and what it answers. ant/lib/console.h asks it.
//
//     request                                              reply: words[0] = minus an errno, or
//     words[0] write_text, words[1] bytes, one area         the bytes, which are on the terminal
//     words[0] read_line, words[1] most bytes, one area     the bytes of the area that are input
//     words[0] read_keys, words[1] most bytes, one area     the same
//     words[0] read_keys, words[1] most bytes, no area      the bytes of words[1] and the next ones
//
// The area is lent. How input is read goes with the request, so that a program which ends leaves no
// mode behind: read_line gives a line that was edited here, with its newline (or without, if that
// does not fit or Ctrl-D ended it; 0 bytes: Ctrl-D alone, the end of the file); read_keys gives
// what was typed as it came, at least one byte, and nothing behind Enter: that may be for the
// program which the line starts. Without an area a shell reads keys even when the ICA is used up,
// and can end what has used it up. EINVAL: more bytes than there is space for, or none; EAGAIN: too
// many wait for input already.
#ifndef ANT_LIB_CONSOLE_PROTOCOL_H
#define ANT_LIB_CONSOLE_PROTOCOL_H

#include <ant/abi/syscall.h>
#include <ant/lib/errno.h>
#include <cstdint>

namespace ant::console {

enum class Operation : uint32_t { write_text = 1, read_line = 2, read_keys = 3 };

/// Bytes that one request carries at most, as the library asks.
constexpr uint32_t request_bytes = 4096;

/// Bytes in the words of a reply behind words[0].
constexpr uint32_t reply_bytes = (ANT_MESSAGE_WORDS - 1) * sizeof(uint32_t);

/// 0, or minus an errno: what is wrong with the request.
[[nodiscard]] inline int32_t check(const ant_message& request) {
    const auto operation = static_cast<Operation>(request.words[0]);
    if (operation < Operation::write_text || operation > Operation::read_keys)
        return -ENOSYS;
    const uint32_t bytes = request.words[1];
    uint32_t space = 0;
    if (request.area_count == 1 && request.areas[0].use == ANT_AREA_LEND)
        space = request.areas[0].size;
    else if (request.area_count == 0 && operation == Operation::read_keys)
        space = reply_bytes;
    return bytes > 0 && bytes <= space ? 0 : -EINVAL;
}

} // namespace ant::console

#endif
