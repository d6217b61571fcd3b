// SPDX-License-Identifier: GPL-2.0-only
// sleep SECONDS: waits; decimals are allowed (sleep 0.25).
#include <ant/lib/command_line.h>
#include <ant/lib/process.h>
#include <ant/lib/report.h>
#include <ant/lib/string.h>

using namespace ant;

namespace {

constexpr uint64_t ns_per_second = 1'000'000'000;

/// "12.5" to nanoseconds; digits below a nanosecond are dropped.
bool parse_seconds(std::string_view text, uint64_t& nanoseconds) {
    const size_t point = text.find('.');
    uint64_t seconds = 0;
    if (!parse_number(text.substr(0, point), seconds) || seconds > UINT64_MAX / ns_per_second - 1)
        return false;
    nanoseconds = seconds * ns_per_second;
    if (point == std::string_view::npos)
        return true;
    uint64_t weight = ns_per_second;
    for (const char c : text.substr(point + 1)) {
        if (c < '0' || c > '9')
            return false;
        weight /= 10;
        nanoseconds += weight * static_cast<unsigned>(c - '0');
    }
    return true;
}

} // namespace

int main(int argc, char** argv) {
    const CommandLine line(argc, argv, {"sleep", "", "SECONDS"});
    if (line.is_over())
        return line.status();
    const char* const seconds = line.operands()[0];
    uint64_t nanoseconds = 0;
    if (!parse_seconds(seconds, nanoseconds))
        return line.refuse("invalid time interval", seconds);
    return sleep_ns(nanoseconds) == 0 ? 0 : report("sleep", seconds);
}
