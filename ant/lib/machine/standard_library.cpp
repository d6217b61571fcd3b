// SPDX-License-Identifier: GPL-2.0-only
// What libstdc++'s headers call when a program breaks their rules. With exceptions
// off there is nothing to throw: stop at the place, with an invalid-opcode fault
// that the kernel reports.
namespace std {

// string_view::substr() and the like, with a position beyond the end.
[[noreturn]] void __throw_out_of_range_fmt(const char*, ...) { __builtin_trap(); }

} // namespace std
