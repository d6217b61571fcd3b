// SPDX-License-Identifier: GPL-2.0-only
// The command line: values, and errors that name the bad word.
#include "ant/mkernel/command_line.h"

#include "support.h"

namespace ant::test {
namespace {

using testing::ElementsAre;

constexpr CoreNumber highest{7};

template<typename T> std::string error_of(const Parsed<T>& parsed) {
    if (parsed.is_ok())
        return "no error";
    return std::string{parsed.error().word} + ": " + parsed.error().reason;
}

std::vector<std::uint32_t> cores_of(std::string_view line) {
    std::vector<std::uint32_t> numbers;
    const CommandLine command_line{line};
    const auto list = command_line.cores("cores", highest);
    if (list.is_ok())
        for (const CoreNumber core : list.value().cores())
            numbers.push_back(core.value());
    return numbers;
}

TEST(CommandLine, FindsValues) {
    const CommandLine line{"  auto cores=1,2\tica=256M name=a=b  empty= ica=128M\n"};
    EXPECT_EQ(line.value("cores"), "1,2");
    EXPECT_EQ(line.value("ica"), "128M"); // the last one counts
    EXPECT_EQ(line.value("name"), "a=b");
    EXPECT_EQ(line.value("empty"), "");
    EXPECT_EQ(line.value("auto"), "");
    EXPECT_TRUE(line.has("auto"));
    EXPECT_FALSE(line.value("core").has_value());
    EXPECT_FALSE(line.value("b").has_value());
    EXPECT_FALSE(CommandLine{""}.has(""));
    EXPECT_FALSE(CommandLine{}.has("x"));
}

TEST(CommandLine, Numbers) {
    auto number = [](std::string_view text) {
        const std::string line = "n=" + std::string{text};
        const CommandLine command_line{line};
        return command_line.number("n").value_or(~std::uint64_t{0} - 1);
    };
    constexpr std::uint64_t bad = ~std::uint64_t{0} - 1;
    EXPECT_EQ(number("0"), 0u);
    EXPECT_EQ(number("4096"), 4096u);
    EXPECT_EQ(number("0xb0000000"), 0xb0000000u);
    EXPECT_EQ(number("0XaBc"), 0xabcu);
    EXPECT_EQ(number("4K"), 4096u);
    EXPECT_EQ(number("256M"), 256u << 20);
    EXPECT_EQ(number("3g"), std::uint64_t{3} << 30);
    EXPECT_EQ(number("0x10k"), 16384u);
    EXPECT_EQ(number("18446744073709551615"), ~std::uint64_t{0});
    EXPECT_EQ(number("17179869183G"), 17179869183ull << 30);
    for (const char* text : {"", "x", "0x", "K", "0xK", "-1", "+1", "1.5", "12KB", "0xhg", "1KK",
                             "18446744073709551616", "0x10000000000000000", "17179869184G"})
        EXPECT_EQ(number(text), bad) << text;
}

TEST(CommandLine, NumberErrorsNameTheWord) {
    const CommandLine line{"depth=3x ica=99M"};
    EXPECT_EQ(error_of(line.number("depth")), "depth=3x: not a number");
    EXPECT_EQ(error_of(line.number("tsc_khz")), "tsc_khz: is missing");
    EXPECT_EQ(error_of(line.number_between("ica", 0, 50u << 20)), "ica=99M: out of range");
    EXPECT_EQ(line.number_between("ica", 99u << 20, 99u << 20).value(), 99u << 20);
    EXPECT_EQ(error_of(CommandLine{"n=4294967296"}.number_between("n", 0, ~0u)),
              "n=4294967296: out of range");
}

TEST(CommandLine, CoreLists) {
    EXPECT_THAT(cores_of("cores=1,2,3"), ElementsAre(1, 2, 3));
    EXPECT_THAT(cores_of("cores=1-3"), ElementsAre(1, 2, 3));
    EXPECT_THAT(cores_of("cores=3,0,5-7"), ElementsAre(3, 0, 5, 6, 7)); // the order is kept
    EXPECT_THAT(cores_of("cores=2-2"), ElementsAre(2));
    const CommandLine line{"cores=2,5-6"};
    EXPECT_EQ(line.cores("cores", highest).value().mask(), 0x64u);
    EXPECT_EQ(line.cores("cores", highest).value().first(), CoreNumber{2});
    EXPECT_FALSE(line.cores("cores", highest).value().contains(CoreNumber{40}));
}

TEST(CommandLine, CoreListErrors) {
    auto error = [](std::string_view line) {
        return error_of(CommandLine{line}.cores("cores", highest));
    };
    constexpr const char* form = "not a list of cores such as 1,2 or 1-3";
    EXPECT_EQ(error("core=1"), "cores: is missing");
    for (const char* line : {"cores=", "cores", "cores=,", "cores=1,", "cores=,1", "cores=1,,2",
                             "cores=a", "cores=1-", "cores=-1", "cores=1-2-3", "cores=0x1"}) {
        EXPECT_EQ(error(line), std::string{line} + ": " + form);
    }
    EXPECT_EQ(error("cores=3-1"), "cores=3-1: a range of cores that runs backwards");
    EXPECT_EQ(error("cores=1,8"), "cores=1,8: a core number that is too large");
    EXPECT_EQ(error("cores=0-99999999999"), "cores=0-99999999999: a core number that is too large");
    EXPECT_EQ(error("cores=1,1-2"), "cores=1,1-2: a core twice");
}

TEST(CommandLine, PciIds) {
    EXPECT_TRUE(CommandLine{""}.pci_ids("pci").value().ids().empty());
    const CommandLine line{"pci=1234:11e8,8086:10D3"};
    const PciIdList list = line.pci_ids("pci").value();
    EXPECT_THAT(list.ids(), ElementsAre(PciId{0x1234, 0x11e8}, PciId{0x8086, 0x10d3}));
    EXPECT_TRUE(list.contains({0x8086, 0x10d3}));
    EXPECT_FALSE(list.contains({0x8086, 0x11e8}));
    for (const char* bad :
         {"pci=", "pci=1234", "pci=1234:", "pci=1234:11e", "pci=1234:11e80", "pci=1234-11e8",
          "pci=12g4:11e8", "pci=1234:11e8,", "pci=,1234:11e8", "pci=:", "pci=123:411e8"})
        EXPECT_EQ(error_of(CommandLine{bad}.pci_ids("pci")),
                  std::string{bad} + ": not a list of PCI ids such as 1234:11e8");
    std::string many = "pci=0000:0000";
    for (std::size_t i = 1; i <= PciIdList::capacity; ++i)
        many += ",0000:0000";
    EXPECT_EQ(error_of(CommandLine{many}.pci_ids("pci")), many + ": too many PCI ids");
}

TEST(CommandLine, UnknownWord) {
    constexpr std::array<std::string_view, 2> names{"cores", "depth"};
    EXPECT_EQ(CommandLine{"cores=1 dpeth=2 depth=4"}.unknown_word(names), "dpeth=2");
    EXPECT_FALSE(CommandLine{"cores=1 depth=4"}.unknown_word(names).has_value());
}

} // namespace
} // namespace ant::test
