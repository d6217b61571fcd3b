// SPDX-License-Identifier: GPL-2.0-only
// head: the first lines of Linux files, 10 unless -n tells, or as many bytes as -c tells; - or no
// file is what is typed. -q: never with the names, -v: always. "head -5" is "head -n 5".
#include <algorithm>
#include <ant/apps/common/file.h>
#include <ant/lib/command_line.h>
#include <ant/lib/lines.h>
#include <ant/lib/report.h>
#include <ant/lib/string.h>

using namespace ant;

namespace {

struct Wanted {
    bool is_bytes = false; // else lines
    uint64_t count = 10;
};

int no_output() { return report("head", "standard output"); }

int print_lines(const char* path, int descriptor, uint64_t lines) {
    LineReader reader(descriptor);
    for (; lines > 0; lines--) {
        const auto line = reader.next();
        if (!line) {
            if (reader.error() == 0)
                break;
            last_error = reader.error();
            return report("head", "error reading", path);
        }
        if (write_all(standard_output, line->data(), line->size()) != 0)
            return no_output();
    }
    return 0;
}

int print_bytes(const char* path, int descriptor, uint64_t bytes) {
    char piece[4096];
    while (bytes > 0) {
        const auto most = static_cast<size_t>(std::min<uint64_t>(bytes, sizeof(piece)));
        const ant::ssize_t count = ant::read(descriptor, piece, most);
        if (count < 0)
            return report("head", "error reading", path);
        if (count == 0)
            break;
        if (write_all(standard_output, piece, static_cast<size_t>(count)) != 0)
            return no_output();
        bytes -= static_cast<uint64_t>(count);
    }
    return 0;
}

int print_head(const char* path, const Wanted& wanted) {
    const File file = File::input(path);
    if (!file.valid())
        return report("head", "cannot open", path, " for reading");
    return wanted.is_bytes ? print_bytes(path, file.descriptor(), wanted.count)
                           : print_lines(path, file.descriptor(), wanted.count);
}

const char* name_of(const char* path) {
    return std::string_view(path) == "-" ? "standard input" : path;
}

} // namespace

int main(int argc, char** argv) {
    Wanted wanted;
    // The old way to say it.
    if (argc > 1 && *argv[1] == '-' && parse_number(argv[1] + 1, wanted.count)) {
        argv++;
        argc--;
    }
    const CommandLine line(argc, argv, {"head", "qv n:LINES c:BYTES", "[FILE...]"});
    if (line.is_over())
        return line.status();
    const char unit = line.last_of("nc");
    wanted.is_bytes = unit == 'c';
    if (unit != '\0' && !parse_number(line.value_of(unit), wanted.count))
        return line.refuse(wanted.is_bytes ? "invalid number of bytes:"
                                           : "invalid number of lines:",
                           line.value_of(unit));
    const auto files = inputs_of(line.operands());
    const char naming = line.last_of("qv");
    const bool with_names = naming == 'v' || (naming == '\0' && files.size() > 1);
    int status = 0;
    for (const char* path : files) {
        if (with_names)
            ant::printf("%s==> %s <==\n", path == files[0] ? "" : "\n", name_of(path));
        status |= print_head(path, wanted);
    }
    return status;
}
