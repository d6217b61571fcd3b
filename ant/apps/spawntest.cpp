// SPDX-License-Identifier: GPL-2.0-only
// spawntest: starting and ending processes, and the ends of what there is.
//   spawntest N         starts and awaits N processes, on all cores in turn
//   spawntest fill      starts processes until the kernel refuses, then ends them
//   spawntest full      starts processes until the kernel refuses, and leaves them
//   spawntest memory    takes memory until there is none
//   spawntest ica       the same with ICA areas of 1 MiB
//   spawntest hold-ica  takes all ICA areas, and sleeps
//   spawntest preempt   sleeps beside a busy process of lower priority: median lateness
#include <algorithm>
#include <ant/lib/process.h>
#include <ant/lib/report.h>
#include <ant/lib/stdlib.h>
#include <ant/lib/string.h>
#include <ant/lib/system_call.h>
#include <antlinux/abi.h>

using namespace ant;

namespace {

constexpr const char* usage_text = "spawntest N | fill | full | memory | ica | hold-ica | preempt";
constexpr size_t megabyte = size_t{1} << 20;

int fail(const char* what) { return report("spawntest", what); }

int start_and_await(uint64_t count) {
    uint32_t cores[16] = {};
    uint32_t core_count = 0;
    for (ant_core_info info = {}; core_count < 16 && core_info(core_count, &info) == 0;)
        cores[core_count++] = info.core;
    for (uint64_t i = 0; i < count; i++) {
        const int process = spawn({{"true"}}, cores[i % core_count]);
        int status = -1;
        if (process < 0 || wait(process, &status) != process || status != 0)
            return fail("true");
    }
    ant::printf("%" PRIu64 " processes on %u cores\n", count, core_count);
    return 0;
}

int fill() {
    int processes[1024];
    size_t count = 0;
    while (count < 1024) {
        const int process = spawn({{"sleep", "1000"}});
        if (process < 0)
            break;
        processes[count++] = process;
    }
    const int error = last_error;
    for (size_t i = 0; i < count; i++) {
        int status = 0;
        if (kill(processes[i]) != 0 || wait(processes[i], &status) != processes[i] || status != 137)
            return fail("kill");
    }
    ant::printf("refused after %zu: %s\n", count, error_name(error));
    return 0;
}

int full() {
    size_t count = 0;
    while (spawn({{"sleep", "1000"}}) > 0)
        count++;
    ant::printf("refused after %zu: %s\n", count, error_name(last_error));
    return 0;
}

int hold_ica() {
    for (size_t bytes = megabyte; bytes >= ANTLINUX_PAGE_SIZE; bytes /= 2)
        while (ica_alloc(bytes) != nullptr) {
        }
    while (true)
        static_cast<void>(sleep_ns(ANT_FOR_EVER));
}

/// Calls until it fails, with last_error set.
int exhaust(auto call) {
    size_t count = 0;
    while (call())
        count++;
    ant::printf("refused after %zu MiB: %s\n", count, error_name(last_error));
    return 0;
}

bool map_megabyte() { return posix_call<SystemCall::memory_map>(megabyte) != -1; }

int preempt() {
    const int busy = spawn({{"spawntest", "--busy"}}, ANT_CORE_HERE, ANT_PRIORITY_LOWEST);
    if (busy < 0)
        return fail("--busy");
    constexpr uint64_t nap = 300'000;
    uint64_t late[21] = {};
    for (uint64_t& lateness : late) {
        const uint64_t start = time_ns();
        static_cast<void>(sleep_ns(nap));
        lateness = time_ns() - start - nap;
    }
    static_cast<void>(kill(busy));
    static_cast<void>(wait(busy, nullptr));
    std::sort(std::begin(late), std::end(late));
    ant::printf("median lateness: %" PRIu64 " ns\n", late[10]);
    return 0;
}

} // namespace

int main(int argc, char** argv) {
    const std::string_view how = argc == 2 ? argv[1] : "";
    uint64_t count = 0;
    if (how == "fill")
        return fill();
    if (how == "full")
        return full();
    if (how == "hold-ica")
        return hold_ica();
    if (how == "memory")
        return exhaust(map_megabyte);
    if (how == "ica")
        return exhaust([] { return ica_alloc(megabyte) != nullptr; });
    if (how == "preempt")
        return preempt();
    if (how == "--busy")
        while (true)
            asm volatile("pause");
    return parse_number(how, count) && count > 0 ? start_and_await(count) : usage(usage_text);
}
