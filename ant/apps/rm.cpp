// SPDX-License-Identifier: GPL-2.0-only
// rm [-rf] PATH...: removes Linux files, and directories that are empty; -r with all that is in
// them; -f: what is not there is no error.
#include <ant/apps/common/name_list.h>
#include <ant/lib/dirent.h>
#include <ant/lib/report.h>
#include <ant/lib/string.h>
#include <ant/lib/unistd.h>

using namespace ant;

namespace {

/// Removes what lies below a path. One buffer holds the path of where it is: the stack is small.
class Tree {
public:
    explicit Tree(const char* path) : length_(strlcpy(path_, path, sizeof(path_))) {}

    /// An exit status. A symbolic link is removed itself, not what it leads to.
    [[nodiscard]] int remove(unsigned depth = 0) {
        if (length_ >= sizeof(path_) || depth > most_levels) {
            last_error = ENAMETOOLONG;
            return report("rm", path_);
        }
        if (ant::unlink(path_) == 0)
            return 0;
        if (last_error != EISDIR)
            return report("rm", path_);
        const int status = empty(depth);
        return status == 0 && ant::rmdir(path_) != 0 ? report("rm", path_) : status;
    }

private:
    static constexpr unsigned most_levels = 500;

    static bool is_dots(std::string_view name) { return name == "." || name == ".."; }

    /// All names first: what is removed must not shift those that are still to come.
    int empty(unsigned depth) {
        NameList names;
        if (!list(names))
            return report("rm", path_);
        int status = 0;
        const size_t before = length_;
        for (const char* name : names.names()) {
            length_ +=
                static_cast<size_t>(snprintf(path_ + before, sizeof(path_) - before, "/%s", name));
            status |= remove(depth + 1);
            length_ = before;
            path_[before] = '\0';
        }
        return status;
    }

    /// False: last_error says why.
    bool list(NameList& names) const {
        Directory* directory = opendir(path_);
        if (directory == nullptr)
            return false;
        int error = 0;
        while (const DirectoryEntry* entry = readdir(directory, error))
            if (!is_dots(entry->name) && !names.add(entry->name)) {
                error = last_error;
                break;
            }
        closedir(directory);
        last_error = error;
        return error == 0;
    }

    char path_[4096];
    size_t length_; // strlcpy()'s: of what did not fit, too
};

int remove(const char* path) {
    const bool removed = ant::unlink(path) == 0 || (last_error == EISDIR && ant::rmdir(path) == 0);
    return removed ? 0 : report("rm", path);
}

} // namespace

int main(int argc, char** argv) {
    constexpr const char* usage_text = "rm [-rf] PATH...";
    Options options(argc, argv, "rf");
    bool whole = false;
    bool forced = false;
    for (int option = options.next(); option != Options::end; option = options.next()) {
        if (option != 'r' && option != 'f')
            return usage(usage_text);
        (option == 'r' ? whole : forced) = true;
    }
    const auto paths = options.rest();
    if (paths.empty() && !forced)
        return usage(usage_text);
    int status = 0;
    for (const char* path : paths) {
        antlinux_stat there = {};
        if (forced && ant::lstat(path, &there) != 0 && last_error == ENOENT)
            continue;
        status |= whole ? Tree(path).remove() : remove(path);
    }
    return status;
}
