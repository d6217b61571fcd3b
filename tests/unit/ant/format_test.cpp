// SPDX-License-Identifier: GPL-2.0-only
// Formatting: the same text as the host's printf, for every flag, and safe at the buffer's end.
#include "kernel/format.h"

#include <array>
#include <cstdint>
#include <cstdio>
#include <limits>

#include "support.h"

// Random directives are the point here: the compiler cannot check them.
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
#pragma GCC diagnostic ignored "-Wformat-security"

namespace ant::test {
namespace {

template<typename... Arguments>
void expect_like_printf(const std::string& directive, Arguments... arguments) {
    std::array<char, 400> expected{};
    std::array<char, 400> actual{};
    std::snprintf(expected.data(), expected.size(), directive.c_str(), arguments...);
    const std::string_view text = format_to(actual, directive.c_str(), arguments...);
    EXPECT_EQ(text, expected.data()) << "for \"" << directive << '"';
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

TEST(Format, StringView) {
    const std::string_view view = std::string_view{"abcdef"}.substr(1, 3);
    std::array<char, 20> buffer{};
    EXPECT_EQ(format_to(buffer, "[%.*s]", TEXT(view)), "[bcd]");
}

TEST(Format, NullStringAndPointer) {
    std::array<char, 40> buffer{};
    const char* volatile nothing = nullptr;
    EXPECT_EQ(format_to(buffer, "%s", nothing), "(null)");
    EXPECT_EQ(format_to(buffer, "%p", reinterpret_cast<void*>(0x1234)), "0x0000000000001234");
}

TEST(Format, CutsAtTheEndOfTheBuffer) {
    std::array<char, 8> buffer{};
    buffer.fill('#');
    EXPECT_EQ(format_to(std::span{buffer}.first(5), "%s", "abcdefgh"), "abcd");
    EXPECT_EQ(buffer[4], '\0');
    EXPECT_EQ(buffer[5], '#');
    BufferSink sink{std::span{buffer}.first(5)};
    format(sink, "%d", 1234567);
    EXPECT_EQ(sink.text(), "1234");
    EXPECT_EQ(sink.wanted(), 7u);
    EXPECT_EQ(format_to(std::span<char>{}, "%d", 1), "");
    EXPECT_EQ(format_to(std::span{buffer}.first(1), "%d", 1), "");
}

TEST(Format, EndsAtABrokenDirective) {
    std::array<char, 40> buffer{};
    EXPECT_EQ(format_to(buffer, std::string("ab%").c_str()), "ab");
    EXPECT_EQ(format_to(buffer, std::string("ab%-08").c_str()), "ab");
    EXPECT_EQ(format_to(buffer, std::string("ab%ll").c_str()), "ab");
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
            if (flag == "#" && conversion != 'x' && conversion != 'X')
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
