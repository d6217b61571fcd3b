// SPDX-License-Identifier: GPL-2.0-only
// Copying; see copy.h.
#include <ant/apps/common/ask.h>
#include <ant/apps/common/copy.h>
#include <ant/apps/common/file.h>
#include <ant/apps/common/path.h>
#include <ant/lib/report.h>

namespace ant {

int Copy::failed(const char* what, const TreePath& path, const char* rest) const {
    return report(how_.program, what, path.text(), rest);
}

int Copy::run(const char* from, const char* to) {
    from_ = TreePath(from);
    to_ = TreePath(to);
    made_ = {};
    return copy(true);
}

/// Says so.
bool Copy::clash(const antlinux_stat& from, const antlinux_stat& to) const {
    if (is_same_file(from, to))
        dprintf(standard_error, "%s: '%s' and '%s' are the same file\n", how_.program, from_.text(),
                to_.text());
    else if (S_ISDIR(to.mode) && !S_ISDIR(from.mode))
        dprintf(standard_error, "%s: cannot overwrite directory '%s' with non-directory\n",
                how_.program, to_.text());
    else if (S_ISDIR(from.mode) && !S_ISDIR(to.mode))
        dprintf(standard_error, "%s: cannot overwrite non-directory '%s' with directory '%s'\n",
                how_.program, to_.text(), from_.text());
    else
        return false;
    return true;
}

int Copy::copy(bool is_operand) {
    if (!from_.fits() || !to_.fits())
        return failed("cannot copy", from_);
    const bool follows =
        how_.follow == Follow::all || (how_.follow == Follow::operands && is_operand);
    antlinux_stat from = {};
    if ((follows ? stat(from_.text(), &from) : lstat(from_.text(), &from)) != 0)
        return failed("cannot stat", from_);
    if (S_ISDIR(from.mode) && !how_.whole) {
        dprintf(standard_error, "%s: -r not specified; omitting directory '%s'\n", how_.program,
                from_.text());
        return exit_failure;
    }
    antlinux_stat to = {};
    const bool is_there = (follows ? stat(to_.text(), &to) : lstat(to_.text(), &to)) == 0;
    if (is_there && clash(from, to))
        return exit_failure;
    if (is_there && how_.asks && !S_ISDIR(to.mode) && !ask(how_.program, "overwrite", to_.text()))
        return 0;
    const antlinux_stat* const old = is_there ? &to : nullptr;
    switch (from.mode & S_IFMT) {
    case S_IFDIR:
        return copy_directory(from, old);
    case S_IFLNK:
        return copy_link(old);
    case S_IFREG:
        return copy_file(from, old);
    default:
        if (!how_.whole)
            return copy_file(from, old); // what can be read from it
        last_error = EOPNOTSUPP;
        return failed("cannot copy special file", from_);
    }
}

int Copy::copy_contents(const antlinux_stat& from) {
    const File source(from_.text(), O_RDONLY);
    if (!source.valid())
        return failed("cannot open", from_, " for reading");
    constexpr int flags = O_WRONLY | O_CREAT | O_TRUNC;
    File target(to_.text(), flags, from.mode & 0777);
    if (!target.valid())
        return failed("cannot create regular file", to_);
    while (true) {
        const ssize_t count = read(source.descriptor(), buffer_.data(), buffer_.size());
        if (count < 0)
            return failed("error reading", from_);
        if (count == 0)
            break;
        if (write_all(target.descriptor(), buffer_.data(), static_cast<size_t>(count)) != 0)
            return failed("error writing", to_);
    }
    return target.close() == 0 ? preserve(from) : failed("error writing", to_);
}

int Copy::copy_file(const antlinux_stat& from, const antlinux_stat* to) {
    // What cannot be written, but its directory can, is replaced.
    if (to != nullptr && how_.forced && access(to_.text(), W_OK) != 0)
        static_cast<void>(unlink(to_.text()));
    return copy_contents(from);
}

int Copy::copy_link(const antlinux_stat* to) {
    auto* const target = reinterpret_cast<char*>(buffer_.data());
    const ssize_t length = readlink(from_.text(), target, buffer_.size() - 1);
    if (length < 0)
        return failed("cannot read symbolic link", from_);
    target[length] = '\0';
    if (to != nullptr)
        static_cast<void>(unlink(to_.text()));
    return symlink(target, to_.text()) == 0 ? 0 : failed("cannot create symbolic link", to_);
}

int Copy::copy_directory(const antlinux_stat& from, const antlinux_stat* to) {
    if (is_same_file(from, made_)) {
        dprintf(standard_error, "%s: cannot copy a directory into itself, '%s'\n", how_.program,
                from_.text());
        return exit_failure;
    }
    // The owner must be able to fill it.
    if (to == nullptr && mkdir(to_.text(), (from.mode & 0777) | 0700) != 0)
        return failed("cannot create directory", to_);
    if (to == nullptr && made_.ino == 0 && lstat(to_.text(), &made_) != 0)
        return failed("cannot stat", to_);
    NameList names;
    if (!from_.list(names))
        return failed("cannot access", from_);
    int status = 0;
    for (const char* name : names.names()) {
        const TreePath::Below from_below(from_, name);
        const TreePath::Below to_below(to_, name);
        status |= copy(false);
    }
    if (to == nullptr && !how_.preserves && (from.mode & 0700) != 0700 &&
        chmod(to_.text(), from.mode & 0777) != 0)
        return failed("setting permissions for", to_);
    return status | preserve(from);
}

/// The permissions. The owner is the proxies' user: they may give nothing away.
int Copy::preserve(const antlinux_stat& from) {
    if (!how_.preserves)
        return 0;
    return chmod(to_.text(), from.mode & 0777) == 0 ? 0 : failed("preserving permissions for", to_);
}

} // namespace ant
