// SPDX-License-Identifier: GPL-2.0-only
// sha256sum FILE...: digests of Linux files, printed as coreutils does.
#include <ant/apps/common/file.h>
#include <ant/apps/common/ica_buffer.h>
#include <ant/lib/report.h>
#include <ant/lib/sha256.h>

using namespace ant;

namespace {

int print_digest(const char* path, const IcaBuffer& buffer) {
    const File file(path, O_RDONLY);
    if (!file.valid())
        return report("sha256sum", path);
    Sha256 sha256;
    while (true) {
        const ant::ssize_t count = ant::read(file.descriptor(), buffer.data(), buffer.size());
        if (count < 0)
            return report("sha256sum", path);
        if (count == 0)
            break;
        sha256.update(buffer.data(), static_cast<size_t>(count));
    }
    ant::printf("%s  %s\n", Sha256::text(sha256.finish()).data(), path);
    return 0;
}

} // namespace

int main(int argc, char** argv) {
    const auto files = Options::only_words(argc, argv);
    if (files.empty())
        return usage("sha256sum FILE...");
    const IcaBuffer buffer(size_t{256} * 1024);
    if (!buffer.valid())
        return report("sha256sum", "ICA");
    int status = 0;
    for (const char* file : files)
        status |= print_digest(file, buffer);
    return status;
}
