// SPDX-License-Identifier: GPL-2.0-only
// klog: the kernel's log; with -l only lines of that level (error, warning, info, debug) and more
// urgent ones, with -n only the last so many.
#include <ant/base/log_lines.h>
#include <ant/lib/command_line.h>
#include <ant/lib/process.h>
#include <ant/lib/report.h>
#include <ant/lib/stdlib.h>
#include <ant/lib/string.h>
#include <ant/lib/unistd.h>

using namespace ant;

namespace {

/// The whole log, in memory that is never given back.
struct Text {
    char* data = nullptr;
    size_t size = 0;
};

bool read_log(Text& text) {
    constexpr size_t piece = 4096;
    while (true) {
        void* grown = realloc(text.data, text.size + piece);
        if (grown == nullptr)
            return false;
        text.data = static_cast<char*>(grown);
        const int count = klog_read(static_cast<uint32_t>(text.size), text.data + text.size, piece);
        if (count <= 0)
            return count == 0;
        text.size += static_cast<size_t>(count);
    }
}

} // namespace

int main(int argc, char** argv) {
    const CommandLine line(argc, argv, {"klog", "l:LEVEL n:LINES"});
    if (line.is_over())
        return line.status();
    LogSelection selection;
    if (const char* name = line.value_of('l'); name != nullptr) {
        const auto level = log_level(name);
        if (!level)
            return line.refuse("not a level (error, warning, info, debug):", name);
        selection.least = *level;
    }
    if (const char* number = line.value_of('n'); number != nullptr) {
        uint64_t count = 0;
        if (!parse_number(number, count))
            return line.refuse("invalid number of lines:", number);
        selection.count = count < SIZE_MAX ? static_cast<size_t>(count) : SIZE_MAX;
    }
    Text text;
    if (!read_log(text))
        return report("klog", "klog_read");
    int status = 0;
    for_each_line({text.data, text.size}, selection, [&](std::string_view each) {
        if (status == 0 && write_all(standard_output, each.data(), each.size()) != 0)
            status = report("klog", "standard output");
    });
    return status;
}
