// SPDX-License-Identifier: GPL-2.0-only
// The control channel's language (antlinux/testbed.h): requests of the host, frames to it.
#pragma once

#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace antlinux {

struct RunRequest {
    std::string command;
    bool operator==(const RunRequest&) const = default;
};
struct InterruptRequest {
    bool operator==(const InterruptRequest&) const = default;
};
// A line that is no request.
struct UnknownRequest {
    std::string line;
    bool operator==(const UnknownRequest&) const = default;
};
using Request = std::variant<RunRequest, InterruptRequest, UnknownRequest>;

// Takes the host's bytes as they come, in pieces of any size.
class RequestParser {
public:
    // No line is longer; the rest of one that is gets lost, and it is an UnknownRequest.
    static constexpr std::size_t max_line = 65536;

    // The requests that these bytes complete.
    std::vector<Request> feed(std::string_view bytes);
    // What came of an unfinished line is forgotten: its sender is gone.
    void reset();

private:
    Request finish_line();

    std::string line_;
    bool too_long_ = false;
};

enum class Stream { out, err };

inline constexpr std::string_view ready_frame = "ready\n";
std::string output_frame(Stream stream, std::string_view bytes);
std::string end_frame(int status);

// What the host is told about how a command ended: its status, or 128 + the signal's number.
int exit_status_of(int wait_status);

} // namespace antlinux
