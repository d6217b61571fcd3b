// SPDX-License-Identifier: GPL-2.0-only
// The name server's table and answers, and libant's side of it.
#include "fake_kernel.h"

#include <ant/lib/errno.h>
#include <ant/lib/names.h>
#include <ant/servers/names/name_table.h>

namespace {

using ant::names::make_name;
using ant::names::Name;
using ant::names::NameTable;
using ant::names::Operation;

TEST(Name, AnythingElseIsTheEmptyName) {
    EXPECT_EQ(ant::names::text_of(make_name("edu")), "edu");
    EXPECT_EQ(ant::names::text_of(make_name(std::string(23, 'x'))), std::string(23, 'x'));
    for (const std::string& bad : {std::string(), std::string(24, 'x'), std::string("a b"),
                                   std::string("a\n"), std::string("\x7f"), std::string("a\0b", 3)})
        EXPECT_EQ(make_name(bad), Name{}) << bad;
}

TEST(NameTable, RemembersAndForgets) {
    NameTable table;
    EXPECT_EQ(table.add(make_name("edu"), 5), 0);
    EXPECT_EQ(table.add(make_name("console"), 6), 0);
    EXPECT_EQ(table.find(make_name("edu")), 5);
    EXPECT_EQ(table.find(make_name("console")), 6);
    EXPECT_EQ(table.find(make_name("ed")), -ENOENT);
    table.remove(5);
    EXPECT_EQ(table.find(make_name("edu")), -ENOENT);
    EXPECT_EQ(table.find(make_name("console")), 6);
    EXPECT_EQ(table.add(make_name("edu"), 9), 0);
    EXPECT_EQ(table.find(make_name("edu")), 9);
}

TEST(NameTable, ANameHasOneProcess) {
    NameTable table;
    EXPECT_EQ(table.add(make_name("edu"), 5), 0);
    EXPECT_EQ(table.add(make_name("edu"), 6), -EEXIST);
    EXPECT_EQ(table.add(make_name("edu"), 5), 0);
    EXPECT_EQ(table.at(1), nullptr);
    EXPECT_EQ(table.add(make_name("other"), 5), 0);
    table.remove(5);
    EXPECT_EQ(table.at(0), nullptr);
}

TEST(NameTable, WhatIsNoNameIsRefused) {
    NameTable table;
    EXPECT_EQ(table.add(make_name(""), 5), -EINVAL);
    EXPECT_EQ(table.find(Name{}), -ENOENT);
}

TEST(NameTable, FullIsAnError) {
    NameTable table;
    for (uint32_t i = 0; i < NameTable::capacity; i++)
        ASSERT_EQ(table.add(make_name("n" + std::to_string(i)), i + 1), 0);
    EXPECT_EQ(table.add(make_name("more"), 99), -ENOSPC);
    table.remove(3);
    EXPECT_EQ(table.add(make_name("more"), 99), 0);
}

TEST(NameTable, AnswersOnlyWhatItKnows) {
    NameTable table;
    ant_message request = {};
    request.sender = 4;
    EXPECT_EQ(static_cast<int32_t>(answer(table, request).words[0]), -ENOSYS);
    request.words[0] = 77;
    EXPECT_EQ(static_cast<int32_t>(answer(table, request).words[0]), -ENOSYS);
    // A name without its NUL, as only a foreign program sends it.
    request.words[0] = static_cast<uint32_t>(Operation::register_name);
    memset(&request.words[1], 'x', ant::names::name_bytes);
    EXPECT_EQ(static_cast<int32_t>(answer(table, request).words[0]), -EINVAL);
}

/// A name server behind the fake kernel, as process 40.
class NamesTest : public LibantTest {
protected:
    NamesTest() { start(); }
    void start() {
        kernel.servers[ANT_SERVER_NAMES] = [this](ant_message& message) {
            message = answer(table, message);
            message.sender = name_server;
            return 0;
        };
    }
    void stop() {
        kernel.servers.erase(ANT_SERVER_NAMES);
        table = {};
        kernel.messages.push_back(ended(name_server));
    }
    static ant_message ended(uint32_t process) {
        ant_message message = {};
        message.kind = ANT_MESSAGE_ENDED;
        message.words[0] = process;
        return message;
    }
    static ant_message request(uint32_t client) {
        ant_message message = {};
        message.kind = ANT_MESSAGE_REQUEST;
        message.sender = client;
        return message;
    }

    NameTable table;
    uint32_t name_server = 40;
};

TEST_F(NamesTest, FindsAndLists) {
    ASSERT_EQ(table.add(make_name("edu"), 5), 0);
    EXPECT_EQ(ant::find_server("edu"), 5);
    EXPECT_EQ(ant::find_server("ude"), -1);
    EXPECT_EQ(ant::last_error, ENOENT);
    Name name = {};
    EXPECT_EQ(ant::list_servers(0, name), 5);
    EXPECT_EQ(name, make_name("edu"));
    EXPECT_EQ(ant::list_servers(1, name), -1);
    EXPECT_EQ(ant::last_error, ENOENT);
}

TEST_F(NamesTest, WithoutANameServer) {
    stop();
    EXPECT_EQ(ant::find_server("edu"), -1);
    EXPECT_EQ(ant::last_error, ESRCH);
}

TEST_F(NamesTest, CallsByName) {
    ASSERT_EQ(table.add(make_name("edu"), 5), 0);
    kernel.servers[5] = [](ant_message& message) {
        message.words[1] += 1;
        return 0;
    };
    ant_message message = {};
    message.words[1] = 41;
    EXPECT_EQ(ant::call_server("edu", message), 0);
    EXPECT_EQ(message.words[1], 42u);
    EXPECT_EQ(ant::call_server("other", message), -1);
    EXPECT_EQ(ant::last_error, ENOENT);
    kernel.servers.erase(5); // ended, and the name server does not know it yet
    EXPECT_EQ(ant::call_server("edu", message), -1);
    EXPECT_EQ(ant::last_error, ENOENT);
    kernel.servers[5] = [](ant_message&) { return -EPIPE; };
    EXPECT_EQ(ant::call_server("edu", message), -1);
    EXPECT_EQ(ant::last_error, EPIPE);
}

TEST_F(NamesTest, AServerTakesItsName) {
    ant::NamedServer server("edu");
    EXPECT_EQ(server.begin(), 0);
    EXPECT_EQ(table.find(make_name("edu")), 1);
    EXPECT_EQ(kernel.watched, std::vector<int>{40});
    ant::NamedServer nameless("");
    EXPECT_EQ(nameless.begin(), -1);
    EXPECT_EQ(ant::last_error, EINVAL);
}

TEST_F(NamesTest, AServerKeepsItsNameOverAnotherNameServer) {
    ant::NamedServer server("edu");
    ASSERT_EQ(server.begin(), 0);
    stop();
    kernel.messages.push_back(ended(39)); // somebody the server itself watches
    kernel.messages.push_back(request(8));
    ant_message message = {};
    EXPECT_EQ(server.receive(message), 0);
    EXPECT_EQ(message.words[0], 39u);
    EXPECT_EQ(table.find(make_name("edu")), -ENOENT);
    start();
    name_server = 50;
    EXPECT_EQ(server.receive(message), 0);
    EXPECT_EQ(message.sender, 8u);
    EXPECT_EQ(table.find(make_name("edu")), 1);
    EXPECT_EQ(kernel.watched.back(), 50);
}

} // namespace
