// SPDX-License-Identifier: GPL-2.0-only
// A Linux-cooperation driver with a fake Linux, two processes and their ICA pages, for its tests.
#pragma once

#include "ant/linux/driver.h"

#include "fake_linux.h"

namespace ant::test {

inline constexpr CoreNumber core{1};
inline Process alice{ProcessNumber{11}};
inline Process bob{ProcessNumber{12}};

// Page n belongs to the ICA's n-th page; LCA k of a page lies at its k-th 64 bytes.
constexpr PhysicalAddress lca_in(std::uint32_t page, std::uint32_t offset = 0) {
    return ica.base + page * page_size + offset;
}

class LinuxDriverTest : public testing::Test {
protected:
    LinuxDriverTest() { set_up(4); }

    void set_up(std::uint32_t depth) {
        machine_ = Machine::ready(depth);
        for (std::uint32_t page = 0; page < 8; ++page)
            machine_.kernel->page_owner[page] = &alice;
        for (std::uint32_t page = 8; page < 16; ++page)
            machine_.kernel->page_owner[page] = &bob;
    }
    Result<void> call(Process& process, PhysicalAddress lca,
                      std::uint32_t cflag = ANTLINUX_CFLAG_END) const {
        machine_.kernel->prepare(lca, 39, cflag);
        return machine_.driver->submit(core, process, lca);
    }
    // A whole continued call, so that a proxy is kept on the LCA.
    void keep(Process& process, PhysicalAddress lca) const {
        ASSERT_TRUE(call(process, lca, ANTLINUX_CFLAG_CONTINUE).is_ok());
        serve();
        ASSERT_TRUE(linux().proxies.contains(lca.value()));
        kernel().finished.clear();
        kernel().doorbells.clear();
    }
    // Linux does all it has to do, and AnT hears of it.
    void serve() const {
        linux().take_requests(core.value());
        while (!linux().in_progress[core.value()].empty()) {
            ASSERT_TRUE(linux().answer(core.value()));
            machine_.driver->on_result_interrupt(core);
            linux().take_requests(core.value());
        }
    }
    FakeKernel& kernel() const { return *machine_.kernel; }
    FakeLinux& linux() const { return *machine_.linux; }
    LinuxDriver& driver() const { return *machine_.driver; }
    const antlinux_core_counters& counters() const { return *driver().counters(core); }
    antlinux_core_entry& entry() const { return machine_.table->core[core.value()]; }

    Machine machine_;
};

} // namespace ant::test
