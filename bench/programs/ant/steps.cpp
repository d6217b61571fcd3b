// SPDX-License-Identifier: GPL-2.0-only
// Where the time of one call goes: each room of its way leaves a time stamp in the LCA
// (<antlinux/lca.h>), on both OSes. A repeat is two calls with a new LCA: the first one (index 0)
// creates the proxy, the second one (index 1) continues it.
#include "bench/programs/cases.h"

#include <ant/lib/errno.h>
#include <ant/lib/fcntl.h>
#include <ant/lib/linux_files.h>

namespace bench {

namespace {

constexpr const char* switch_path = "/sys/module/antlinux/parameters/stamps";
constexpr uint64_t settling_ns = 5'000'000; // as in calls.cpp

/// The way between one stamp and the next; the last one ends when linux_call() is back.
constexpr std::array<const char*, step_count> ways = {"ant-request", "ipi-to-linux", "wake-parent",
                                                      "parent",      "wake-proxy",   "execute",
                                                      "answer",      "ipi-to-ant",   "ant-return"};

static_assert(step_count == ANTLINUX_STAMP_RESULT + 1);

/// Switches the Linux module's stamps on, and off again.
class Switch {
public:
    Switch() : result_(set("1")) {}
    ~Switch() { static_cast<void>(set("0")); }
    Switch(const Switch&) = delete;
    Switch& operator=(const Switch&) = delete;

    [[nodiscard]] int64_t result() const { return result_; }

private:
    static int64_t set(const char* value) {
        Files files;
        const int64_t file = files.open(switch_path, O_WRONLY, 0);
        if (file < 0)
            return file;
        const int64_t written = files.write(static_cast<int>(file), value, 1);
        static_cast<void>(files.close(static_cast<int>(file)));
        return written;
    }

    int64_t result_;
};

class Steps {
public:
    Steps(const Settings& settings, const Buffer& buffer) : settings_(settings), buffer_(buffer) {}

    Trouble once(Records* records, uint32_t repeat) {
        Files files;
        if (const int64_t error = prepare(files); error < 0)
            return trouble_of(error);
        pause_ns(settling_ns);
        for (uint32_t index = 0; index < 2; index++) {
            int64_t result = 0;
            // A read is of an open file, so its proxy is there: both calls are continued ones.
            if (settings_.call == StepsCall::read && index == 0) {
                result = files.open(settings_.path, O_RDONLY, 0);
                descriptor_ = static_cast<int>(result);
            }
            if (result >= 0)
                result = traced(files, records, repeat, index);
            if (result < 0)
                return trouble_of(result);
        }
        return nullptr;
    }

private:
    int64_t call(Files& files) {
        switch (settings_.call) {
        case StepsCall::null:
            return files.null();
        case StepsCall::getpid:
            return files.getpid();
        case StepsCall::read:
            return files.read(descriptor_, buffer_.data(), buffer_.size());
        }
        return 0;
    }

    int64_t traced(Files& files, Records* records, uint32_t repeat, uint32_t index) {
        antlinux_lca& lca = *files.lca().block();
        for (antlinux_u32& stamp : lca.stamps)
            stamp = 0;
        const uint64_t begin = time_stamp() | 1; // 0 would mean: no stamps
        lca.stamps[ANTLINUX_STAMP_CALL] = static_cast<uint32_t>(begin);
        const int64_t result = call(files);
        const uint64_t end = time_stamp();
        if (result < 0 || records == nullptr)
            return result;
        for (size_t i = 0; i < ways.size(); i++) {
            const uint32_t to =
                i + 1 < ways.size() ? lca.stamps[i + 1] : static_cast<uint32_t>(end);
            if (to == 0)
                return -ENODATA;                                        // a room without a stamp
            records->add({ways[i], repeat, index, to - lca.stamps[i]}); // modulo 2^32
        }
        records->add({"total", repeat, index, end - begin});
        return result;
    }

    const Settings& settings_;
    const Buffer& buffer_;
    int descriptor_ = -1;
};

} // namespace

Trouble measure_steps(const Settings& settings, Records& records) {
    const Buffer buffer(static_cast<size_t>(settings.length));
    if (!buffer.valid())
        return "not enough memory";
    const Switch stamps;
    if (stamps.result() < 0)
        return trouble_of(stamps.result());
    Steps steps(settings, buffer);
    for (uint64_t i = 0; i < settings.warm_up; i++)
        if (const Trouble trouble = steps.once(nullptr, 0))
            return trouble;
    for (uint32_t repeat = 0; repeat < settings.repeats; repeat++)
        if (const Trouble trouble = steps.once(&records, repeat))
            return trouble;
    return nullptr;
}

} // namespace bench
