// SPDX-License-Identifier: GPL-2.0-only
// bench cancel; see cancel.h.
#include "cancel.h"

#include "samples.h"

#include <ant/apps/common/find_process.h>
#include <ant/lib/errno.h>
#include <ant/lib/linux_numbers.h>
#include <ant/lib/process.h>
#include <ant/lib/report.h>
#include <ant/lib/stdio.h>

namespace ant {

namespace {

constexpr uint64_t pause_ns = 100'000;
constexpr uint64_t patience_ns = 60'000'000'000;

bool is_in_open(int process) {
    ant_process_info info = {};
    return find_process(process, info) &&
           info.linux_call == static_cast<uint32_t>(LinuxNumber::open) && info.linux_ns > pause_ns;
}

bool is_gone(int process) {
    ant_process_info info = {};
    return !find_process(process, info);
}

bool wait_until(bool (*condition)(int), int process) {
    const uint64_t end = time_ns() + patience_ns;
    while (!condition(process)) {
        if (time_ns() > end) {
            last_error = ETIMEDOUT;
            return false;
        }
        static_cast<void>(sleep_ns(pause_ns));
    }
    return true;
}

uint64_t free_ica() {
    ant_memory_info memory = {};
    return memory_info(&memory) == 0 ? memory.ica_free : 0;
}

bool cancel_one(const char* fifo, Samples& samples) {
    const int reader = spawn({{"cat", fifo}});
    if (reader < 0 || !wait_until(is_in_open, reader))
        return false;
    const uint64_t start = time_stamp();
    if (kill(reader) != 0 || wait(reader, nullptr) < 0 || !wait_until(is_gone, reader))
        return false;
    samples.add(time_stamp() - start);
    return true;
}

} // namespace

int bench_cancel(uint64_t count, const char* fifo) {
    Samples samples(static_cast<size_t>(count));
    if (!samples.valid())
        return report("bench", "memory");
    TickScale scale;
    const uint64_t before = free_ica();
    for (uint64_t i = 0; i < count; i++)
        if (!cancel_one(fifo, samples))
            return report("bench", fifo);
    print_heading();
    print_row("cancel", "killed", samples, scale);
    printf("cancel p99 %" PRIu64 " ns\n", scale.nanoseconds(samples.percentile(99)));
    if (const uint64_t after = free_ica(); after != before) {
        printf("bench: %" PRIu64 " bytes of ICA were free, and are not any more\n", before - after);
        return 1;
    }
    return 0;
}

} // namespace ant
