// SPDX-License-Identifier: GPL-2.0-only
// The control channel's bytes in pieces of any size: the same requests come out as of the whole.
#include "tests/fuzz/fuzz.h"
#include "userland/agent/protocol.h"

namespace {

using antlinux::InterruptRequest;
using antlinux::Request;
using antlinux::RequestParser;
using antlinux::RunRequest;
using antlinux::UnknownRequest;

void check(const Request& request) {
    if (std::holds_alternative<InterruptRequest>(request))
        return;
    const auto* run = std::get_if<RunRequest>(&request);
    const std::string& line =
        run != nullptr ? run->command : std::get<UnknownRequest>(request).line;
    ASSERT(line.size() <= RequestParser::max_line);
    ASSERT(line.find('\n') == std::string::npos);
}

} // namespace

int LLVMFuzzerTestOneInput(const std::byte* data, std::size_t size) {
    fuzz::Input input{data, size};
    const auto piece = input.take<std::uint8_t>();
    // A long line, without a long input.
    std::string text(input.below(2) * RequestParser::max_line, 'x');
    text += input.rest();

    RequestParser whole;
    const std::vector<Request> requests = whole.feed(text);
    for (const Request& request : requests)
        check(request);

    RequestParser in_pieces;
    std::vector<Request> collected;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t step = 1 + (at * 7 + piece) % 61;
        const std::vector<Request> some = in_pieces.feed(std::string_view{text}.substr(at, step));
        collected.insert(collected.end(), some.begin(), some.end());
        at += step;
    }
    ASSERT((collected == requests));
    return 0;
}
