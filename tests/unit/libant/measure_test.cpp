// SPDX-License-Identifier: GPL-2.0-only
// AnT's half of `measure`: which proxies its calls get, and on which cores its processes run.
// What is the same on both OSes is tested in tests/unit/bench.
#include <antlinux/observe/stops.h>

#include "fake_kernel.h"

#include <algorithm>

class MeasureOnAntTest : public LibantTest {
protected:
    [[nodiscard]] size_t ended() const {
        return static_cast<size_t>(std::count_if(
            kernel.linux_calls.begin(), kernel.linux_calls.end(),
            [](const auto& record) { return record.lca.cflag == ANTLINUX_CFLAG_END; }));
    }
    /// The calls behind those that ask for the clock's frequency (one open, which fails here;
    /// the end of its proxy).
    [[nodiscard]] std::vector<FakeKernel::LinuxRecord> measured() const {
        return {kernel.linux_calls.begin() + 2, kernel.linux_calls.end()};
    }
};

TEST_F(MeasureOnAntTest, EachRepeatHasAProxyThatTheLastCallEnds) {
    const std::string file = make_file("f", test_bytes(5000));
    const size_t areas = kernel.ica_areas(); // of an earlier test's open files
    ASSERT_EQ(run_program({"measure", "calls", "open-read-close", "-n", "2", "-w", "1", file}), 0);
    EXPECT_NE(kernel.output.find("# system=ant\n"), std::string::npos);
    const auto calls = measured();
    ASSERT_EQ(calls.size(), 9u);
    for (size_t i = 0; i < calls.size(); i++)
        EXPECT_EQ(calls[i].lca.cflag, i % 3 == 2 ? ANTLINUX_CFLAG_END : ANTLINUX_CFLAG_CONTINUE);
    EXPECT_EQ(kernel.ica_areas(), areas) << "all given back";
}

TEST_F(MeasureOnAntTest, NullCallsInTheirThreeStates) {
    ASSERT_EQ(run_program({"measure", "null", "-s", "continued", "-n", "5", "-w", "2"}), 0);
    EXPECT_EQ(measured().size(), 1u + 2 + 5 + 1) << "one creates the proxy, one ends it";
    EXPECT_EQ(kernel.slept_ns, 0u);
    kernel.reset();
    ASSERT_EQ(run_program({"measure", "null", "-s", "not-continued", "-n", "5", "-w", "2"}), 0);
    EXPECT_EQ(measured().size(), 2u + 5);
    EXPECT_EQ(ended(), 1u + 2 + 5);
    kernel.reset();
    ASSERT_EQ(run_program({"measure", "null", "-s", "delayed", "-n", "5", "-w", "2"}), 0);
    EXPECT_EQ(kernel.slept_ns, 7u * 1'000'000);
}

TEST_F(MeasureOnAntTest, ProcessesGoRoundTheCores) {
    install_programs(kernel);
    for (const char* name : {"f.1", "f.2", "f.3"})
        make_file(name, test_bytes(4096));
    ASSERT_EQ(run_program({"measure", "many", "-m", "sequential", "-d", "read", "-l", "1024", "-c",
                           "4", "-p", "3", "-C", "1,3", path("f")}),
              0)
        << kernel.errors;
    EXPECT_EQ(kernel.spawn_cores, (std::vector<uint32_t>{1, 3, 1}));
    const auto reads = std::count_if(kernel.linux_calls.begin(), kernel.linux_calls.end(),
                                     [](const auto& record) { return record.lca.syscallno == 0; });
    EXPECT_EQ(reads, 3 * 4);
}

TEST_F(MeasureOnAntTest, AFailedProcessIsTold) {
    install_programs(kernel);
    make_file("f.1", test_bytes(4096));
    EXPECT_EQ(run_program({"measure", "many", "-m", "sequential", "-d", "read", "-l", "1024", "-c",
                           "4", "-p", "2", path("f")}),
              1);
    EXPECT_NE(kernel.errors.find("a measured process failed"), std::string::npos);
    EXPECT_EQ(kernel.output.find("total"), std::string::npos);
}

TEST_F(MeasureOnAntTest, StepsAreTheStampsThatTheStopsLeave) {
    // The stops: each a hundred ticks after the one before. The first one begins somewhere.
    kernel.linux_answer = [](antlinux_lca& lca) -> std::optional<int64_t> {
        antlinux_stamps& stamps = *antlinux_stamps_of(&lca);
        if (stamps.wanted == 0)
            return lca.syscallno == 1 ? 1 : 3; // the switch in sysfs
        antlinux_u32 clock = static_cast<antlinux_u32>(__builtin_ia32_rdtsc());
        for (uint32_t stop = ANTLINUX_STOP_REQUEST; stop < ANTLINUX_STOP_RETURN; stop++)
            if (antlinux_is_wanted(stamps.wanted, antlinux_stop(stop)))
                stamps.stamp[stop] = clock += 100;
        EXPECT_FALSE(antlinux_is_wanted(stamps.wanted, ANTLINUX_STOP_VECTOR));
        return 0;
    };
    ASSERT_EQ(run_program({"measure", "steps", "-n", "2", "-w", "1", "null"}), 0) << kernel.errors;
    size_t found = 0;
    for (const char* stop : {"heard", "parent", "handed", "begun", "done", "answer", "result"})
        for (const char* call : {",0,0,100\n", ",0,1,100\n", ",1,0,100\n", ",1,1,100\n"})
            found +=
                kernel.output.find(std::string("steps-null,") + stop + call) != std::string::npos
                    ? 1u
                    : 0u;
    EXPECT_EQ(found, 7u * 4);
    for (const char* of_the_caller : {"steps-null,request,1,1,", "steps-null,return,1,1,"})
        EXPECT_NE(kernel.output.find(of_the_caller), std::string::npos);
    EXPECT_NE(kernel.output.find("steps-null,total,1,1,"), std::string::npos);
}

TEST_F(MeasureOnAntTest, AStopWithoutAStampIsTold) {
    kernel.linux_answer = [](const antlinux_lca&) -> std::optional<int64_t> { return 1; };
    EXPECT_EQ(run_program({"measure", "steps", "-n", "1", "getpid"}), 1);
    EXPECT_EQ(kernel.errors, "measure: steps-getpid: No data available\n");
    EXPECT_EQ(run_program({"measure", "steps", "read"}), 2);
    EXPECT_EQ(run_program({"measure", "steps", "dance"}), 2);
}
