// SPDX-License-Identifier: GPL-2.0-only
// Service of the control channel. The kernel's console driver frames what is
// written ("out N", "err N"), sends "ready" before the first read and, by
// console_end(), "end STATUS".
#include "control.h"
#include "shell.h"

#include <ant/lib/errno.h>
#include <ant/lib/stdio.h>
#include <ant/lib/unistd.h>

namespace ant {

namespace {

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
        } else if (byte == '\x03') {
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

} // namespace

int serve_control_channel(Shell& shell) {
    LineReader reader;
    char input[256];
    while (true) {
        const ssize_t count = read(0, input, sizeof(input));
        if (count < 0)
            return 1;
        for (const char byte : std::span(input, static_cast<size_t>(count))) {
            if (!reader.take(byte) || (reader.line().empty() && !reader.too_long()))
                continue;
            const int status = serve(shell, reader);
            if (console_end(static_cast<uint32_t>(status)) != 0)
                return 1;
        }
    }
}

} // namespace ant
