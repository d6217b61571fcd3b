// SPDX-License-Identifier: GPL-2.0-only
// The played machine itself: does it boot, run processes, and notice what a real one would?
#include "machine/machine.h"

#include "ant/arch/x86/page_table_entry.h"
#include "ant/core/linux_call.h"
#include "ant/mkernel/memory.h"

namespace ant::test {
namespace {

TEST_F(MachineTest, Boots) {
    EXPECT_EQ(running_cores.count, 3u);
    EXPECT_EQ(cores[m_core.value()].kind, CoreKind::mkernel);
    EXPECT_EQ(cores[p_core.value()].kind, CoreKind::pkernel);
    EXPECT_EQ(cores[q_core.value()].kind, CoreKind::pkernel);
    EXPECT_TRUE(linux_driver.handshake().is_ok());
}

// QEMU hands over as many bytes at a time as the receiver's FIFO may have before it interrupts.
TEST_F(MachineTest, ReceiversTakeManyBytesAtATime) {
    constexpr std::uint8_t enabled_up_to_14 = 0xc1;
    for (const std::uint16_t base : {std::uint16_t{0x2f8}, std::uint16_t{0x3e8}}) {
        std::uint16_t offset = 0;
        EXPECT_EQ(machine.port(base, offset)->fifo_control & enabled_up_to_14, enabled_up_to_14);
    }
}

TEST_F(MachineTest, RunsAProcessOnEveryCore) {
    for (const CoreNumber core : ant_cores) {
        bool ran = false;
        const ProcessNumber number = machine.start(core, [&](User& user) {
            EXPECT_EQ(user.call(SystemCall::getpid),
                      static_cast<std::int32_t>(user.number().value()));
            EXPECT_EQ(machine.current().number, core);
            ran = true;
        });
        machine.run();
        EXPECT_TRUE(ran);
        EXPECT_FALSE(machine.is_alive(number));
    }
}

TEST_F(MachineTest, DestroysWhatAKilledProgramHolds) {
    const auto object = std::make_shared<int>(1);
    const ProcessNumber number = machine.start(p_core, [object](User& user) {
        const std::vector<std::shared_ptr<int>> held{object};
        user.sleep(milliseconds(1'000'000));
    });
    machine.run();
    EXPECT_EQ(object.use_count(), 4); // the test's, the program's and its copy's, the stack's
    machine.kill(number);
    machine.run();
    EXPECT_EQ(object.use_count(), 2);
}

TEST_F(MachineTest, TimePassesOnlyWhereSomebodyUsesIt) {
    std::uint64_t before = 0;
    std::uint64_t between = 0;
    std::uint64_t after = 0;
    machine.start(p_core, [&](User& user) {
        before = user.time();
        user.compute(milliseconds(3));
        between = user.time();
        user.sleep(milliseconds(4));
        after = user.time();
    });
    machine.run_for(milliseconds(10));
    EXPECT_EQ(between - before, 3'000'000u);
    EXPECT_EQ(after - between, 4'000'000u);
}

// What the page table tests of the other files rely on: a changed entry has no effect before the
// TLB is emptied.
TEST_F(MachineTest, RemembersTranslationsAsAProcessorDoes) {
    machine.start(m_core, [&](User& user) {
        const std::uint32_t page = User::own_data & ~(page_size - 1);
        user.store(User::own_data, 1);
        const PhysicalAddress directory = machine.current().cr3;
        mkernel::Space space{mkernel::physical_memory, directory};
        const PhysicalAddress frame = space.translate(VirtualAddress{page}).value().address;
        const auto entry_of = [](PhysicalAddress table, std::uint32_t index) {
            return pointer_to<std::uint32_t>(identity(table + index * 8));
        };
        const auto next = [](const std::uint32_t* entry) {
            return PhysicalAddress{*entry & ~0xfffu};
        };
        const PhysicalAddress second = next(entry_of(directory, page >> 30));
        const PhysicalAddress third = next(entry_of(second, page >> 21 & 511));
        std::uint32_t* const entry = entry_of(third, page >> 12 & 511);
        const std::uint32_t bits = *entry;
        EXPECT_EQ(bits & ~0xfffu, frame.value());
        *entry = 0;
        EXPECT_TRUE(user.can_load(User::own_data));
        x86::invalidate_page(VirtualAddress{page});
        EXPECT_FALSE(user.can_load(User::own_data));
        *entry = bits;
        EXPECT_TRUE(user.can_load(User::own_data));
    });
    machine.run();
}

} // namespace
} // namespace ant::test
