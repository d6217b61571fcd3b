// SPDX-License-Identifier: GPL-2.0-only
// ls [-al] [PATH...]: lists Linux directories, one name a line, sorted.
#include "long_format.h"

#include <ant/apps/common/name_list.h>
#include <ant/lib/dirent.h>
#include <ant/lib/report.h>
#include <ant/lib/string.h>
#include <ant/lib/unistd.h>

using namespace ant;

namespace {

struct Style {
    bool all = false; // names that start with a dot, too
    bool details = false;
};

bool is_link(const antlinux_stat& s) { return (s.mode & S_IFMT) == S_IFLNK; }

int print_entry(const char* path, const char* name, const Style& style) {
    if (!style.details) {
        ant::printf("%s\n", name);
        return 0;
    }
    antlinux_stat s = {};
    if (ant::lstat(path, &s) != 0)
        return report("ls", path);
    char target[4096];
    ant::ssize_t length = 0;
    if (is_link(s) && (length = ant::readlink(path, target, sizeof(target))) < 0)
        return report("ls", path);
    const CivilTime time = civil_time(s.mtime);
    ant::printf("%s %3u %5u %5u %12" PRIu64 " %04" PRId64 "-%02u-%02u %02u:%02u %s%s%.*s\n",
                mode_text(s.mode).data(), s.nlink, s.uid, s.gid, s.size, time.year, time.month,
                time.day, time.hour, time.minute, name, is_link(s) ? " -> " : "",
                static_cast<int>(length), target);
    return 0;
}

int list_directory(const char* path, Directory* directory, const Style& style) {
    NameList list;
    int error = 0;
    while (const DirectoryEntry* entry = readdir(directory, error))
        if ((style.all || entry->name[0] != '.') && !list.add(entry->name))
            return report("ls", path);
    if (error != 0) {
        last_error = error;
        return report("ls", path);
    }
    list.sort();
    int status = 0;
    char full_path[4096];
    for (const char* name : list.names()) {
        snprintf(full_path, sizeof(full_path), "%s/%s", path, name);
        status |= print_entry(full_path, name, style);
    }
    return status;
}

int list_path(const char* path, const Style& style) {
    // The details are about a link itself; names are those of the directory that it leads to.
    antlinux_stat itself = {};
    if (style.details && ant::lstat(path, &itself) == 0 && is_link(itself))
        return print_entry(path, path, style);
    Directory* directory = opendir(path);
    if (directory == nullptr) {
        // ENOTDIR is a file to list, or a path that leads through a file.
        antlinux_stat s = {};
        if (last_error != ENOTDIR || ant::stat(path, &s) != 0)
            return report("ls", path);
        return print_entry(path, path, style);
    }
    const int status = list_directory(path, directory, style);
    if (closedir(directory) != 0)
        return report("ls", path);
    return status;
}

} // namespace

int main(int argc, char** argv) {
    Options options(argc, argv, "al");
    Style style;
    for (int option = options.next(); option != Options::end; option = options.next()) {
        if (option == 'a')
            style.all = true;
        else if (option == 'l')
            style.details = true;
        else
            return usage("ls [-al] [PATH...]");
    }
    const auto paths = options.rest();
    if (paths.empty())
        return list_path("/", style);
    int status = 0;
    for (const char* path : paths) {
        if (paths.size() > 1)
            ant::printf("%s%s:\n", path == paths[0] ? "" : "\n", path);
        status |= list_path(path, style);
    }
    return status;
}
