// SPDX-License-Identifier: GPL-2.0-only
// Service of the control channel. The kernel's console driver frames what is
// written ("out N", "err N"), sends "ready" before the first read and, by
// console_end(), "end STATUS".
#include "control.h"
#include "errand.h"
#include "shell.h"

#include <ant/lib/errno.h>
#include <ant/lib/process.h>
#include <ant/lib/stdio.h>
#include <ant/lib/unistd.h>

namespace ant {

namespace {

constexpr char interrupt = '\x03';

/// Collects the bytes of the channel into lines.
class LineReader {
public:
    /// True when a line is complete. Its end is cut off; a line too long is empty
    /// and too_long() says so.
    [[nodiscard]] bool take(char byte) {
        if (complete_) {
            complete_ = false;
            length_ = 0;
            too_long_ = false;
        }
        if (byte == '\n') {
            complete_ = true;
        } else if (byte == interrupt) {
            // "End the running command", but none is running (any more). Whoever says
            // it in the middle of a line does not want the line: its sender is gone.
            length_ = 0;
            too_long_ = false;
        } else if (length_ < sizeof(line_)) {
            line_[length_++] = byte;
        } else {
            too_long_ = true;
        }
        return complete_;
    }
    [[nodiscard]] std::string_view line() const { return {line_, length_}; }
    [[nodiscard]] bool too_long() const { return too_long_; }

private:
    char line_[Shell::line_bytes] = {};
    size_t length_ = 0;
    bool complete_ = false;
    bool too_long_ = false;
};

int serve(Shell& shell, const LineReader& reader) {
    constexpr std::string_view request = "run ";
    if (reader.too_long()) {
        dprintf(standard_error, "antsh: the line is longer than %zu bytes\n", Shell::line_bytes);
        return status_usage;
    }
    if (!reader.line().starts_with(request)) {
        dprintf(standard_error, "antsh: the control channel knows only: run COMMAND LINE\n");
        return status_usage;
    }
    const int status = shell.run_line(reader.line().substr(request.size()));
    // Nothing may write to the channel behind "end".
    const int job_status = shell.wait_for_jobs();
    return status != 0 ? status : job_status;
}

/// Runs the requests that the bytes complete. False: their end cannot be reported any more.
[[nodiscard]] bool serve_all(Shell& shell, LineReader& reader, std::string_view input) {
    for (size_t i = 0; i < input.size(); i++) {
        if (!reader.take(input[i]) || (reader.line().empty() && !reader.too_long()))
            continue;
        // An interrupt that is here already came too early for the kernel to see which process it
        // ends.
        const bool interrupted = input.find(interrupt, i) != std::string_view::npos;
        const int status = interrupted ? status_interrupted : serve(shell, reader);
        if (console_end(static_cast<uint32_t>(status)) != 0)
            return false;
    }
    return true;
}

} // namespace

int serve_control_channel(Shell& shell) {
    LineReader reader;
    char input[256];
    while (true) {
        const ssize_t count = read(0, input, sizeof(input));
        if (count < 0 || !serve_all(shell, reader, {input, static_cast<size_t>(count)}))
            return 1;
    }
}

void serve_control_script(Shell& shell, const char* path) {
    Errand errand;
    if (const int64_t error = errand.fetch_file_patiently(path); error != 0) {
        last_error = static_cast<int>(-error);
        dprintf(standard_error, "antsh: %s: %s\n", path, strerror(last_error));
        static_cast<void>(console_end(status_cannot_run));
        return;
    }
    LineReader reader;
    static_cast<void>(
        serve_all(shell, reader,
                  {reinterpret_cast<const char*>(errand.bytes().data()), errand.bytes().size()}));
}

} // namespace ant
