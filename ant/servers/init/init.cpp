// SPDX-License-Identifier: GPL-2.0-only
// init SERVER...: AnT's first process. It starts the servers in that order, and ends; then the
// kernel starts the shells. The names come from etc/servers in the RAM disk. NAME@VVVV:DDDD is a
// driver: started where AnT owns such a PCI device.
#include <ant/lib/device.h>
#include <ant/lib/report.h>
#include <ant/lib/string.h>
#include <ant/servers/common/start_server.h>
#include <optional>

using namespace ant;

namespace {

/// "1234" as the hexadecimal number it is.
bool parse_id(std::string_view text, uint16_t& id) {
    char with_prefix[8] = {};
    snprintf(with_prefix, sizeof(with_prefix), "0x%.*s", static_cast<int>(text.size()),
             text.data());
    uint64_t value = 0;
    if (text.size() != 4 || !parse_number(with_prefix, value))
        return false;
    id = static_cast<uint16_t>(value);
    return true;
}

/// Does AnT own a device with the ID "VVVV:DDDD"? Nothing: that is no ID.
std::optional<bool> has_device(std::string_view text) {
    const size_t colon = text.find(':');
    uint16_t vendor_id = 0;
    uint16_t device_id = 0;
    if (colon != 4 || !parse_id({text.data(), 4}, vendor_id) ||
        !parse_id({text.data() + 5, text.size() - 5}, device_id)) {
        dprintf(standard_error, "init: %.*s is no ID of a device\n", static_cast<int>(text.size()),
                text.data());
        return std::nullopt;
    }
    return find_device(vendor_id, device_id) >= 0;
}

int start(std::string_view word) {
    const size_t at = word.find('@');
    const std::string_view name = {word.data(), at == std::string_view::npos ? word.size() : at};
    const bool is_driver = at != std::string_view::npos;
    if (is_driver) {
        const auto present = has_device({word.data() + at + 1, word.size() - at - 1});
        if (!present.value_or(false))
            return present ? 0 : exit_failure;
    }
    const int result = start_server(name, is_driver ? ANT_RIGHT_DEVICES : 0);
    const int length = static_cast<int>(name.size());
    if (result < 0)
        dprintf(standard_error, "init: the server %.*s: %s\n", length, name.data(),
                strerror(last_error));
    else if (result > 0)
        dprintf(standard_error, "init: the server %.*s ended at once (status %d)\n", length,
                name.data(), result);
    return result == 0 ? 0 : exit_failure;
}

} // namespace

int main(int argc, char** argv) {
    int failed = 0;
    for (int i = 1; i < argc; i++)
        failed |= start(argv[i]);
    return failed;
}
