// SPDX-License-Identifier: GPL-2.0-only
// cp FROM TO: copies a Linux file; the data stays in the ICA all the way.
// cp FROM... DIRECTORY: copies them into it, under their own names.
#include <ant/apps/common/file.h>
#include <ant/apps/common/ica_buffer.h>
#include <ant/apps/common/path.h>
#include <ant/lib/report.h>

using namespace ant;

namespace {

int copy(const File& from, const char* from_path, const File& to, const char* to_path,
         const IcaBuffer& buffer) {
    while (true) {
        const ant::ssize_t count = ant::read(from.descriptor(), buffer.data(), buffer.size());
        if (count < 0)
            return report("cp", from_path);
        if (count == 0)
            return 0;
        if (write_all(to.descriptor(), buffer.data(), static_cast<size_t>(count)) != 0)
            return report("cp", to_path);
    }
}

int copy_file(const char* from_path, const char* to_path, const IcaBuffer& buffer) {
    const File from(from_path, O_RDONLY);
    antlinux_stat from_stat = {};
    if (!from.valid() || ant::fstat(from.descriptor(), &from_stat) != 0)
        return report("cp", from_path);
    if (S_ISDIR(from_stat.mode)) {
        last_error = EISDIR;
        return report("cp", from_path);
    }
    antlinux_stat to_stat = {};
    if (ant::stat(to_path, &to_stat) == 0 && to_stat.dev == from_stat.dev &&
        to_stat.ino == from_stat.ino) {
        dprintf(standard_error, "cp: %s and %s are the same file\n", from_path, to_path);
        return exit_failure;
    }
    File to(to_path, O_WRONLY | O_CREAT | O_TRUNC, from_stat.mode & 0777);
    if (!to.valid())
        return report("cp", to_path);
    if (const int status = copy(from, from_path, to, to_path, buffer); status != 0)
        return status;
    return to.close() == 0 ? 0 : report("cp", to_path);
}

int copy_into(const char* from, const char* directory, const IcaBuffer& buffer) {
    const InDirectory to(directory, last_part(from));
    return to.text() != nullptr ? copy_file(from, to.text(), buffer) : report("cp", from);
}

} // namespace

int main(int argc, char** argv) {
    const auto words = Options::only_words(argc, argv);
    if (words.size() < 2)
        return usage("cp FROM TO | cp FROM... DIRECTORY");
    const char* to = words.back();
    const bool into = is_directory(to);
    if (words.size() > 2 && !into) {
        last_error = ENOTDIR;
        return report("cp", to);
    }
    const IcaBuffer buffer(size_t{256} * 1024);
    if (!buffer.valid())
        return report("cp", "ICA");
    int status = 0;
    for (const char* from : words.first(words.size() - 1))
        status |= into ? copy_into(from, to, buffer) : copy_file(from, to, buffer);
    return status;
}
