// SPDX-License-Identifier: GPL-2.0-only
// What the server "edu" is asked, and what it answers.
//
//     request                                       reply: words[0] = minus an errno, or 0 and
//     words[0] factorial, words[1] n <= 12           words[1] n!
//     words[0] to_device, words[1] bytes, one area    the area's first bytes are in the device
//     words[0] from_device, words[1] bytes, one area  the device's first bytes are in the area
//
// The area is lent. ERANGE: n! has more than 32 bits; EINVAL: more bytes than the area or the
// device has, or none; EAGAIN: too many requests wait already.
#ifndef ANT_SERVERS_EDU_PROTOCOL_H
#define ANT_SERVERS_EDU_PROTOCOL_H

#include <cstdint>

namespace ant::edu {

enum class Operation : uint32_t { factorial = 1, to_device = 2, from_device = 3 };

constexpr uint32_t largest_factorial = 12;

} // namespace ant::edu

#endif
