// SPDX-License-Identifier: GPL-2.0-only
// cat FILE...: prints Linux files; - is what is typed, up to Ctrl-D.
#include <ant/apps/common/file.h>
#include <ant/apps/common/ica_buffer.h>
#include <ant/lib/report.h>

using namespace ant;

namespace {

int print(int descriptor, const char* name, const IcaBuffer& buffer) {
    while (true) {
        const ant::ssize_t count = ant::read(descriptor, buffer.data(), buffer.size());
        if (count < 0)
            return report("cat", name);
        if (count == 0)
            return 0;
        if (write_all(standard_output, buffer.data(), static_cast<size_t>(count)) != 0)
            return report("cat", "standard output");
    }
}

int print_file(const char* path, const IcaBuffer& buffer) {
    if (std::string_view(path) == "-")
        return print(standard_input, path, buffer);
    const File file(path, O_RDONLY);
    return file.valid() ? print(file.descriptor(), path, buffer) : report("cat", path);
}

} // namespace

int main(int argc, char** argv) {
    const auto files = Options::only_words(argc, argv);
    if (files.empty())
        return usage("cat FILE...");
    const IcaBuffer buffer(size_t{64} * 1024);
    if (!buffer.valid())
        return report("cat", "ICA");
    int status = 0;
    for (const char* file : files)
        status |= print_file(file, buffer);
    return status;
}
