// SPDX-License-Identifier: GPL-2.0-only
// Formatting: the same text as the host's printf, for every flag, and safe at the buffer's end.
#include "ant/base/format.h"

#include <array>
#include <climits>
#include <cstdint>
#include <cstdio>
#include <limits>

#include "ant/base/text.h"
#include "support.h"

// Formats are tables and random directives here: the compiler cannot check them.
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
#pragma GCC diagnostic ignored "-Wformat-security"

namespace ant::test {
namespace {

template<typename... Arguments>
void expect_like_printf(const std::string& directive, Arguments... arguments) {
    std::array<char, 400> expected{};
    std::array<char, 400> actual{};
    const int length =
        std::snprintf(expected.data(), expected.size(), directive.c_str(), arguments...);
    BufferSink sink{actual};
    format(sink, directive.c_str(), arguments...);
    EXPECT_EQ(sink.text(), expected.data()) << "for \"" << directive << '"';
    EXPECT_EQ(sink.wanted(), static_cast<std::size_t>(length)) << "for \"" << directive << '"';
}

TEST(Format, KernelMessages) {
    expect_like_printf("core %u: vector 0x%02x at %08x, %s", 3u, 0xeu, 0xbeefu, "page fault");
    expect_like_printf("%d%%, %c|%5s|%-5s|%.2s", 42, 'x', "abc", "abc", "abc");
    expect_like_printf("%lld %llu %llx", std::numeric_limits<long long>::min(),
                       std::numeric_limits<unsigned long long>::max(), 0x123456789abcdefull);
    expect_like_printf("%ld %zu %td", -5L, std::size_t{7}, std::ptrdiff_t{-7});
    expect_like_printf("%.*s", 3, "abcdef");
    expect_like_printf("%*d|%-*d|", 6, 1, 6, 2);
    expect_like_printf("%*d|", -6, 1);
}

TEST(Format, Integers) {
    const char* formats[] = {"%d",     "%i",      "%5d",     "%-5d|",  "%05d",  "%+d",    "% d",
                             "%.3d",   "%8.3d",   "%-8.3d|", "%08.3d", "%+05d", "%.0d",   "%u",
                             "%10u",   "%o",      "%#o",     "%x",     "%X",    "%#x",    "%#X",
                             "%#010x", "%-#10x|", "%.8x",    "%#.3o",  "% 05d", "%-05d|", "%+.0d",
                             "%#.0o",  "%#8o|",   "%#08o",   "%-#8o|", "%#.0x", "%+ d",   "%- 5d|"};
    const int values[] = {0, 1, -1, 7, 8, 42, -42, 123456, -123456, INT_MAX, INT_MIN};
    for (const char* directive : formats)
        for (const int value : values)
            expect_like_printf(directive, value);
}

TEST(Format, Lengths) {
    const std::int64_t values[] = {
        0, 1, -1, 127, 128, 255, 256, 32768, 65535, 65536, INT64_C(1) << 40, INT64_MAX, INT64_MIN};
    for (const std::int64_t value : values) {
        expect_like_printf("%hhd %hhu %hhx", static_cast<int>(value), static_cast<int>(value),
                           static_cast<int>(value));
        expect_like_printf("%hd %hu %hx", static_cast<int>(value), static_cast<int>(value),
                           static_cast<int>(value));
        expect_like_printf("%ld %lu %lx", static_cast<long>(value), static_cast<long>(value),
                           static_cast<long>(value));
        expect_like_printf("%lld %llu %llx %llo", static_cast<long long>(value),
                           static_cast<long long>(value), static_cast<long long>(value),
                           static_cast<long long>(value));
        expect_like_printf("%zu %zx %zd", static_cast<std::size_t>(value),
                           static_cast<std::size_t>(value), static_cast<std::size_t>(value));
        expect_like_printf("%td %jd %ju", static_cast<std::ptrdiff_t>(value),
                           static_cast<std::intmax_t>(value), static_cast<std::uintmax_t>(value));
    }
}

TEST(Format, TextCharactersPointers) {
    expect_like_printf("plain");
    expect_like_printf("");
    expect_like_printf("100%%");
    expect_like_printf("%s|%10s|%-10s|%.2s|%10.2s|%-10.2s|", "text", "text", "text", "text", "text",
                       "text");
    expect_like_printf("%c%3c%-3c|", 'a', 'b', 'c');
    expect_like_printf("%*d|%-*d|%.*d|%*d", 6, 42, 6, 42, 4, 42, -6, 42);
    expect_like_printf("%.*s|%.*s", 2, "text", -1, "text");
    expect_like_printf("%p|%20p|%-20p|", reinterpret_cast<void*>(0x1234),
                       reinterpret_cast<void*>(0x1234), reinterpret_cast<void*>(0x1234));
    expect_like_printf("%s", static_cast<const char*>(nullptr));
}

TEST(Format, StringView) {
    const std::string_view view = std::string_view{"abcdef"}.substr(1, 3);
    std::array<char, 20> buffer{};
    EXPECT_EQ(format_to(buffer, "[%.*s]", TEXT(view)), "[bcd]");
}

TEST(Format, ATextWithAPrecisionNeedsNoEnd) {
    const char unterminated[3] = {'a', 'b', 'c'};
    std::array<char, 8> text{};
    EXPECT_EQ(format_to(text, "%.3s", unterminated), "abc");
    EXPECT_EQ(format_to(text, "%.2s", unterminated), "ab");
}

TEST(Format, NullPointer) {
    std::array<char, 40> buffer{};
    EXPECT_EQ(format_to(buffer, "%p", static_cast<void*>(nullptr)), "0x0"); // the host: (nil)
}

TEST(Format, CutsAtTheEndOfTheBuffer) {
    std::array<char, 8> buffer{};
    for (std::size_t size = 0; size <= buffer.size(); ++size) {
        buffer.fill('#');
        const std::string whole = "abc-12345";
        BufferSink sink{std::span{buffer}.first(size)};
        format(sink, "%s-%d", "abc", 12345);
        EXPECT_EQ(sink.wanted(), whole.size());
        EXPECT_EQ(sink.text(), whole.substr(0, size > 0 ? size - 1 : 0));
        if (size > 0) {
            EXPECT_EQ(buffer[size - 1], '\0');
        }
        for (std::size_t i = size; i < buffer.size(); ++i)
            EXPECT_EQ(buffer[i], '#');
    }
    EXPECT_EQ(format_to(std::span<char>{}, "%d", 1), "");
}

TEST(Format, PutsOutWhatItDoesNotKnow) {
    std::array<char, 40> buffer{};
    EXPECT_EQ(format_to(buffer, std::string("%-5y %d").c_str(), 7), "%-5y 7");
    for (const std::string broken : {"ab%", "ab%-08", "ab%ll", "ab%5.", "ab%#"})
        EXPECT_EQ(format_to(buffer, broken.c_str()), broken);
}

TEST(Format, AWidthIsBounded) {
    std::array<char, 4> buffer{};
    for (const std::string directive : {"%*d", "%.*d"}) {
        for (const int width : {INT_MAX, INT_MIN}) {
            BufferSink sink{buffer};
            format(sink, directive.c_str(), width, 1);
            EXPECT_LE(sink.wanted(), 100'000u);
            EXPECT_GE(sink.wanted(), 1u);
        }
    }
    BufferSink sink{buffer};
    format(sink, std::string("%99999999999999999999d").c_str(), 1);
    EXPECT_EQ(sink.wanted(), 100'000u);
}

class FormatRandom : public Seeded {};

TEST_P(FormatRandom, LikePrintf) {
    constexpr std::array<std::string_view, 6> flags{"", "-", "0", "+", " ", "#"};
    for (int round = 0; round < 3000; ++round) {
        const char conversion = "diuxXo"[random(0, 5)];
        const bool is_signed = conversion == 'd' || conversion == 'i';
        std::string directive = "%";
        for (std::uint32_t i = random(0, 2); i > 0; --i) {
            const std::string_view flag = flags[random(0, 5)];
            // Flags that C leaves undefined for the conversion are none of ours.
            if (flag == "#" && (is_signed || conversion == 'u'))
                continue;
            if ((flag == "+" || flag == " ") && !is_signed)
                continue;
            directive += flag;
        }
        if (one_in(2))
            directive += std::to_string(random(0, 40));
        if (one_in(3))
            directive += "." + std::to_string(random(0, 30));
        const std::uint64_t number =
            (std::uint64_t{random(0, ~0u)} << 32 | random(0, ~0u)) >> random(0, 63);
        switch (random(0, 4)) {
        case 0:
            expect_like_printf(directive + "hh" + conversion, static_cast<int>(number));
            break;
        case 1:
            expect_like_printf(directive + "h" + conversion, static_cast<int>(number));
            break;
        case 2:
            expect_like_printf(directive + conversion, static_cast<int>(number));
            break;
        case 3:
            expect_like_printf(directive + "l" + conversion, static_cast<long>(number));
            break;
        default:
            expect_like_printf(directive + "ll" + conversion, static_cast<long long>(number));
            break;
        }
    }
}

INSTANTIATE_TEST_SUITE_P(Seeds, FormatRandom, testing::Range(1u, 6u));

} // namespace
} // namespace ant::test
