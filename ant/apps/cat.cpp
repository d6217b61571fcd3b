// SPDX-License-Identifier: GPL-2.0-only
// cat: prints Linux files; - or none is what is typed, up to Ctrl-D. Nothing is held back, so -u
// changes nothing.
#include <ant/apps/common/file.h>
#include <ant/apps/common/ica_buffer.h>
#include <ant/lib/command_line.h>
#include <ant/lib/report.h>

using namespace ant;

namespace {

int print_file(const char* path, const IcaBuffer& buffer) {
    const File file = File::input(path);
    while (file.valid()) {
        const ant::ssize_t count = ant::read(file.descriptor(), buffer.data(), buffer.size());
        if (count < 0)
            break;
        if (count == 0)
            return 0;
        if (write_all(standard_output, buffer.data(), static_cast<size_t>(count)) != 0)
            return report("cat", "standard output");
    }
    return report("cat", path);
}

} // namespace

int main(int argc, char** argv) {
    const CommandLine line(argc, argv, {"cat", "u", "[FILE...]"});
    if (line.is_over())
        return line.status();
    const IcaBuffer buffer(size_t{64} * 1024);
    if (!buffer.valid())
        return report("cat", "ICA");
    int status = 0;
    for (const char* file : inputs_of(line.operands()))
        status |= print_file(file, buffer);
    return status;
}
