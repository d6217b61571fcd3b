// SPDX-License-Identifier: GPL-2.0-only
// A stand-in for AnT's kernel and for Linux's proxies: libant's system_call() ends
// here when it runs on the host. Calls to Linux are executed by the host's Linux.
#ifndef TESTS_UNIT_LIBANT_FAKE_KERNEL_H
#define TESTS_UNIT_LIBANT_FAKE_KERNEL_H

#include <ant/lib/linux_call.h>
#include <ant/lib/system_call.h>
#include <deque>
#include <functional>
#include <gtest/gtest.h>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

class FakeKernel {
public:
    /// One call as Linux saw it.
    struct LinuxRecord {
        antlinux_lca lca; // before the call
        uint64_t lca_address;
        int64_t retval;
    };
    /// What a started process does: gets its arguments, returns its status.
    using Program = std::function<int(const std::vector<std::string>&)>;

    static FakeKernel& instance();

    /// Everything as after a boot, except for the memory libant keeps in its globals.
    void reset();

    [[nodiscard]] intptr_t system_call(ant::SystemCall number, uintptr_t first, uintptr_t second,
                                       uintptr_t third);

    // The console.
    std::string output;
    std::string errors;
    std::string input; // console_read() takes from here; EIO at its end
    std::vector<int> owners;
    std::vector<uint32_t> ends;
    size_t write_limit = SIZE_MAX; // bytes a console_write() takes at most

    // Linux.
    std::vector<LinuxRecord> linux_calls;
    int linux_error = 0; // linux_call() fails with it
    /// Answers a call in Linux's place when it returns a value; may write to the LCA.
    std::function<std::optional<int64_t>(antlinux_lca&)> linux_answer;
    [[nodiscard]] bool has_proxy(const void* lca) const;
    void kill_proxies();
    bool proxy_dies = false;       // during the next call
    std::vector<uintptr_t> limits; // of the calls, in milliseconds

    // Memory.
    size_t ica_limit = SIZE_MAX; // bytes of ICA there are
    size_t memory_limit = SIZE_MAX;
    [[nodiscard]] size_t ica_areas() const { return ica_.size(); }
    [[nodiscard]] size_t ica_bytes() const;
    [[nodiscard]] bool in_ica(uint64_t address, uint64_t length) const;

    // Processes.
    std::map<std::string, Program> programs; // "image": what any program from memory does
    std::vector<std::string> images;         // the files of the programs started from memory
    std::vector<uint32_t> spawn_cores;
    std::vector<int> killed;
    std::vector<uint32_t> spawn_priorities;
    std::vector<uint32_t> spawn_rights;
    uint64_t slept_ns = 0;
    std::vector<bool> trace_wishes; // trace_calls()
    std::string klog;

    // Server communication.
    /// Another process: gets a request (its message becomes the reply), returns call_server()'s
    /// result.
    using Server = std::function<int(ant_message&)>;
    std::map<int, Server> servers;
    // receive() takes from here; ETIMEDOUT at its end. A started process's requests to the test
    // come here, too, and need no reply.
    std::deque<ant_message> messages;
    std::vector<std::pair<int, ant_message>> replies;
    std::vector<int> watched;
    int watch_error = 0;
    int console_server = 0; // one of `servers`; 0: the kernel itself

    // Devices: what was asked of the kernel, "claim 0"; each fails when it is told to.
    std::vector<std::string> device_calls;
    int device_error = 0;

private:
    struct Proxy {
        int process = 0;
        std::set<int> files;
    };

    intptr_t console_write(uintptr_t stream, const char* data, size_t length);
    intptr_t console_read(char* data, size_t length);
    static intptr_t memory_check(uintptr_t address, size_t bytes);
    intptr_t memory_map(size_t bytes);
    intptr_t ica_map(size_t bytes);
    intptr_t ica_unmap(uintptr_t address);
    intptr_t linux_call(uintptr_t address, uintptr_t limit);
    intptr_t spawn(const ant_spawn& request);
    intptr_t wait(int process, int* status);
    // fake_servers.cpp
    void reset_servers();
    intptr_t server_call(ant::SystemCall number, uintptr_t first, uintptr_t second);
    intptr_t receive(ant_message& message);
    intptr_t device_call(const std::string& what, uintptr_t device);
    intptr_t information(uintptr_t list, uintptr_t index, uintptr_t address) const;
    int64_t execute(const antlinux_lca& lca, Proxy& proxy) const;
    void end_proxy(uint64_t lca);

    std::map<uint64_t, size_t> ica_;
    size_t memory_used_ = 0;
    uintptr_t next_heap_ = ANT_USER_HEAP;
    std::map<uint64_t, Proxy> proxies_;
    std::map<int, int> finished_; // process, status
    int next_process_ = 2;
    int running_ = 1; // the test itself, or the process that it has started
    int next_proxy_ = 1000;
};

/// A test that starts with a fresh kernel and, if it wants, a directory of its own.
class LibantTest : public testing::Test {
public:
    LibantTest(const LibantTest&) = delete;
    LibantTest& operator=(const LibantTest&) = delete;
    ~LibantTest() override;

protected:
    LibantTest();
    // Answers of a test may refer to its local variables.
    void TearDown() override { kernel.linux_answer = nullptr; }

    /// Path of a file in the test's directory.
    [[nodiscard]] std::string path(const std::string& name);
    /// Makes a file there, returns its path.
    std::string make_file(const std::string& name, const std::string& content);
    [[nodiscard]] static std::string content_of(const std::string& file);

    FakeKernel& kernel;

private:
    std::string directory_;
};

/// Bytes that repeat neither per page nor per 256.
[[nodiscard]] std::string test_bytes(size_t length, unsigned seed = 0);

/// Runs a program of ant/apps by its name and returns its status.
int run_program(const std::vector<std::string>& words);
/// Lets the fake kernel spawn all programs of ant/apps.
void install_programs(FakeKernel& kernel);

#endif
