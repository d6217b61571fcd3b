// SPDX-License-Identifier: GPL-2.0-only
// stat FILE...: all that Linux's stat() says of a file, as "name: value" lines.
#include <ant/lib/report.h>
#include <ant/lib/unistd.h>

using namespace ant;

namespace {

const char* type_name(unsigned mode) {
    switch (mode & S_IFMT) {
    case S_IFREG:
        return "regular file";
    case S_IFDIR:
        return "directory";
    case S_IFCHR:
        return "character device";
    case S_IFBLK:
        return "block device";
    case S_IFIFO:
        return "fifo";
    case S_IFSOCK:
        return "socket";
    default:
        return "unknown";
    }
}

int print_stat(const char* path) {
    antlinux_stat s = {};
    if (ant::stat(path, &s) != 0)
        return report("stat", path);
    ant::printf("file: %s\ntype: %s\nsize: %" PRIu64 "\nblocks: %" PRIu64 "\nblksize: %" PRIu64
                "\n",
                path, type_name(s.mode), s.size, s.blocks, s.blksize);
    ant::printf("mode: %o\nnlink: %u\nuid: %u\ngid: %u\ndev: %" PRIu64 "\nino: %" PRIu64
                "\nrdev: %" PRIu64 "\n",
                s.mode, s.nlink, s.uid, s.gid, s.dev, s.ino, s.rdev);
    ant::printf("atime: %" PRId64 ".%09u\nmtime: %" PRId64 ".%09u\nctime: %" PRId64 ".%09u\n",
                s.atime, s.atime_nsec, s.mtime, s.mtime_nsec, s.ctime, s.ctime_nsec);
    return 0;
}

} // namespace

int main(int argc, char** argv) {
    const auto files = Options::only_words(argc, argv);
    if (files.empty())
        return usage("stat FILE...");
    int status = 0;
    for (const char* file : files)
        status |= print_stat(file);
    return status;
}
