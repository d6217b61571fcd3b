// SPDX-License-Identifier: GPL-2.0-only
// head [-n LINES] FILE...: the first lines of Linux files, 10 when not told otherwise.
#include <ant/apps/common/file.h>
#include <ant/lib/lines.h>
#include <ant/lib/report.h>
#include <ant/lib/string.h>

using namespace ant;

namespace {

int print_head(const char* path, uint64_t lines) {
    const File file(path, O_RDONLY);
    if (!file.valid())
        return report("head", path);
    LineReader reader(file.descriptor());
    for (; lines > 0; lines--) {
        const auto line = reader.next();
        if (!line) {
            if (reader.error() == 0)
                break;
            last_error = reader.error();
            return report("head", path);
        }
        if (write_all(standard_output, line->data(), line->size()) != 0)
            return report("head", "standard output");
    }
    return 0;
}

} // namespace

int main(int argc, char** argv) {
    constexpr const char* usage_text = "head [-n LINES] FILE...";
    Options options(argc, argv, "n:");
    uint64_t lines = 10;
    for (int option = options.next(); option != Options::end; option = options.next())
        if (option != 'n' || !parse_number(options.value(), lines))
            return usage(usage_text);
    const auto files = options.rest();
    if (files.empty())
        return usage(usage_text);
    int status = 0;
    for (const char* path : files) {
        if (files.size() > 1)
            ant::printf("%s==> %s <==\n", path == files[0] ? "" : "\n", path);
        status |= print_head(path, lines);
    }
    return status;
}
