// SPDX-License-Identifier: GPL-2.0-only
// hexdump: a Linux file's bytes in hexadecimal and as text, from the offset of -s on, and as many
// as -n tells.
#include <ant/apps/common/file.h>
#include <ant/apps/common/ica_buffer.h>
#include <ant/lib/command_line.h>
#include <ant/lib/report.h>
#include <ant/lib/string.h>

using namespace ant;

namespace {

constexpr size_t line_bytes = 16;

/// One line: offset, sixteen bytes, the same as text.
void print_line(uint64_t offset, std::span<const std::byte> bytes) {
    char hex[3 * line_bytes + 2];
    char text[line_bytes + 1];
    size_t end = 0;
    for (size_t i = 0; i < line_bytes; i++) {
        if (i == line_bytes / 2)
            hex[end++] = ' ';
        if (i < bytes.size()) {
            const auto value = std::to_integer<unsigned>(bytes[i]);
            end += static_cast<size_t>(snprintf(hex + end, sizeof(hex) - end, "%02x ", value));
            text[i] = value >= 0x20 && value < 0x7f ? static_cast<char>(value) : '.';
        } else {
            end += static_cast<size_t>(snprintf(hex + end, sizeof(hex) - end, "   "));
        }
    }
    text[bytes.size()] = '\0';
    ant::printf("%08" PRIx64 "  %s |%s|\n", offset, hex, text);
}

/// Fills the buffer as far as the file goes, so that lines are whole.
ant::ssize_t read_full(int descriptor, std::byte* data, size_t length) {
    size_t done = 0;
    while (done < length) {
        const ant::ssize_t count = ant::read(descriptor, data + done, length - done);
        if (count < 0)
            return -1;
        if (count == 0)
            break;
        done += static_cast<size_t>(count);
    }
    return static_cast<ant::ssize_t>(done);
}

int dump(const char* path, uint64_t offset, uint64_t length) {
    const File file(path, O_RDONLY);
    const IcaBuffer buffer(size_t{64} * 1024);
    if (!file.valid() || !buffer.valid())
        return report("hexdump", path);
    if (offset != 0 && ant::lseek(file.descriptor(), static_cast<int64_t>(offset), SEEK_SET) < 0)
        return report("hexdump", path);
    while (length > 0) {
        const size_t wanted = length < buffer.size() ? static_cast<size_t>(length) : buffer.size();
        const ant::ssize_t count = read_full(file.descriptor(), buffer.data(), wanted);
        if (count < 0)
            return report("hexdump", path);
        const std::span<const std::byte> bytes(buffer.data(), static_cast<size_t>(count));
        for (size_t i = 0; i < bytes.size(); i += line_bytes) {
            const size_t rest = bytes.size() - i;
            print_line(offset + i, bytes.subspan(i, rest < line_bytes ? rest : line_bytes));
        }
        offset += bytes.size();
        length -= bytes.size();
        if (bytes.size() < wanted)
            break;
    }
    ant::printf("%08" PRIx64 "\n", offset);
    return 0;
}

} // namespace

int main(int argc, char** argv) {
    const CommandLine line(argc, argv, {"hexdump", "s:OFFSET n:LENGTH", "FILE"});
    if (line.is_over())
        return line.status();
    uint64_t offset = 0;
    uint64_t length = UINT64_MAX;
    if (line.has('s') && !parse_number(line.value_of('s'), offset))
        return line.refuse("invalid offset", line.value_of('s'));
    if (line.has('n') && !parse_number(line.value_of('n'), length))
        return line.refuse("invalid length", line.value_of('n'));
    return dump(line.operands()[0], offset, length);
}
