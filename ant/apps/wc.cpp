// SPDX-License-Identifier: GPL-2.0-only
// wc: lines, words and bytes of Linux files, or those of them that -l, -w, -c ask for, and -m for
// characters of UTF-8; and of all files together. - or no file is what is typed.
#include <algorithm>
#include <ant/apps/common/file.h>
#include <ant/apps/common/ica_buffer.h>
#include <ant/apps/common/output.h>
#include <ant/base/utf8.h>
#include <ant/lib/command_line.h>
#include <ant/lib/report.h>

using namespace ant;

namespace {

struct Count {
    char option;
    uint64_t value;
};
/// In the order in which they are printed.
struct Counts {
    Count of[4] = {{'l', 0}, {'w', 0}, {'m', 0}, {'c', 0}};

    void add(const Counts& other) {
        for (size_t i = 0; i < std::size(of); i++)
            of[i].value += other.of[i].value;
    }
};

class Table {
public:
    Table(const CommandLine& line, std::span<const char* const> files) : line_(line) {
        usual_ = line.last_of("lwmc") == '\0';
        size_t columns = 0;
        for (const Count& count : Counts().of)
            columns += is_wanted(count.option) ? 1u : 0u;
        if (files.size() > 1 || columns > 1)
            width_ = width_of(files);
    }

    void print(const Counts& counts, const char* name) {
        Output output;
        const char* before = "";
        for (const Count& count : counts.of) {
            if (!is_wanted(count.option))
                continue;
            format(output, "%s%*" PRIu64, before, width_, count.value);
            before = " ";
        }
        format(output, "%s%s\n", *name != '\0' ? " " : "", name);
        output.flush();
    }

private:
    [[nodiscard]] bool is_wanted(char option) const {
        return usual_ ? option != 'm' : line_.has(option);
    }

    /// Enough for the bytes of all; 7 when one of them is not a regular file, as elsewhere.
    static int width_of(std::span<const char* const> files) {
        uint64_t bytes = 0;
        int width = 1;
        for (const char* file : files) {
            antlinux_stat status = {};
            if (std::string_view(file) == "-")
                width = 7;
            else if (stat(file, &status) != 0)
                continue;
            else if ((status.mode & S_IFMT) == S_IFREG)
                bytes += status.size;
            else
                width = 7;
        }
        return std::max(width, snprintf(nullptr, 0, "%" PRIu64, bytes));
    }

    const CommandLine& line_;
    bool usual_ = true;
    int width_ = 1;
};

bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

/// False: last_error says why.
bool count(const char* path, const IcaBuffer& buffer, Counts& counts) {
    auto& [lines, words, characters, bytes] = counts.of;
    const File file = File::input(path);
    bool in_word = false;
    while (file.valid()) {
        const ant::ssize_t got = ant::read(file.descriptor(), buffer.data(), buffer.size());
        if (got <= 0)
            return got == 0;
        bytes.value += static_cast<uint64_t>(got);
        for (const std::byte byte : std::span(buffer.data(), static_cast<size_t>(got))) {
            const char c = static_cast<char>(byte);
            lines.value += c == '\n' ? 1u : 0u;
            words.value += !in_word && !is_space(c) ? 1u : 0u;
            characters.value += is_continuation(c) ? 0u : 1u;
            in_word = !is_space(c);
        }
    }
    return false;
}

} // namespace

int main(int argc, char** argv) {
    const CommandLine line(argc, argv, {"wc", "clmw", "[FILE...]"});
    if (line.is_over())
        return line.status();
    const IcaBuffer buffer(size_t{64} * 1024);
    if (!buffer.valid())
        return report("wc", "ICA");
    const auto files = inputs_of(line.operands());
    Table table(line, files);
    int status = 0;
    Counts total;
    for (const char* file : files) {
        Counts counts;
        if (!count(file, buffer, counts)) {
            status = report("wc", file);
            continue;
        }
        table.print(counts, line.operands().empty() ? "" : file);
        total.add(counts);
    }
    if (files.size() > 1)
        table.print(total, "total");
    return status;
}
