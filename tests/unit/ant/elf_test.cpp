// SPDX-License-Identifier: GPL-2.0-only
// The ELF checks: a program as our linker makes it, and every way to be wrong.
#include "ant/base/elf.h"

#include "sample_elf.h"
#include "support.h"

namespace ant::test {
namespace {

class Program : public ElfFile {
public:
    Errno error() {
        const auto plan = plan_elf(file());
        return plan.is_ok() ? Errno{} : plan.error();
    }
    // What is told about it; "" when it is accepted.
    std::string fault() {
        const char* text = elf_fault(file());
        return text == nullptr ? "" : text;
    }
};

TEST(Elf, PlanOfAGoodProgram) {
    Program program;
    const auto file = program.file();
    const ElfLoadPlan plan = plan_elf(file).value();
    EXPECT_EQ(plan.entry(), VirtualAddress{ANT_USER_BASE + 0x10});
    ASSERT_EQ(plan.segments().size(), 2u);
    const ElfSegment& text = plan.segments()[0];
    EXPECT_EQ(text.memory, (VirtualRange{VirtualAddress{ANT_USER_BASE}, 0x800}));
    EXPECT_EQ(text.file.data(), file.data() + 0x400);
    EXPECT_TRUE(text.executable);
    EXPECT_FALSE(text.writable);
    const ElfSegment& data = plan.segments()[1];
    EXPECT_EQ(data.file.size(), 0x200u);
    EXPECT_EQ(data.memory.size, 0x1000u);
    EXPECT_TRUE(data.writable);
    // Starts at 0x..1c00 and is a page long: two pages.
    EXPECT_EQ(data.pages(), (VirtualRange{VirtualAddress{ANT_USER_BASE + 0x1000}, 2 * page_size}));
}

TEST(Elf, EveryTruncationIsRefused) {
    Program program;
    const std::size_t needed = 0xc00 + 0x200; // to the end of the data segment
    for (std::size_t size = 0; size < needed; ++size)
        ASSERT_EQ(plan_elf(program.file(size)).error(), Errno::enoexec) << size;
    const auto fault = [&](std::size_t size) { return std::string(elf_fault(program.file(size))); };
    EXPECT_EQ(fault(3), "not an ELF file");
    EXPECT_EQ(fault(51), "cut short inside its ELF header");
    EXPECT_EQ(fault(52), "cut short inside its program headers");
    EXPECT_EQ(fault(needed - 1), "cut short: a segment lies behind the end of the file");
    EXPECT_TRUE(plan_elf(program.file(needed)).is_ok());
}

// One change each that makes the good program a bad one.
struct Defect {
    const char* name;
    const char* message;
    void (*apply)(Program&);
};

class ElfDefect : public testing::TestWithParam<Defect> {};

TEST_P(ElfDefect, IsRefusedWithItsReason) {
    Program program;
    ASSERT_EQ(program.error(), Errno{});
    ASSERT_EQ(program.fault(), "");
    GetParam().apply(program);
    EXPECT_EQ(program.error(), Errno::enoexec);
    EXPECT_EQ(program.fault(), GetParam().message);
}

constexpr const char* not_fixed =
    "not linked at a fixed address (a library, an object file or position independent)";
constexpr const char* cut_segment = "cut short: a segment lies behind the end of the file";
constexpr const char* outside = "asks for memory outside a program's addresses";

const Defect defects[] = {
    {"Magic", "not an ELF file", [](Program& p) { p.header().e_ident[0] = 0; }},
    {"Class64", "not a 32-bit program",
     [](Program& p) { p.header().e_ident[EI_CLASS] = ELFCLASS64; }},
    {"BigEndian", "not little endian",
     [](Program& p) { p.header().e_ident[EI_DATA] = ELFDATA2MSB; }},
    {"IdentVersion", "unknown version of ELF", [](Program& p) { p.header().e_ident[6] = 0; }},
    {"Version", "unknown version of ELF", [](Program& p) { p.header().e_version = 2; }},
    {"SharedObject", not_fixed, [](Program& p) { p.header().e_type = ET_DYN; }},
    {"Relocatable", not_fixed, [](Program& p) { p.header().e_type = ET_REL; }},
    {"OtherMachine", "not for an i386 processor",
     [](Program& p) { p.header().e_machine = EM_X86_64; }},
    {"ProgramHeaderSize", "program headers of an unknown size",
     [](Program& p) { p.header().e_phentsize = 56; }},
    {"ProgramHeadersOutside", "cut short inside its program headers",
     [](Program& p) { p.header().e_phoff = 0xfffffff0; }},
    {"TooManyProgramHeaders", "too many program headers",
     [](Program& p) { p.set_header_count(65); }},
    {"MostProgramHeaders", "too many program headers",
     [](Program& p) { p.set_header_count(0xffff); }},
    {"EntryInData", "its start address is not in its code",
     [](Program& p) { p.header().e_entry = ANT_USER_BASE + 0x1c00; }},
    {"EntryBehindText", "its start address is not in its code",
     [](Program& p) { p.header().e_entry = ANT_USER_BASE + 0x800; }},
    {"EntryNull", "its start address is not in its code",
     [](Program& p) { p.header().e_entry = 0; }},
    {"EntryInTheKernel", "its start address is not in its code",
     [](Program& p) { p.header().e_entry = 0x40400000; }},
    {"NoSegments", "nothing in it to load",
     [](Program& p) {
         p.text().p_type = PT_NULL;
         p.data().p_type = PT_NULL;
     }},
    {"FileLargerThanMemory", "a segment has more bytes in the file than in memory",
     [](Program& p) { p.data().p_filesz = 0x1001; }},
    {"OffsetOutside", cut_segment, [](Program& p) { p.data().p_offset = 0xffffff00; }},
    {"FileSizeOutside", cut_segment,
     [](Program& p) {
         p.data().p_filesz = 0x7fffffff;
         p.data().p_memsz = 0x7fffffff;
     }},
    {"BelowUserSpace", outside, [](Program& p) { p.data().p_vaddr = ANT_USER_BASE - 0x1000; }},
    {"NullPage", outside, [](Program& p) { p.data().p_vaddr = 0; }},
    {"IntoTheHeap", outside, [](Program& p) { p.data().p_vaddr = ANT_USER_HEAP - 0xfff; }},
    {"InTheStack", outside, [](Program& p) { p.data().p_vaddr = ANT_USER_STACK_TOP - 0x2000; }},
    {"InTheKernel", outside, [](Program& p) { p.data().p_vaddr = 0x40400000; }},
    {"WrapsAround", outside,
     [](Program& p) {
         p.data().p_vaddr = 0xffffff00;
         p.data().p_memsz = ANT_USER_BASE;
     }},
    {"LargerThanTheAddressSpace", outside, [](Program& p) { p.data().p_memsz = 0xffffffff; }},
    {"OverlappingBytes", "two segments share memory",
     [](Program& p) { p.data().p_vaddr = ANT_USER_BASE + 0x700; }},
    {"SharedPage", "two segments share memory",
     [](Program& p) { p.data().p_vaddr = ANT_USER_BASE + 0xc00; }},
    {"Interpreter", "linked dynamically",
     [](Program& p) { p.add(PT_INTERP, 0, 0x400, 1, 1, PF_R); }},
    {"Dynamic", "linked dynamically", [](Program& p) { p.add(PT_DYNAMIC, 0, 0x400, 1, 1, PF_R); }},
    {"TooManySegments", "too many segments",
     [](Program& p) {
         for (std::uint32_t i = 0; i < 7; ++i)
             p.add(PT_LOAD, ANT_USER_BASE + 0x10000 + i * 0x1000, 0x400, 1, 1, PF_R);
     }},
};

INSTANTIATE_TEST_SUITE_P(All, ElfDefect, testing::ValuesIn(defects),
                         [](const auto& defect) { return defect.param.name; });

TEST(Elf, EmptySegmentsAreIgnored) {
    Program program;
    program.add(PT_LOAD, 0, 0, 0, 0, PF_R);
    EXPECT_EQ(program.error(), Errno{});
}

TEST(Elf, ReachesUpToTheHeap) {
    Program program;
    program.data().p_vaddr = ANT_USER_HEAP - 0x1000;
    EXPECT_EQ(program.error(), Errno{});
}

class ElfRandom : public Seeded {};

// Damaged anywhere in its headers: if there is a plan, it keeps what it promises.
TEST_P(ElfRandom, PlansOfDamagedProgramsAreSafe) {
    Program program;
    const auto good = program.file();
    const auto damaged = std::make_unique<std::byte[]>(good.size());
    int plans = 0;
    for (int round = 0; round < 20000; ++round) {
        std::copy(good.begin(), good.end(), damaged.get());
        for (std::uint32_t i = random(1, 3); i > 0; --i)
            damaged[random(16, 52 + 3 * 32 - 1)] =
                std::byte{static_cast<std::uint8_t>(random(0, 255))};
        const std::span<const std::byte> file{damaged.get(), good.size()};
        const auto result = plan_elf(file);
        if (result.is_error())
            continue;
        ++plans;
        const auto segments = result.value().segments();
        for (std::size_t i = 0; i < segments.size(); ++i) {
            const ElfSegment& segment = segments[i];
            ASSERT_GE(segment.pages().base.value(), ANT_USER_BASE);
            ASSERT_LE(segment.pages().end(), ANT_USER_HEAP);
            ASSERT_LE(segment.file.size(), segment.memory.size);
            if (!segment.file.empty()) {
                ASSERT_GE(segment.file.data(), file.data());
                ASSERT_LE(segment.file.data() + segment.file.size(), file.data() + file.size());
            }
            for (std::size_t j = 0; j < i; ++j)
                ASSERT_FALSE(segment.pages().overlaps(segments[j].pages()));
        }
    }
    EXPECT_GT(plans, 100); // the damage must not always be noticed at the first look
}

INSTANTIATE_TEST_SUITE_P(Seeds, ElfRandom, testing::Range(1u, 4u));

} // namespace
} // namespace ant::test
