// SPDX-License-Identifier: GPL-2.0-only
// The programs around servers: edu, servers, and how a server is started.
#include "fake_kernel.h"

#include <ant/lib/errno.h>
#include <ant/lib/names.h>
#include <ant/servers/common/start_server.h>
#include <ant/servers/edu/protocol.h>
#include <ant/servers/names/name_table.h>

namespace {

using ant::names::make_name;

class ServersTest : public LibantTest {
protected:
    ServersTest() {
        kernel.servers[ANT_SERVER_NAMES] = [this](ant_message& message) {
            message = answer(table, message);
            return 0;
        };
    }
    int run(const std::vector<std::string>& words) {
        kernel.output.clear();
        kernel.errors.clear();
        return run_program(words);
    }
    void add(const char* name, uint32_t process) {
        ASSERT_EQ(table.add(make_name(name), process), 0);
    }
    /// A program that registers a name, as a real server does, or ends with a status.
    void install(const std::string& program, const char* name, int status = 0) {
        kernel.programs[program] = [this, name, status](const auto&) {
            if (name != nullptr)
                add(name, next);
            return status;
        };
    }
    void child_ends(uint32_t process) {
        ant_message message = {};
        message.kind = ANT_MESSAGE_ENDED;
        message.words[0] = process;
        kernel.messages.push_back(message);
    }

    ant::names::NameTable table;
    uint32_t next = 2; // the fake kernel's first process
};

TEST_F(ServersTest, List) {
    EXPECT_EQ(run({"servers"}), 0);
    EXPECT_EQ(kernel.output, "");
    add("names", 3);
    add("edu", 12);
    EXPECT_EQ(run({"servers"}), 0);
    EXPECT_EQ(kernel.output, "    3 names\n   12 edu\n");
    kernel.servers.clear();
    EXPECT_EQ(run({"servers"}), 1);
    EXPECT_EQ(kernel.errors, "servers: the server names: No such process\n");
}

TEST_F(ServersTest, Start) {
    install("edu_server", "edu");
    EXPECT_EQ(run({"servers", "start", "edu"}), 0);
    EXPECT_EQ(kernel.spawn_priorities, std::vector<uint32_t>{ANT_PRIORITY_SERVER});
    EXPECT_EQ(run({"servers", "start", "edu"}), 1);
    EXPECT_EQ(kernel.errors, "servers: edu: File exists\n");
    EXPECT_EQ(run({"servers", "start", "other"}), 1);
    EXPECT_EQ(kernel.errors, "servers: other: No such file or directory\n");
}

TEST_F(ServersTest, AServerThatEndsBeforeItHasItsName) {
    install("bad_server", nullptr, 3);
    child_ends(2);
    EXPECT_EQ(run({"servers", "start", "bad"}), 3);
    EXPECT_EQ(kernel.errors, "servers: bad: ended at once (status 3)\n");
    install("good_server", nullptr, 0); // a success that is none
    child_ends(3);
    EXPECT_EQ(ant::start_server("good", 0), 1);
    kernel.watch_error = ESRCH; // it had ended before it could be watched
    EXPECT_EQ(ant::start_server("bad", 0), 3);
}

TEST_F(ServersTest, InitStartsWhatTheMachineIsFor) {
    install("edu_server", "edu");
    EXPECT_EQ(run({"init", "edu@1234:11e8", "net@8086:10d3"}), 0); // there is no such network card
    EXPECT_EQ(kernel.spawn_priorities.size(), 1u);
    EXPECT_EQ(kernel.errors, "");
    EXPECT_EQ(run({"init"}), 0);
}

TEST_F(ServersTest, InitSaysWhatFails) {
    EXPECT_EQ(run({"init", "nonsense"}), 1);
    EXPECT_EQ(kernel.errors, "init: the server nonsense: No such file or directory\n");
    for (const char* bad : {"edu@", "edu@1234", "edu@1234:", "edu@123:11e8", "edu@1234:11e8x"}) {
        EXPECT_EQ(run({"init", bad}), 1) << bad;
        EXPECT_TRUE(kernel.errors.ends_with(" is no ID of a device\n")) << kernel.errors;
    }
    EXPECT_TRUE(kernel.spawn_cores.empty());
    install("bad_server", nullptr, 3);
    child_ends(2);
    EXPECT_EQ(run({"init", "bad"}), 1);
    EXPECT_EQ(kernel.errors, "init: the server bad ended at once (status 3)\n");
}

TEST_F(ServersTest, Stop) {
    EXPECT_EQ(run({"servers", "stop", "edu"}), 1);
    EXPECT_EQ(kernel.errors, "servers: edu: No such file or directory\n");
    EXPECT_EQ(run({"servers", "stop"}), 2);
    EXPECT_EQ(run({"servers", "restart", "edu"}), 2);
}

TEST_F(ServersTest, EduWithoutAServer) {
    EXPECT_EQ(run({"edu", "10"}), 1);
    EXPECT_EQ(kernel.errors, "edu: there is no server edu: servers start edu\n");
    add("edu", 12); // found, but gone
    EXPECT_EQ(run({"edu", "10"}), 1);
    EXPECT_EQ(kernel.errors, "edu: there is no server edu: servers start edu\n");
    kernel.servers[12] = [](ant_message&) { return -EPIPE; };
    EXPECT_EQ(run({"edu", "10"}), 1);
    EXPECT_EQ(kernel.errors, "edu: the server edu: Broken pipe\n");
}

TEST_F(ServersTest, EduPrintsWhatTheServerAnswers) {
    add("edu", 12);
    kernel.servers[12] = [](ant_message& message) {
        EXPECT_EQ(message.words[0], 1u);
        message.words[1] *= 100;
        message.words[0] = 0;
        return 0;
    };
    EXPECT_EQ(run({"edu", "10"}), 0);
    EXPECT_EQ(kernel.output, "1000\n");
    EXPECT_EQ(run({"edu", "13"}), 1);
    EXPECT_EQ(kernel.errors, "edu: 13! has more than the device's 32 bits\n");
    kernel.servers[12] = [](ant_message& message) {
        message.words[0] = static_cast<uint32_t>(-EIO);
        return 0;
    };
    EXPECT_EQ(run({"edu", "10"}), 1);
    EXPECT_EQ(kernel.errors, "edu: the device: Input/output error\n");
    for (const auto& bad : std::vector<std::vector<std::string>>{
             {"edu"}, {"edu", "x"}, {"edu", "-1"}, {"edu", "copy"}, {"edu", "copy", ""}})
        EXPECT_EQ(run(bad), 2);
}

TEST_F(ServersTest, EduCopiesByALentArea) {
    add("edu", 12);
    std::string device;
    kernel.servers[12] = [&device](ant_message& message) {
        auto* const area = reinterpret_cast<char*>(uintptr_t{message.areas[0].address});
        EXPECT_EQ(message.area_count, 1u);
        EXPECT_EQ(message.areas[0].use, uint32_t{ANT_AREA_LEND});
        if (message.words[0] == static_cast<uint32_t>(ant::edu::Operation::to_device))
            device.assign(area, message.words[1]);
        else
            memcpy(area, device.data(), message.words[1]);
        message.words[0] = 0;
        return 0;
    };
    EXPECT_EQ(run({"edu", "copy", "there and back"}), 0);
    EXPECT_EQ(kernel.output, "there and back\n");
    EXPECT_EQ(device, "there and back");
}

} // namespace
