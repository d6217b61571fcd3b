// SPDX-License-Identifier: GPL-2.0-only
// The terminal that the fake kernel's console is for as long as this lives.
#ifndef TESTS_UNIT_LIBANT_FAKE_TERMINAL_H
#define TESTS_UNIT_LIBANT_FAKE_TERMINAL_H

#include "fake_kernel.h"

#include <ant/lib/console_protocol.h>

class FakeTerminal {
public:
    explicit FakeTerminal(FakeKernel& of) : kernel_(of) {
        kernel_.console_server = server;
        kernel_.servers[server] = [this](ant_message& message) { return serve(message); };
    }
    ~FakeTerminal() { end(); }
    FakeTerminal(const FakeTerminal&) = delete;
    FakeTerminal& operator=(const FakeTerminal&) = delete;

    static constexpr int server = 42;
    bool dies = false;
    std::string written;
    std::string typed;
    std::vector<ant::console::Operation> operations;

private:
    void end() {
        kernel_.console_server = 0;
        kernel_.servers.clear();
    }

    int serve(ant_message& message) {
        message.areas[0].size = ant::console::request_bytes; // as the kernel does
        EXPECT_EQ(ant::console::check(message), 0);
        EXPECT_TRUE(kernel_.in_ica(message.areas[0].address, message.words[1]));
        if (dies) {
            end();
            return -EPIPE;
        }
        auto* area = reinterpret_cast<char*>(uintptr_t{message.areas[0].address});
        operations.push_back(static_cast<ant::console::Operation>(message.words[0]));
        if (operations.back() == ant::console::Operation::write_text) {
            written.append(area, message.words[1]);
        } else {
            const size_t count = std::min<size_t>(typed.size(), message.words[1]);
            memcpy(area, typed.data(), count);
            typed.erase(0, count);
            message.words[0] = static_cast<uint32_t>(count);
            return 0;
        }
        message.words[0] = message.words[1];
        return 0;
    }

    FakeKernel& kernel_;
};

#endif
