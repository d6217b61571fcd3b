// SPDX-License-Identifier: GPL-2.0-only
// snprintf against the host's.
#include <ant/lib/format.h>
#include <climits>
#include <cstdint>
#include <cstdio>
#include <gtest/gtest.h>

namespace {

// Formats are tables here, so the compiler cannot check them.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
#pragma GCC diagnostic ignored "-Wformat-security"
template<typename... Values> void expect_as_host(const char* format, Values... values) {
    char host[400];
    char ours[400];
    const int host_length = std::snprintf(host, sizeof(host), format, values...);
    const int our_length = ant::snprintf(ours, sizeof(ours), format, values...);
    EXPECT_STREQ(ours, host) << format;
    EXPECT_EQ(our_length, host_length) << format;
}
#pragma GCC diagnostic pop

} // namespace

TEST(Format, Integers) {
    const char* formats[] = {"%d",     "%i",      "%5d",     "%-5d|",  "%05d",  "%+d",    "% d",
                             "%.3d",   "%8.3d",   "%-8.3d|", "%08.3d", "%+05d", "%.0d",   "%u",
                             "%10u",   "%o",      "%#o",     "%x",     "%X",    "%#x",    "%#X",
                             "%#010x", "%-#10x|", "%.8x",    "%#.3o",  "% 05d", "%-05d|", "%+.0d"};
    const int values[] = {0, 1, -1, 7, 8, 42, -42, 123456, -123456, INT_MAX, INT_MIN};
    for (const char* format : formats)
        for (const int value : values)
            expect_as_host(format, value);
}

TEST(Format, Lengths) {
    const int64_t values[] = {
        0, 1, -1, 127, 128, 255, 256, 32768, 65535, 65536, INT64_C(1) << 40, INT64_MAX, INT64_MIN};
    for (const int64_t value : values) {
        expect_as_host("%hhd %hhu %hhx", static_cast<int>(value), static_cast<int>(value),
                       static_cast<int>(value));
        expect_as_host("%hd %hu %hx", static_cast<int>(value), static_cast<int>(value),
                       static_cast<int>(value));
        expect_as_host("%ld %lu %lx", static_cast<long>(value), static_cast<long>(value),
                       static_cast<long>(value));
        expect_as_host("%lld %llu %llx %llo", static_cast<long long>(value),
                       static_cast<long long>(value), static_cast<long long>(value),
                       static_cast<long long>(value));
        expect_as_host("%zu %zx %zd", static_cast<size_t>(value), static_cast<size_t>(value),
                       static_cast<size_t>(value));
        expect_as_host("%td %jd %ju", static_cast<ptrdiff_t>(value), static_cast<intmax_t>(value),
                       static_cast<uintmax_t>(value));
        expect_as_host("%" PRIu64 " %" PRId64 " %" PRIx64, static_cast<uint64_t>(value), value,
                       static_cast<uint64_t>(value));
    }
}

TEST(Format, TextCharactersPointers) {
    expect_as_host("plain");
    expect_as_host("");
    expect_as_host("100%%");
    expect_as_host("%s|%10s|%-10s|%.2s|%10.2s|%-10.2s|", "text", "text", "text", "text", "text",
                   "text");
    expect_as_host("%c%3c%-3c|", 'a', 'b', 'c');
    expect_as_host("%*d|%-*d|%.*d|%*d", 6, 42, 6, 42, 4, 42, -6, 42);
    expect_as_host("%.*s|%.*s", 2, "text", -1, "text");
    expect_as_host("%p", reinterpret_cast<void*>(0x1234));
    expect_as_host("%s", static_cast<const char*>(nullptr));
    const char unterminated[3] = {'a', 'b', 'c'};
    char text[8];
    EXPECT_EQ(ant::snprintf(text, sizeof(text), "%.3s", unterminated), 3);
    EXPECT_STREQ(text, "abc");
}

TEST(Format, CutsWhatDoesNotFitButReturnsTheWholeLength) {
    char text[8];
    for (size_t size = 0; size <= sizeof(text); size++) {
        std::fill(std::begin(text), std::end(text), '#');
        EXPECT_EQ(ant::snprintf(text, size, "%s-%d", "abc", 12345), 9);
        if (size == 0) {
            EXPECT_EQ(text[0], '#');
            continue;
        }
        EXPECT_EQ(text, std::string("abc-12345").substr(0, size - 1));
        for (size_t i = size; i < sizeof(text); i++)
            EXPECT_EQ(text[i], '#');
    }
}

TEST(Format, PutsOutWhatItDoesNotKnow) {
    char text[32];
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat"
    ant::snprintf(text, sizeof(text), "%-5y %d", 7);
#pragma GCC diagnostic pop
    EXPECT_STREQ(text, "%-5y 7");
}
