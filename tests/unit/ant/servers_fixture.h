// SPDX-License-Identifier: GPL-2.0-only
// A client and a server on a pair of cores, for the tests of server communication.
#pragma once

#include "core_pairs.h"

namespace ant::test {

inline ant_message request_of(std::uint32_t word) {
    ant_message message{};
    message.words[0] = word;
    return message;
}

// Answers n with n + 1000, without end.
inline void serve(User& user) {
    ant_message message{};
    while (user.receive(message) == 0) {
        message.words[1] = message.words[0] + 1000;
        EXPECT_EQ(user.reply(message.sender, message), 0);
    }
}

class ServersTest : public MachineTest, public testing::WithParamInterface<CorePair> {
protected:
    ProcessNumber client(Program program, std::uint32_t priority = ANT_PRIORITY_NORMAL) {
        return machine.start(GetParam().client, std::move(program), priority);
    }
    ProcessNumber server(Program program, std::uint32_t priority = ANT_PRIORITY_SERVER) {
        return machine.start(GetParam().server, std::move(program), priority);
    }
    // One that calls, and leaves the result and the answer.
    Program calls(ProcessNumber number, std::uint32_t word) {
        return [this, number, word](User& user) {
            ant_message message = request_of(word);
            const std::int32_t result = user.call_server(number, message);
            results.push_back(result);
            answers.push_back(result == 0 ? message.words[1] : 0);
        };
    }

    std::vector<std::int32_t> results;
    std::vector<std::uint32_t> answers;
    std::vector<std::uint32_t> received;
};

} // namespace ant::test
