// SPDX-License-Identifier: GPL-2.0-only
// Removal; see remove.h.
#include <ant/apps/common/ask.h>
#include <ant/apps/common/file_text.h>
#include <ant/apps/common/remove.h>
#include <ant/lib/report.h>
#include <ant/lib/unistd.h>

namespace ant {

namespace {

int refuse(const TreePath& path, const Removal& how) {
    return report(how.program, "cannot remove", path.text());
}

/// Before anything is done to the file or the directory itself.
bool is_wanted(const TreePath& path, const Removal& how) {
    antlinux_stat status = {};
    if (!how.asks || lstat(path.text(), &status) != 0)
        return true;
    char what[64];
    snprintf(what, sizeof(what), "remove %s", type_name(status.mode));
    return ask(how.program, what, path.text());
}

int finish(const TreePath& path, const Removal& how, const char* what) {
    if (how.tells)
        printf("removed %s'%s'\n", what, path.text());
    return 0;
}

int remove_directory(TreePath& path, const Removal& how) {
    if (!how.whole && !how.empty) {
        last_error = EISDIR;
        return refuse(path, how);
    }
    int status = 0;
    if (how.whole) {
        NameList names;
        if (!path.list(names))
            return refuse(path, how);
        if (how.asks && !names.names().empty() &&
            !ask(how.program, "descend into directory", path.text()))
            return 0;
        for (const char* name : names.names()) {
            const TreePath::Below below(path, name);
            status |= remove_tree(path, how);
        }
    }
    if (status != 0 || !is_wanted(path, how))
        return status;
    return rmdir(path.text()) == 0 ? finish(path, how, "directory ") : refuse(path, how);
}

bool is_directory_itself(const char* path) {
    antlinux_stat status = {};
    return lstat(path, &status) == 0 && S_ISDIR(status.mode);
}

} // namespace

int remove_tree(TreePath& path, const Removal& how) {
    if (!path.fits())
        return refuse(path, how);
    // Without a question Linux tells what is a directory: one call for each file.
    if (how.asks) {
        if (is_directory_itself(path.text()))
            return remove_directory(path, how);
        if (!is_wanted(path, how))
            return 0;
    }
    if (unlink(path.text()) == 0)
        return finish(path, how, "");
    if (last_error == EISDIR)
        return remove_directory(path, how);
    const bool is_missing = last_error == ENOENT || last_error == ENOTDIR;
    return how.forced && is_missing ? 0 : refuse(path, how);
}

} // namespace ant
