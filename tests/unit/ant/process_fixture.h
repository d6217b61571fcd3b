// SPDX-License-Identifier: GPL-2.0-only
// A process on a core that is given, and its parent, for the tests of the life of processes.
#pragma once

#include "core_pairs.h"

namespace ant::test {

class ProcessLifeTest : public MachineTest, public testing::WithParamInterface<CoreNumber> {
protected:
    CoreNumber core() const { return GetParam(); }
    // Runs it as a child of a process on the first p-kernel's core; its status.
    std::uint32_t status_of(Program program) {
        const std::string name = machine.add_program(std::move(program));
        std::uint32_t status = ~0u;
        machine.start(p_core, [&, name](User& user) {
            const std::int32_t child = user.spawn(name, core());
            EXPECT_GT(child, 0);
            const auto waited = user.wait(child);
            EXPECT_EQ(waited.result, child);
            status = waited.status;
        });
        machine.run_for(milliseconds(20));
        return status;
    }
    std::string console() { return machine.take_output(ConsoleNumber::terminal); }

    std::vector<std::int32_t> results;
};

} // namespace ant::test
