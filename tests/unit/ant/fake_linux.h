// SPDX-License-Identifier: GPL-2.0-only
// Both neighbours of the Linux-cooperation driver: AnT's kernel above it, Linux beyond the table.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <vector>

#include "ant/linux/driver.h"
#include "support.h"

// The kernel's process, as far as the driver's tests need one.
struct ant::Process {
    ProcessNumber number{};
};

namespace ant::test {

constexpr CoreNumber linux_core{0};
constexpr std::uint32_t linux_vector = 0xe0;
constexpr std::uint32_t generation = 9;
constexpr PhysicalRange ica{PhysicalAddress{0x50000000}, 16 * page_size};

// AnT's kernel, as far as the driver sees it. It has 16 pages of ICA, and records what it is told.
// The port's functions (fake_linux.cpp) ask the latest one.
class FakeKernel {
public:
    FakeKernel() { latest = this; }

    antlinux_lca& lca_at(PhysicalAddress address) {
        EXPECT_TRUE(ica.contains(PhysicalRange{address, sizeof(antlinux_lca)}));
        EXPECT_TRUE(address.is_aligned(ANTLINUX_LCA_ALIGN));
        return lcas_[(address - ica.base) / ANTLINUX_LCA_ALIGN];
    }
    // A process fills in a call.
    void prepare(PhysicalAddress address, std::uint32_t syscallno, std::uint32_t cflag) {
        antlinux_lca& lca = lca_at(address);
        lca.magic = ANTLINUX_LCA_MAGIC;
        lca.syscallno = syscallno;
        lca.cflag = static_cast<antlinux_u16>(cflag);
        lca.retval = -12345;
    }

    struct Finished {
        std::uint32_t process;
        Errno error;
        friend bool operator==(const Finished&, const Finished&) = default;
    };

    static inline FakeKernel* latest = nullptr;
    Nanoseconds now{};
    std::array<const Process*, 16> page_owner{};
    PhysicalAddress borrowed{};           // a page that somebody has lent
    std::vector<std::uint32_t> doorbells; // the cores that rang
    std::vector<Finished> finished;
    std::vector<std::uint32_t> processes_released;
    std::vector<std::string> complaints;

private:
    std::array<antlinux_lca, 16 * page_size / ANTLINUX_LCA_ALIGN> lcas_{};
};

// Linux's module and its proxies. It works on the raw table, not through AnT's ring classes.
class FakeLinux {
public:
    FakeLinux(antlinux_table& table, FakeKernel& kernel) : table_(table), kernel_(kernel) {}

    void answer_handshake() {
        table_.linux_version = ANTLINUX_VERSION;
        table_.linux_generation = table_.generation;
    }
    // Takes the requests of a core out of its ring; how many.
    std::size_t take_requests(std::uint32_t core) {
        antlinux_ring& ring = table_.core[core].request;
        std::size_t taken = 0;
        while (ring.tail != ring.head) {
            const std::uint64_t address = ring.lca[ring.tail % table_.depth];
            ++ring.tail;
            ++taken;
            if ((address & ANTLINUX_ENTRY_INTERRUPT) != 0) {
                interrupts.push_back(static_cast<std::uint32_t>(address & ~63ull));
                continue;
            }
            if ((address & ANTLINUX_ENTRY_END) != 0) // instead of the call's own answer
                std::erase(in_progress[core], static_cast<std::uint32_t>(address & ~63ull));
            in_progress[core].push_back(static_cast<std::uint32_t>(address));
        }
        return taken;
    }
    // Executes the n-th call in progress of a core, or ends its proxy; false when there is no space
    // for its result.
    bool answer(std::uint32_t core, std::size_t index = 0, std::int64_t retval = 0) {
        std::deque<std::uint32_t>& calls = in_progress[core];
        const std::uint32_t address = calls.at(index);
        if (!put_result(core, address))
            return false;
        calls.erase(calls.begin() + static_cast<std::ptrdiff_t>(index));
        if ((address & ANTLINUX_ENTRY_END) != 0) {
            proxies.erase(address & ~63u);
            return true;
        }
        antlinux_lca& lca = kernel_.lca_at(PhysicalAddress{address});
        EXPECT_EQ(lca.magic, ANTLINUX_LCA_MAGIC);
        EXPECT_EQ(lca.cid, core);
        if (lca.cflag == ANTLINUX_CFLAG_CONTINUE)
            proxies.insert(address);
        else
            proxies.erase(address);
        lca.retval = retval;
        return true;
    }
    bool put_result(std::uint32_t core, std::uint64_t address) {
        antlinux_ring& ring = table_.core[core].result;
        if (ring.head - ring.tail == table_.depth)
            return false;
        ring.lca[ring.head % table_.depth] = address;
        ++ring.head;
        return true;
    }

    std::map<std::uint32_t, std::deque<std::uint32_t>> in_progress; // by core
    std::vector<std::uint32_t> interrupts;                          // that came
    std::set<std::uint32_t> proxies;                                // LCAs that a proxy sleeps on

private:
    antlinux_table& table_;
    FakeKernel& kernel_;
};

// The driver between the two, on cores 1 to 3.
struct Machine {
    explicit Machine(std::uint32_t depth = 4) {
        LinuxDriverSettings settings;
        settings.header = {depth, 0b1110, Vector{0x50}, generation, ica};
        settings.linux_core = linux_core;
        settings.linux_vector = Vector{linux_vector};
        settings.first_core = CoreNumber{1};
        EXPECT_TRUE(driver->initialise(*table, *counters, settings).is_ok());
    }
    // A machine after the handshake.
    static Machine ready(std::uint32_t depth = 4) {
        Machine machine{depth};
        machine.linux->answer_handshake();
        machine.kernel->doorbells.clear();
        return machine;
    }

    std::unique_ptr<antlinux_table> table = std::make_unique<antlinux_table>();
    std::unique_ptr<antlinux_counters> counters = std::make_unique<antlinux_counters>();
    std::unique_ptr<FakeKernel> kernel = std::make_unique<FakeKernel>();
    std::unique_ptr<FakeLinux> linux = std::make_unique<FakeLinux>(*table, *kernel);
    std::unique_ptr<LinuxDriver> driver = std::make_unique<LinuxDriver>();
};

} // namespace ant::test
