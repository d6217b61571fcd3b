// SPDX-License-Identifier: GPL-2.0-only
// sha256sum: digests of Linux files, printed as coreutils does; - or no file is what is typed.
#include <ant/apps/common/file.h>
#include <ant/apps/common/ica_buffer.h>
#include <ant/lib/command_line.h>
#include <ant/lib/report.h>
#include <ant/lib/sha256.h>

using namespace ant;

namespace {

int print_digest(const char* path, const IcaBuffer& buffer) {
    const File file = File::input(path);
    Sha256 sha256;
    while (file.valid()) {
        const ant::ssize_t count = ant::read(file.descriptor(), buffer.data(), buffer.size());
        if (count < 0)
            break;
        if (count == 0) {
            ant::printf("%s  %s\n", Sha256::text(sha256.finish()).data(), path);
            return 0;
        }
        sha256.update(buffer.data(), static_cast<size_t>(count));
    }
    return report("sha256sum", path);
}

} // namespace

int main(int argc, char** argv) {
    const CommandLine line(argc, argv, {"sha256sum", "", "[FILE...]"});
    if (line.is_over())
        return line.status();
    const IcaBuffer buffer(size_t{256} * 1024);
    if (!buffer.valid())
        return report("sha256sum", "ICA");
    int status = 0;
    for (const char* file : inputs_of(line.operands()))
        status |= print_digest(file, buffer);
    return status;
}
