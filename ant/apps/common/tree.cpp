// SPDX-License-Identifier: GPL-2.0-only
// Walks; see tree.h.
#include <algorithm>
#include <ant/apps/common/tree.h>
#include <ant/lib/dirent.h>
#include <ant/lib/errno.h>
#include <ant/lib/format.h>
#include <ant/lib/string.h>

namespace ant {

bool is_dots(std::string_view name) { return name == "." || name == ".."; }

TreePath::TreePath(const char* path) : length_(strlcpy(path_, path, sizeof(path_))) {}

bool TreePath::fits() const {
    if (length_ < sizeof(path_) && level_ <= most_levels)
        return true;
    last_error = ENAMETOOLONG;
    return false;
}

TreePath::Below::Below(TreePath& path, const char* name) : path_(path), before_(path.length_) {
    const bool has_slash = before_ > 0 && path.path_[before_ - 1] == '/';
    const size_t at = std::min(before_, sizeof(path.path_));
    path.length_ += static_cast<size_t>(
        snprintf(path.path_ + at, sizeof(path.path_) - at, "%s%s", has_slash ? "" : "/", name));
    path.level_++;
}

TreePath::Below::~Below() {
    path_.length_ = before_;
    path_.path_[before_] = '\0';
    path_.level_--;
}

bool TreePath::list(NameList& names) const {
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

} // namespace ant
