// SPDX-License-Identifier: GPL-2.0-only
// What the headers of GCC's C++ library call: where a program ends that would throw, and the growth
// of hash tables, which the library itself computes with floating point.
#include <ant/base/assert.h>
#include <ant/base/format.h>
#include <cstdarg>
#include <exception>
#include <iterator>
#include <unordered_map>

namespace std {

void __throw_bad_alloc() { ant::panic("out of memory"); }
void __throw_bad_array_new_length() { ant::panic("out of memory: an array is too long"); }
void __throw_length_error(const char* what) { ant::panic("length error: %s", what); }
void __throw_logic_error(const char* what) { ant::panic("logic error: %s", what); }
void __throw_invalid_argument(const char* what) { ant::panic("invalid argument: %s", what); }
void __throw_out_of_range(const char* what) { ant::panic("out of range: %s", what); }
void __throw_out_of_range_fmt(const char* format, ...) {
    char text[200];
    ant::BufferSink sink(text);
    va_list arguments{};
    va_start(arguments, format);
    ant::vformat(sink, format, arguments);
    va_end(arguments);
    ant::panic("out of range: %s", text);
}
void __throw_bad_function_call() { ant::panic("an empty std::function was called"); }
void terminate() noexcept { ant::panic("std::terminate()"); }
void __throw_bad_optional_access() { ant::panic("an empty std::optional was used"); }
void __throw_bad_variant_access(const char* what) { ant::panic("std::variant: %s", what); }

namespace __detail {

// A prime of buckets for at least so many elements, one in each: the load factor of a table whose
// max_load_factor() nobody has changed.
size_t _Prime_rehash_policy::_M_next_bkt(size_t wanted) const {
    static constexpr size_t primes[] = {13,      29,       59,       127,      257,      541,
                                        1109,    2357,     5087,     10273,    20753,    42043,
                                        85229,   172933,   351061,   712697,   1447153,  2938679,
                                        5967347, 12117689, 24607243, 49969847, 101473717};
    size_t i = 0;
    while (i < std::size(primes) - 1 && primes[i] < wanted)
        i++;
    _M_next_resize = primes[i];
    return primes[i];
}

pair<bool, size_t> _Prime_rehash_policy::_M_need_rehash(size_t buckets, size_t elements,
                                                        size_t further) const {
    const size_t wanted = elements + further;
    if (wanted <= _M_next_resize && buckets > 1)
        return {false, 0};
    const size_t more = _M_next_bkt(wanted > 2 * buckets ? wanted : 2 * buckets);
    return {more > buckets, more};
}

} // namespace __detail
} // namespace std
