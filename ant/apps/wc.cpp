// SPDX-License-Identifier: GPL-2.0-only
// wc FILE...: lines, words and bytes of Linux files, and of all of them together.
#include <ant/apps/common/file.h>
#include <ant/apps/common/ica_buffer.h>
#include <ant/lib/report.h>

using namespace ant;

namespace {

struct Counts {
    uint64_t lines = 0, words = 0, bytes = 0;
};

void print(const Counts& counts, const char* name) {
    ant::printf("%7" PRIu64 " %7" PRIu64 " %7" PRIu64 " %s\n", counts.lines, counts.words,
                counts.bytes, name);
}

bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

/// False: last_error says why.
bool count(const char* path, const IcaBuffer& buffer, Counts& counts) {
    const File file(path, O_RDONLY);
    bool in_word = false;
    while (file.valid()) {
        const ant::ssize_t got = ant::read(file.descriptor(), buffer.data(), buffer.size());
        if (got <= 0)
            return got == 0;
        counts.bytes += static_cast<uint64_t>(got);
        for (const std::byte byte : std::span(buffer.data(), static_cast<size_t>(got))) {
            const char c = static_cast<char>(byte);
            counts.lines += c == '\n' ? 1u : 0u;
            counts.words += !in_word && !is_space(c) ? 1u : 0u;
            in_word = !is_space(c);
        }
    }
    return false;
}

} // namespace

int main(int argc, char** argv) {
    const auto files = Options::only_words(argc, argv);
    if (files.empty())
        return usage("wc FILE...");
    const IcaBuffer buffer(size_t{64} * 1024);
    if (!buffer.valid())
        return report("wc", "ICA");
    int status = 0;
    Counts total;
    for (const char* file : files) {
        Counts counts;
        if (!count(file, buffer, counts)) {
            status = report("wc", file);
            continue;
        }
        print(counts, file);
        total.lines += counts.lines;
        total.words += counts.words;
        total.bytes += counts.bytes;
    }
    if (files.size() > 1)
        print(total, "total");
    return status;
}
