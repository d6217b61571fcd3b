// SPDX-License-Identifier: GPL-2.0-only
// Parsing and framing for the control channel.
#include "userland/agent/protocol.h"

#include <sys/wait.h>

namespace antlinux {
namespace {

constexpr char interrupt_byte = '\x03';
constexpr std::string_view run_word = "run ";

} // namespace

Request RequestParser::finish_line() {
    std::string line = std::move(line_);
    const bool too_long = too_long_;
    reset();
    if (!line.empty() && line.back() == '\r')
        line.pop_back();
    if (too_long || !line.starts_with(run_word))
        return UnknownRequest{std::move(line)};
    return RunRequest{line.substr(run_word.size())};
}

std::vector<Request> RequestParser::feed(std::string_view bytes) {
    std::vector<Request> requests;
    for (const char byte : bytes) {
        if (byte == interrupt_byte) {
            // Whoever types Ctrl-C in the middle of a line does not want the line.
            reset();
            requests.emplace_back(InterruptRequest{});
        } else if (byte == '\n') {
            if (!line_.empty())
                requests.push_back(finish_line());
        } else if (line_.size() < max_line) {
            line_.push_back(byte);
        } else {
            too_long_ = true;
        }
    }
    return requests;
}

void RequestParser::reset() {
    line_.clear();
    too_long_ = false;
}

std::string output_frame(Stream stream, std::string_view bytes) {
    std::string frame = stream == Stream::out ? "out " : "err ";
    frame += std::to_string(bytes.size());
    frame += '\n';
    frame += bytes;
    return frame;
}

std::string end_frame(int status) { return "end " + std::to_string(status) + "\n"; }

int exit_status_of(int wait_status) {
    return WIFSIGNALED(wait_status) ? 128 + WTERMSIG(wait_status) : WEXITSTATUS(wait_status);
}

} // namespace antlinux
